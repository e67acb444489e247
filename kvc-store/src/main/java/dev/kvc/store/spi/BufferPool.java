package dev.kvc.store.spi;

import java.lang.ref.PhantomReference;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntFunction;

/**
 * Direct buffers of one size that are used again: fresh memory costs more than what is done with it. Each is made when
 * it is first wanted, and kept. Whoever finds them all lent, or no direct memory, gets memory of the heap, which is the
 * collector's. So is a buffer that is lost and never given back; another is made in its place. Safe from any thread.
 */
public final class BufferPool {
    private final int bytes;
    private final IntFunction<ByteBuffer> maker;
    private final ArrayDeque<ByteBuffer> idle = new ArrayDeque<>();
    private final Set<Reference<ByteBuffer>> made = new HashSet<>();
    private final ReferenceQueue<ByteBuffer> lost = new ReferenceQueue<>();
    /** How many may still be made. */
    private int left;

    /**
     * A pool without a buffer.
     *
     * @param bytes the size of each
     * @param count how many there are at most, lent and idle together
     * @throws IllegalArgumentException if one of them is negative
     */
    public BufferPool(int bytes, int count) {
        this(bytes, count, ByteBuffer::allocateDirect);
    }

    BufferPool(int bytes, int count, IntFunction<ByteBuffer> maker) {
        if (bytes < 0 || count < 0) {
            throw new IllegalArgumentException(count + " buffers of " + bytes + " bytes; neither may be negative");
        }
        this.bytes = bytes;
        this.left = count;
        this.maker = maker;
    }

    /** The size of each. */
    int bytes() {
        return bytes;
    }

    /**
     * Memory for {@code length} bytes, which may be more than the size of a buffer: from position 0 to the limit.
     *
     * @return a buffer to be {@linkplain #give given} back, once, and not to be used afterwards; or left to the
     *     collector
     */
    public ByteBuffer take(int length) {
        List<ByteBuffer> one = length > bytes ? List.of() : takeAll(1);
        return one.isEmpty() ? ByteBuffer.allocate(length) : one.get(0).limit(length);
    }

    /** So many buffers, cleared, each to be given back; or none, if there are fewer. */
    List<ByteBuffer> takeAll(int count) {
        List<ByteBuffer> taken = new ArrayList<>();
        synchronized (this) {
            countLost();
            if (idle.size() + (long) left < count) {
                return taken;
            }
            while (taken.size() < count && !idle.isEmpty()) {
                taken.add(idle.pop().clear());
            }
            left -= count - taken.size();
        }
        return make(taken, count) ? taken : List.of();
    }

    private void countLost() {
        for (Reference<?> each = lost.poll(); each != null; each = lost.poll()) {
            made.remove(each);
            left++;
        }
    }

    private boolean make(List<ByteBuffer> taken, int count) {
        try {
            while (taken.size() < count) {
                taken.add(watched(maker.apply(bytes)));
            }
            return true;
        } catch (OutOfMemoryError e) {
            // There is memory on the heap. The JDK takes half a second to say so, and so it is not asked again.
            makeNoMore();
            taken.forEach(this::give);
            return false;
        }
    }

    private synchronized ByteBuffer watched(ByteBuffer buffer) {
        made.add(new PhantomReference<>(buffer, lost));
        return buffer;
    }

    private synchronized void makeNoMore() {
        left = 0;
    }

    /**
     * Takes back what {@link #take} has lent.
     *
     * @param buffer that very object
     * @throws IllegalArgumentException if it is none of this pool, or has been given back already: two would use it
     */
    public void give(ByteBuffer buffer) {
        if (buffer.isDirect()) {
            keep(buffer);
        }
    }

    @SuppressWarnings("ReferenceEquality") // equal buffers are two
    private synchronized void keep(ByteBuffer buffer) {
        boolean isOnLoan = buffer.capacity() == bytes;
        for (ByteBuffer each : idle) {
            isOnLoan &= each != buffer;
        }
        if (!isOnLoan) {
            throw new IllegalArgumentException("a buffer of " + buffer.capacity() + " bytes is not on loan");
        }
        idle.push(buffer);
    }

    /** How many are kept while nobody uses them. */
    synchronized int idle() {
        return idle.size();
    }
}
