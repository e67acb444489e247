package dev.kvc.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.ehcache.Cache;
import org.ehcache.PersistentCacheManager;
import org.ehcache.StateTransitionException;
import org.ehcache.config.builders.CacheConfigurationBuilder;
import org.ehcache.config.builders.CacheManagerBuilder;
import org.ehcache.config.builders.ResourcePoolsBuilder;
import org.ehcache.config.units.MemoryUnit;

/** Ehcache's disk tier. It acknowledges a value before that is in a file. */
public final class EhcachePeer implements Peer.Factory {
    /** For {@code ServiceLoader}. */
    public EhcachePeer() {}

    @Override
    public String name() {
        return "Ehcache";
    }

    @Override
    public Peer open(Path directory, long capacity) {
        PersistentCacheManager manager = CacheManagerBuilder.newCacheManagerBuilder()
                .with(CacheManagerBuilder.persistence(directory.toFile()))
                .withCache(
                        "values",
                        CacheConfigurationBuilder.newCacheConfigurationBuilder(
                                String.class,
                                byte[].class,
                                ResourcePoolsBuilder.newResourcePoolsBuilder()
                                        .disk(2 * (capacity >> 20) + 256, MemoryUnit.MB, true)))
                .build(true);
        return new Store(manager, manager.getCache("values", String.class, byte[].class));
    }

    private record Store(PersistentCacheManager manager, Cache<String, byte[]> cache) implements Peer {
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
            try {
                manager.close();
            } catch (StateTransitionException e) {
                throw new IOException(e);
            }
        }
    }
}
