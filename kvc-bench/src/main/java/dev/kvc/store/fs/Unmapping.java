package dev.kvc.store.fs;

import java.nio.MappedByteBuffer;

/** Gives the memory of a mapping back, the way the file store does. */
public final class Unmapping {
    private Unmapping() {}

    /** Unmaps; the buffer must not be touched afterwards. */
    public static void unmap(MappedByteBuffer mapped) {
        Unmapper.unmap(mapped);
    }
}
