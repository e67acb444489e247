package dev.kvc.guice;

import com.google.inject.AbstractModule;
import com.google.inject.Key;
import com.google.inject.Provider;
import com.google.inject.Singleton;
import com.google.inject.TypeLiteral;
import com.google.inject.multibindings.MapBinder;
import com.google.inject.multibindings.OptionalBinder;
import dev.kvc.eviction.EvictionPolicyFactory;
import dev.kvc.store.KvStore;
import dev.kvc.store.KvStoreProvider;
import dev.kvc.store.StoreListener;
import java.time.InstantSource;
import java.util.Map;
import java.util.Set;

/**
 * What all caches of an injector have in common. It stands beside them and not inside their private modules, where what
 * an application contributes would not reach it; installed once, however many {@link KvcModule}s there are.
 *
 * <p>Everything is bound to provider instances: Guice makes nothing of ours by reflection, so the package is not opened
 * to it, and an injector that requires explicit bindings is satisfied.
 */
final class SharedModule extends AbstractModule {
    /** Where each {@link KvcModule} tells its caches to {@link KvcCaches}. */
    static MapBinder<String, KvStore> caches(com.google.inject.Binder binder) {
        return MapBinder.newMapBinder(
                binder, TypeLiteral.get(String.class), TypeLiteral.get(KvStore.class), KvcModule.OURS);
    }

    @Override
    protected void configure() {
        OptionalBinder.newOptionalBinder(binder(), KvcModule.CLOCK).setDefault().toInstance(InstantSource.system());
        KvcModule.policies(binder());
        KvcModule.providers(binder());
        KvcModule.listeners(binder());
        caches(binder());
        bindPlugs();
        bindCaches();
    }

    private void bindPlugs() {
        Provider<InstantSource> clock = getProvider(KvcModule.CLOCK);
        Provider<Map<String, EvictionPolicyFactory>> policies = getProvider(Key.get(new TypeLiteral<>() {}));
        Provider<Map<String, KvStoreProvider>> providers = getProvider(Key.get(new TypeLiteral<>() {}));
        Provider<Set<StoreListener>> listeners = getProvider(Key.get(new TypeLiteral<>() {}));
        bind(Plugs.class)
                .toProvider(() -> new Plugs(clock.get(), policies.get(), providers.get(), listeners.get()))
                .in(Singleton.class);
    }

    private void bindCaches() {
        bind(Openings.class).toProvider(Openings::new).in(Singleton.class);
        Provider<Openings> openings = getProvider(Openings.class);
        Provider<Map<String, Provider<KvStore>>> caches =
                getProvider(Key.get(new TypeLiteral<Map<String, Provider<KvStore>>>() {}, KvcModule.OURS));
        bind(KvcCaches.class)
                .toProvider(() -> new KvcCaches(caches.get(), openings.get()))
                .in(Singleton.class);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SharedModule;
    }

    @Override
    public int hashCode() {
        return SharedModule.class.hashCode();
    }
}
