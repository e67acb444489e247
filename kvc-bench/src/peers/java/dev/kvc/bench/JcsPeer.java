package dev.kvc.bench;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Properties;
import org.apache.commons.jcs3.access.CacheAccess;
import org.apache.commons.jcs3.engine.control.CompositeCacheManager;

/** Commons JCS's indexed disk cache with nothing in memory. It acknowledges a value before that is in a file. */
public final class JcsPeer implements Peer.Factory {
    /** For {@code ServiceLoader}. */
    public JcsPeer() {}

    @Override
    public String name() {
        return "JCS";
    }

    @Override
    public Peer open(Path directory, long capacity) {
        Properties settings = new Properties();
        settings.setProperty("jcs.default", "disk");
        settings.setProperty(
                "jcs.default.cacheattributes", "org.apache.commons.jcs3.engine.CompositeCacheAttributes");
        settings.setProperty("jcs.default.cacheattributes.MaxObjects", "0");
        settings.setProperty(
                "jcs.auxiliary.disk",
                "org.apache.commons.jcs3.auxiliary.disk.indexed.IndexedDiskCacheFactory");
        settings.setProperty(
                "jcs.auxiliary.disk.attributes",
                "org.apache.commons.jcs3.auxiliary.disk.indexed.IndexedDiskCacheAttributes");
        settings.setProperty("jcs.auxiliary.disk.attributes.DiskPath", directory.toString());
        settings.setProperty("jcs.auxiliary.disk.attributes.MaxKeySize", "100000");
        CompositeCacheManager manager = CompositeCacheManager.getUnconfiguredInstance();
        manager.configure(settings);
        return new Store(manager, new CacheAccess<>(manager.getCache("values")));
    }

    private record Store(CompositeCacheManager manager, CacheAccess<String, byte[]> cache) implements Peer {
        @Override
        public void put(String key, ByteBuffer value) {
            cache.put(key, Corpus.bytes(value));
        }

        @Override
        public int get(String key, ByteBuffer target) {
            return Arrays.copy(cache.get(key), target);
        }

        @Override
        public void close() {
            manager.shutDown();
        }
    }
}
