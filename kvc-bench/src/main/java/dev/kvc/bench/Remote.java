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

    /** What one would write with that client, and no more, for a single payload. For one thread. */
    interface Bare extends AutoCloseable {
        /** Removes all that the server has. */
        void empty();

        /** Writes all of {@code payload}, a new buffer. */
        void put(ByteBuffer payload) throws Exception;

        /** Fills {@code buffer} with the payload, which is as long. */
        void get(ByteBuffer buffer) throws Exception;

        @Override
        void close();
    }
}
