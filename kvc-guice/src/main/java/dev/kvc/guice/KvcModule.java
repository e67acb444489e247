package dev.kvc.guice;

import com.google.inject.AbstractModule;
import com.google.inject.Binder;
import com.google.inject.Key;
import com.google.inject.binder.LinkedBindingBuilder;
import com.google.inject.multibindings.MapBinder;
import com.google.inject.multibindings.Multibinder;
import com.google.inject.multibindings.OptionalBinder;
import com.google.inject.name.Named;
import com.google.inject.name.Names;
import dev.kvc.eviction.EvictionPolicyFactory;
import dev.kvc.store.KvStoreProvider;
import dev.kvc.store.StoreListener;
import java.time.InstantSource;
import java.util.Properties;
import java.util.function.Consumer;

/**
 * Binds caches: the one without a name to {@code KvStore}, each other to {@code @Named("name") KvStore}, and
 * {@link KvcCaches}, which closes them.
 *
 * <p>A cache is memory, a directory or any other store, or several of them as tiers in that order. It is opened when it
 * is first injected, in {@code Stage.PRODUCTION} when the injector is made; what then goes wrong is a
 * {@code ProvisionException} (in production a {@code CreationException}) that names the cache and the cause.
 * Configuring touches no file, and everything that is wrong with a configuration is reported together when the injector
 * is made.
 *
 * <p>In {@code Properties} each name below stands after {@code kvc.}, or after {@code kvc.cache.<name>.} for a cache
 * with a name, which takes nothing from the one without. Sizes are written as in {@code 512MiB}, durations as in
 * {@code 90s}, {@code 15m}, {@code 12h} or {@code 30d}.
 *
 * <table>
 *   <caption>Settings of a cache</caption>
 *   <tr><th>Name<th>Meaning<th>Constraint<th>Default
 *   <tr><td>{@code memory.budget}<td>bytes that the memory in front may take<td>a size above 0<td>no memory
 *   <tr><td>{@code memory.max-entry}<td>the largest snapshot that memory takes<td>a size above 0, at most memory.budget<td>memory.budget
 *   <tr><td>{@code disk.dir}<td>the directory; made when the cache is first used<td>a path; no URI, no ~<td>no disk
 *   <tr><td>{@code disk.budget}<td>bytes that the directory may hold<td>a size above 0, raised to 64MiB; goes with disk.dir<td>required
 *   <tr><td>{@code policy}<td>what the directory evicts first<td>the name of a policy that is installed or bound<td>prefix-aware
 *   <tr><td>{@code disk.min-free}<td>bytes that stay free on the file system<td>a size<td>0B
 *   <tr><td>{@code disk.max-age}<td>age at which a snapshot is removed<td>a duration above 0<td>no limit
 *   <tr><td>{@code disk.max-idle}<td>time without a hit after which a snapshot is removed<td>a duration above 0<td>no limit
 *   <tr><td>{@code disk.low-watermark}<td>share of the budget freed beyond the need<td>0 to 0.5<td>0.02
 *   <tr><td>{@code disk.max-pinned}<td>share of the budget that pins hold at most<td>0 to 1<td>0.5
 *   <tr><td>{@code disk.min-tokens}<td>tokens that a snapshot must cover to be saved<td>0 to 4294967295<td>0
 *   <tr><td>{@code disk.max-writes-per-day}<td>bytes that saves may write within 24 hours<td>a size above 0<td>no limit
 *   <tr><td>{@code disk.durability}<td>what a save waits for<td>page-cache or fsync<td>page-cache
 *   <tr><td>{@code disk.past-cache}<td>size from which on files bypass the page cache<td>a size above 0<td>none
 *   <tr><td>{@code disk.max-text}<td>the longest text of a snapshot<td>a size of at most 2147483639 bytes<td>64MiB
 *   <tr><td>{@code disk.read-threads}<td>threads that share the work on a large payload<td>1 to 64<td>processors, 4 at most
 *   <tr><td>{@code stores}<td>further stores, behind memory and disk<td>store URIs, separated by white space<td>none
 *   <tr><td>{@code remote.write-back}<td>whether saves to stores over a network are queued, and written later<td>true or false; as all of remote., goes with stores<td>true
 *   <tr><td>{@code remote.min-tokens}<td>tokens that a snapshot must cover to go there when it is saved<td>0 to 4294967295<td>0
 *   <tr><td>{@code remote.on-second-hit}<td>whether one of fewer goes there at its second hit<td>true or false<td>false
 *   <tr><td>{@code remote.deadline}<td>how long a lookup there may take before it is a miss<td>a duration above 0<td>10s
 *   <tr><td>{@code remote.save-deadline}<td>how long a save there may take before it fails<td>a duration above 0<td>1m
 *   <tr><td>{@code resilient}<td>whether failures of the cache are misses<td>true or false<td>false
 * </table>
 *
 * <p>An application binds its own policies, providers of stores, listeners and clock through {@link #policies},
 * {@link #providers}, {@link #listeners} and {@link #clock}, anywhere in its modules. What it binds comes before what
 * {@code ServiceLoader} finds under the same name. {@code Modules.override} replaces a cache as a whole, by binding its
 * key or by another {@code KvcModule} that configures it.
 *
 * <p>Several of these modules in one injector make one set of caches; a name that two of them configure is an error. A
 * child injector uses its parent's caches; it may have some of its own if the parent has none. A module may serve any
 * number of injectors, which share nothing but the directories they are told to use.
 *
 * <p>If, in production, a cache cannot be opened, those that were opened before it are closed again. If the injector
 * cannot be made for a reason of the application's own, the caches that were opened by then stay open until the process
 * ends.
 */
public final class KvcModule extends AbstractModule {
    /** Qualifies what would otherwise meet an application's own bindings of types that are not ours. */
    static final Named OURS = Names.named("kvc");

    static final Key<InstantSource> CLOCK = Key.get(InstantSource.class, OURS);

    private final ConfigReader.Result configuration;

    private KvcModule(ConfigReader.Result configuration) {
        this.configuration = configuration;
    }

    /** Begins a module with no cache in it. */
    public static Builder builder() {
        return new Builder();
    }

    /** Where an application binds eviction policies, each by the name that {@code policy} uses for it. */
    public static MapBinder<String, EvictionPolicyFactory> policies(Binder binder) {
        return MapBinder.newMapBinder(binder, String.class, EvictionPolicyFactory.class);
    }

    /** Where an application binds providers of stores, each by the URI scheme, in lower case, that it serves. */
    public static MapBinder<String, KvStoreProvider> providers(Binder binder) {
        return MapBinder.newMapBinder(binder, String.class, KvStoreProvider.class);
    }

    /** Where an application binds listeners; each is told of every store of every cache. */
    public static Multibinder<StoreListener> listeners(Binder binder) {
        return Multibinder.newSetBinder(binder, StoreListener.class);
    }

    /** Binds the clock of all caches, which otherwise is the system's. */
    public static LinkedBindingBuilder<InstantSource> clock(Binder binder) {
        return OptionalBinder.newOptionalBinder(binder, CLOCK).setBinding();
    }

    @Override
    protected void configure() {
        Binder binder = binder().skipSources(KvcModule.class);
        binder.install(new SharedModule());
        for (String problem : configuration.problems()) {
            binder.addError("%s", problem);
        }
        for (CacheConfig config : configuration.caches()) {
            binder.install(new CacheModule(config));
            SharedModule.caches(binder).addBinding(config.name()).to(CacheModule.key(config.name()));
        }
    }

    /**
     * Gathers the caches of one module, from code, from properties or from both. Nothing throws here, everything that
     * is wrong is reported when the injector is made. Not for use by several threads.
     */
    public static final class Builder {
        private final ConfigReader reader = new ConfigReader();

        private Builder() {}

        /** Adds the cache that is bound to plain {@code KvStore}. */
        public Builder cache(Consumer<CacheBuilder> settings) {
            return add(KvcCaches.DEFAULT, settings);
        }

        /**
         * Adds a cache that is bound to {@code @Named(name) KvStore}.
         *
         * @param name 1 to 64 letters, digits, {@code _} and {@code -}, of which the first is a letter or digit, and
         *     not {@code default}
         */
        public Builder cache(String name, Consumer<CacheBuilder> settings) {
            reader.requireNotDefault(name);
            return add(name, settings);
        }

        /**
         * Adds what the properties that begin with {@code kvc.} say; the others are not looked at. A setting that code
         * makes as well is an error.
         */
        public Builder properties(Properties properties) {
            reader.putAll(properties);
            return this;
        }

        /** The module. */
        public KvcModule build() {
            return new KvcModule(reader.read());
        }

        private Builder add(String name, Consumer<CacheBuilder> settings) {
            CacheBuilder builder = new CacheBuilder(name, reader);
            reader.declare(name);
            settings.accept(builder);
            builder.finish();
            return this;
        }
    }
}
