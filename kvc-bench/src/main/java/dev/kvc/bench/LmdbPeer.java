package dev.kvc.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.lmdbjava.Dbi;
import org.lmdbjava.DbiFlags;
import org.lmdbjava.Env;
import org.lmdbjava.EnvFlags;
import org.lmdbjava.Txn;

/** LMDB, without syncing. */
final class LmdbPeer implements Peer.Factory {
    @Override
    public String name() {
        return "LMDB";
    }

    @Override
    public Peer open(Path directory, long capacity) {
        Env<ByteBuffer> env = Env.create()
                .setMapSize(4 * capacity + (64 << 20))
                .setMaxDbs(1)
                .open(directory.toFile(), EnvFlags.MDB_NOSYNC);
        return new Store(env, env.openDbi("values", DbiFlags.MDB_CREATE));
    }

    private record Store(Env<ByteBuffer> env, Dbi<ByteBuffer> values) implements Peer {
        private static ByteBuffer key(String key) {
            return ByteBuffer.allocateDirect(key.length())
                    .put(key.getBytes(US_ASCII))
                    .flip();
        }

        @Override
        public void put(String key, ByteBuffer value) {
            values.put(key(key), value.duplicate().clear());
        }

        @Override
        public int get(String key, ByteBuffer target) {
            try (Txn<ByteBuffer> txn = env.txnRead()) {
                ByteBuffer found = values.get(txn, key(key));
                if (found == null) {
                    return -1;
                }
                target.duplicate().clear().put(found.duplicate());
                return found.remaining();
            }
        }

        @Override
        public void close() {
            env.close();
        }
    }
}
