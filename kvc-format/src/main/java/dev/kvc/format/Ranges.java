package dev.kvc.format;

/** Range checks that name the field, the value and the rule. */
final class Ranges {
    static final long U32_MAX = 0xFFFF_FFFFL;

    private Ranges() {}

    static int u8(String field, int value) {
        return (int) within(field, value, 0xFF);
    }

    static int u24(String field, int value) {
        return (int) within(field, value, 0xFF_FFFF);
    }

    static long u32(String field, long value) {
        return within(field, value, U32_MAX);
    }

    static long within(String field, long value, long max) {
        if (value < 0 || value > max) {
            throw new IllegalArgumentException(field + " is " + value + "; it must be 0 to " + max);
        }
        return value;
    }
}
