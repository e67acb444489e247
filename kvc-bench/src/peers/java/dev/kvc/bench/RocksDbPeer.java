package dev.kvc.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.rocksdb.Options;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteOptions;

/** RocksDB with values in files of their own (BlobDB), without a write-ahead log. */
public final class RocksDbPeer implements Peer.Factory {
    /** For {@code ServiceLoader}. */
    public RocksDbPeer() {}

    @Override
    public String name() {
        return "RocksDB";
    }

    @Override
    public Peer open(Path directory, long capacity) throws IOException {
        try {
            Options options = new Options()
                    .setCreateIfMissing(true)
                    .setEnableBlobFiles(true)
                    .setMinBlobSize(4096);
            RocksDB db = RocksDB.open(options, directory.toString());
            return new Store(options, db, new WriteOptions().setDisableWAL(true), new ReadOptions());
        } catch (RocksDBException e) {
            throw new IOException(e);
        }
    }

    private record Store(Options options, RocksDB db, WriteOptions write, ReadOptions read) implements Peer {
        private static ByteBuffer key(String key) {
            return ByteBuffer.allocateDirect(key.length())
                    .put(key.getBytes(US_ASCII))
                    .flip();
        }

        @Override
        public void put(String key, ByteBuffer value) throws RocksDBException {
            db.put(write, key(key), value.duplicate().clear());
        }

        @Override
        public int get(String key, ByteBuffer target) throws RocksDBException {
            return db.get(read, key(key), target.duplicate().clear());
        }

        @Override
        public void close() {
            read.close();
            write.close();
            db.close();
            options.close();
        }
    }
}
