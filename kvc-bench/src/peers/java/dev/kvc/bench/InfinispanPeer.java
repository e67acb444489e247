package dev.kvc.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.infinispan.Cache;
import org.infinispan.commons.marshall.JavaSerializationMarshaller;
import org.infinispan.configuration.cache.ConfigurationBuilder;
import org.infinispan.configuration.global.GlobalConfigurationBuilder;
import org.infinispan.manager.DefaultCacheManager;
import org.infinispan.manager.EmbeddedCacheManager;

/** Infinispan's soft-index file store behind one entry of memory. */
public final class InfinispanPeer implements Peer.Factory {
    /** For {@code ServiceLoader}. */
    public InfinispanPeer() {}

    @Override
    public String name() {
        return "Infinispan";
    }

    @Override
    public Peer open(Path directory, long capacity) {
        GlobalConfigurationBuilder global = new GlobalConfigurationBuilder();
        global.serialization().marshaller(new JavaSerializationMarshaller());
        global.globalState().enable().persistentLocation(directory.toString());
        ConfigurationBuilder cache = new ConfigurationBuilder();
        cache.memory().maxCount(1);
        cache.persistence()
                .addSoftIndexFileStore()
                .dataLocation(directory.resolve("data").toString())
                .indexLocation(directory.resolve("index").toString());
        EmbeddedCacheManager manager = new DefaultCacheManager(global.build());
        manager.defineConfiguration("values", cache.build());
        return new Store(manager, manager.getCache("values"));
    }

    private record Store(EmbeddedCacheManager manager, Cache<String, byte[]> cache) implements Peer {
        @Override
        public void put(String key, ByteBuffer value) {
            cache.put(key, Corpus.bytes(value));
        }

        @Override
        public int get(String key, ByteBuffer target) {
            return Arrays.copy(cache.get(key), target);
        }

        @Override
        public void close() throws IOException {
            manager.close();
        }
    }
}
