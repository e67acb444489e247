package dev.kvc.bench;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.mapdb.DB;
import org.mapdb.DBMaker;
import org.mapdb.HTreeMap;
import org.mapdb.Serializer;

/** MapDB over a mapped file. */
public final class MapDbPeer implements Peer.Factory {
    /** For {@code ServiceLoader}. */
    public MapDbPeer() {}

    @Override
    public String name() {
        return "MapDB";
    }

    @Override
    public Peer open(Path directory, long capacity) {
        DB db = DBMaker.fileDB(directory.resolve("values.db").toString())
                .fileMmapEnable()
                .make();
        return new Store(
                db,
                db.hashMap("values", Serializer.STRING, Serializer.BYTE_ARRAY).createOrOpen());
    }

    private record Store(DB db, HTreeMap<String, byte[]> map) implements Peer {
        @Override
        public void put(String key, ByteBuffer value) {
            map.put(key, Corpus.bytes(value));
        }

        @Override
        public int get(String key, ByteBuffer target) {
            return Arrays.copy(map.get(key), target);
        }

        @Override
        public void close() {
            db.close();
        }
    }
}
