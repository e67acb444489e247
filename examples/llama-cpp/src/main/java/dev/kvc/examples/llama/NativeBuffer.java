package dev.kvc.examples.llama;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Native memory that is used again: as much as the largest that was asked for. For one thread at a time. */
@SuppressWarnings("MustBeClosed") // closed with this, or when it has become too small
final class NativeBuffer implements AutoCloseable {
    private Arena arena = Arena.ofShared();
    private MemorySegment memory = MemorySegment.NULL;

    /** Memory of {@code size} bytes with whatever is in it; what was taken before is the same memory, or gone. */
    MemorySegment take(long size) {
        if (memory.byteSize() < size) {
            arena.close();
            arena = Arena.ofShared();
            memory = arena.allocate(size);
        }
        return memory.asSlice(0, size);
    }

    /** Frees it. A second call does nothing. */
    @Override
    public void close() {
        if (arena.scope().isAlive()) {
            arena.close();
        }
    }
}
