package dev.kvc.bench;

import com.jakewharton.disklrucache.DiskLruCache;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** DiskLruCache. */
public final class DiskLruCachePeer implements Peer.Factory {
    /** For {@code ServiceLoader}. */
    public DiskLruCachePeer() {}

    @Override
    public String name() {
        return "DiskLruCache";
    }

    @Override
    public Peer open(Path directory, long capacity) throws IOException {
        return new Store(DiskLruCache.open(directory.toFile(), 1, 1, 2 * capacity));
    }

    private record Store(DiskLruCache cache) implements Peer {
        @Override
        public void put(String key, ByteBuffer value) throws IOException {
            DiskLruCache.Editor editor = cache.edit(key);
            try (OutputStream out = editor.newOutputStream(0)) {
                out.write(Corpus.bytes(value));
            }
            editor.commit();
        }

        @Override
        public int get(String key, ByteBuffer target) throws IOException {
            try (DiskLruCache.Snapshot snapshot = cache.get(key)) {
                if (snapshot == null) {
                    return -1;
                }
                try (InputStream in = snapshot.getInputStream(0)) {
                    return Arrays.copy(in.readAllBytes(), target);
                }
            }
        }

        @Override
        public void close() throws IOException {
            cache.close();
        }
    }
}
