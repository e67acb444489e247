package dev.kvc.format;

import org.jspecify.annotations.Nullable;

/** Range checks that name the field, the value and the rule. */
final class Ranges {
    static final int U8_MAX = 0xFF;
    static final int U24_MAX = 0xFF_FFFF;
    static final long U32_MAX = 0xFFFF_FFFFL;

    /** The longest array that every JVM can make. */
    static final int MAX_ARRAY_BYTES = Integer.MAX_VALUE - 8;

    private Ranges() {}

    static int u8(String field, int value) {
        return (int) within(field, value, U8_MAX);
    }

    static long within(String field, long value, long max) {
        require(problem(field, value, max));
        return value;
    }

    /** What is wrong with a value that must be 0 to {@code max}, or {@code null} if nothing is. */
    static @Nullable String problem(String field, long value, long max) {
        return value >= 0 && value <= max ? null : field + " is " + value + "; it must be 0 to " + max;
    }

    /** What is wrong with several values, to be reported at once. */
    static @Nullable String both(@Nullable String problem, @Nullable String other) {
        if (problem == null) {
            return other;
        }
        return other == null ? problem : problem + ", " + other;
    }

    /**
     * Reports what is wrong.
     *
     * @throws IllegalArgumentException if {@code problem} is not {@code null}
     */
    static void require(@Nullable String problem) {
        if (problem != null) {
            throw new IllegalArgumentException(problem);
        }
    }
}
