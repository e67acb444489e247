package dev.kvc.store.internal;

import java.nio.ByteBuffer;
import java.util.concurrent.ArrayBlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * Reused direct buffers of one size: fresh memory costs more than what is done with it. A few are kept; under more load
 * than that the others are made and dropped. Safe from any thread.
 */
public final class BufferPool {
    private final int bytes;
    private final ArrayBlockingQueue<ByteBuffer> idle;

    /**
     * A pool without a buffer.
     *
     * @param bytes the size of each
     * @param kept how many are kept while nobody uses them
     */
    public BufferPool(int bytes, int kept) {
        this.bytes = bytes;
        this.idle = new ArrayBlockingQueue<>(kept);
    }

    /** Lends a cleared buffer. Who takes it gives it back, once, and does not use it afterwards. */
    public ByteBuffer take() {
        @Nullable ByteBuffer buffer = idle.poll();
        return buffer == null ? ByteBuffer.allocateDirect(bytes) : buffer.clear();
    }

    /** Takes a buffer back. */
    public void give(ByteBuffer buffer) {
        idle.offer(buffer);
    }
}
