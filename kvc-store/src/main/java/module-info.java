/** Stores of snapshots: the interface, a directory, memory, tiers, and prefix lookup. */
module dev.kvc.store {
    requires transitive dev.kvc.eviction;
    requires transitive dev.kvc.format;
    requires jdk.unsupported;
    // Flight Recorder, where it is: a runtime image without it serves as well, and records nothing.
    requires static jdk.jfr;
    requires com.github.benmanes.caffeine;
    requires static transitive org.jspecify;

    exports dev.kvc.store;
    exports dev.kvc.store.fs;
    exports dev.kvc.store.memory;
    exports dev.kvc.store.prefix;
    exports dev.kvc.store.spi;
    exports dev.kvc.store.tier;
    exports dev.kvc.store.trace;

    uses dev.kvc.store.KvStoreProvider;

    provides dev.kvc.store.KvStoreProvider with
            dev.kvc.store.fs.FileKvStoreProvider,
            dev.kvc.store.memory.MemoryKvStoreProvider;
}
