package dev.kvc.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * Another store, behind as little as serves: a value under a key, out of this process's memory where it can be.
 *
 * <p>For use by one thread.
 */
interface Peer extends AutoCloseable {
    /** Stores all of {@code value}, a direct buffer. */
    void put(String key, ByteBuffer value) throws Exception;

    /**
     * Copies a value to the beginning of {@code target}.
     *
     * @return how long it is, or -1 if there is none
     */
    int get(String key, ByteBuffer target) throws Exception;

    @Override
    void close() throws IOException;

    /** Opens peers; found by {@code ServiceLoader}. */
    interface Factory {
        /** What tables call it. */
        String name();

        /**
         * Opens it, empty or as it was left.
         *
         * @param directory its own
         * @param capacity bytes that it must hold
         */
        Peer open(Path directory, long capacity) throws Exception;
    }
}
