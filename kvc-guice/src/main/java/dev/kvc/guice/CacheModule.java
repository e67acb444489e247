package dev.kvc.guice;

import com.google.inject.Key;
import com.google.inject.PrivateBinder;
import com.google.inject.PrivateModule;
import com.google.inject.Singleton;
import com.google.inject.name.Names;
import dev.kvc.store.KvStore;

/** Binds one cache, and shows nothing of it but the store. */
final class CacheModule extends PrivateModule {
    private final CacheConfig config;

    CacheModule(CacheConfig config) {
        this.config = config;
    }

    /** What a cache is bound to: plain {@code KvStore}, or {@code @Named("x") KvStore}. */
    static Key<KvStore> key(String cache) {
        return cache.equals(KvcCaches.DEFAULT) ? Key.get(KvStore.class) : Key.get(KvStore.class, Names.named(cache));
    }

    @Override
    protected void configure() {
        Key<KvStore> key = key(config.name());
        CacheOpener opener =
                new CacheOpener(config, binder().currentStage(), getProvider(Plugs.class), getProvider(Openings.class));
        // So that Guice's messages name the application's module.
        PrivateBinder binder = binder().skipSources(CacheModule.class, KvcModule.class);
        binder.bind(key).toProvider(opener).in(Singleton.class);
        binder.expose(key);
    }
}
