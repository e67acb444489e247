package dev.kvc.bench;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** For peers that give arrays alone. */
final class Arrays {
    private Arrays() {}

    /** Copies a value, if there is one; its length, or -1. */
    static int copy(byte @Nullable [] value, ByteBuffer target) {
        if (value == null) {
            return -1;
        }
        target.put(0, value);
        return value.length;
    }
}
