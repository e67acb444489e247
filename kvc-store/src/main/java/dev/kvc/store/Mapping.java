package dev.kvc.store;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * A payload mapped into memory. Close it when the engine has taken what it needs; afterwards its buffers must not be
 * touched, by any thread: their memory is gone, and touching it may end the process before Java 22.
 */
public interface Mapping extends AutoCloseable {
    /** The payload in order: read-only, big-endian as every new buffer, at most 1 GiB each; empty for no bytes. */
    List<ByteBuffer> slices();

    /**
     * Gives the memory back. A second call does nothing.
     *
     * @throws IllegalStateException if a channel is writing from a buffer just now; from Java 22 on
     */
    @Override
    void close();
}
