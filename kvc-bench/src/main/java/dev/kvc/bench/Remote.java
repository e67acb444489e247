package dev.kvc.bench;

import dev.kvc.store.KvStore;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/** A server on the loopback that belongs to one side and writes nothing to disk. */
interface Remote extends Closeable {
    /** A store in it, which the caller closes. */
    KvStore store() throws IOException;

    /** The client that stores use, which the caller closes. */
    Bare bare();

    /**
     * What one would write with that client, and no more, for payloads that have numbers: their bytes go and come, and
     * who has a part of them computes its checksums. For one thread.
     */
    interface Bare extends AutoCloseable {
        /** Removes all that the server has. */
        void empty();

        /**
         * Writes all of {@code payload}.
         *
         * @return its {@linkplain dev.kvc.bench.Bare#crcs checksums}, added up
         */
        long put(int index, ByteBuffer payload) throws Exception;

        /**
         * Fills {@code buffer}, from its beginning, with a payload, which is as long.
         *
         * @return the checksums of what came, added up
         */
        long get(int index, ByteBuffer buffer) throws Exception;

        @Override
        void close();
    }
}
