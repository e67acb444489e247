package dev.kvc.bench;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;

/** H2's MVStore, which commits after each value. */
public final class MvStorePeer implements Peer.Factory {
    /** For {@code ServiceLoader}. */
    public MvStorePeer() {}

    @Override
    public String name() {
        return "MVStore";
    }

    @Override
    public Peer open(Path directory, long capacity) {
        MVStore store = new MVStore.Builder()
                .fileName(directory.resolve("values.mv").toString())
                .autoCommitDisabled()
                .cacheSize(16)
                .open();
        return new Store(store, store.openMap("values"));
    }

    private record Store(MVStore store, MVMap<String, byte[]> map) implements Peer {
        @Override
        public void put(String key, ByteBuffer value) {
            map.put(key, Corpus.bytes(value));
            store.commit();
        }

        @Override
        public int get(String key, ByteBuffer target) {
            return Arrays.copy(map.get(key), target);
        }

        @Override
        public void close() {
            store.close();
        }
    }
}
