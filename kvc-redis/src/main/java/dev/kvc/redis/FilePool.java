package dev.kvc.redis;

import java.nio.ByteBuffer;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Memory for small files that are being read: a few direct buffers, used again, which costs less than fresh memory for
 * each. Whoever finds them all lent gets memory of the heap. Safe from any thread.
 */
final class FilePool {
    private final int bytes;
    private final ArrayBlockingQueue<ByteBuffer> idle;
    private final AtomicInteger left;

    /** Makes at most {@code count} buffers of {@code bytes} bytes, each when it is wanted. */
    FilePool(int bytes, int count) {
        this.bytes = bytes;
        this.idle = new ArrayBlockingQueue<>(count);
        this.left = new AtomicInteger(count);
    }

    /**
     * Memory for {@code length} bytes. Who takes it {@linkplain #give gives it back}, or leaves it to the collector.
     */
    ByteBuffer take(int length) {
        @Nullable ByteBuffer buffer = length > bytes ? null : idleOrNew();
        return buffer == null ? ByteBuffer.allocate(length) : buffer.clear().limit(length);
    }

    private @Nullable ByteBuffer idleOrNew() {
        @Nullable ByteBuffer buffer = idle.poll();
        if (buffer == null && left.getAndUpdate(count -> Math.max(0, count - 1)) > 0) {
            return ByteBuffer.allocateDirect(bytes);
        }
        return buffer;
    }

    void give(ByteBuffer buffer) {
        if (buffer.isDirect()) {
            idle.offer(buffer);
        }
    }
}
