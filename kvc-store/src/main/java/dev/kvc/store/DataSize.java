package dev.kvc.store;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A number of bytes, as settings write it: {@code 512MiB}, {@code 8 GiB}, {@code 1000000}.
 *
 * @param bytes 0 to 2^63-1
 */
public record DataSize(long bytes) implements Comparable<DataSize> {
    private static final Pattern FORM = Pattern.compile("(\\d{1,19})\\s*([KMGTP]i?)?B?");
    private static final String PREFIXES = "KMGTP";

    /**
     * Checks the range.
     *
     * @throws IllegalArgumentException if {@code bytes} is negative
     */
    public DataSize {
        if (bytes < 0) {
            throw new IllegalArgumentException("a size is " + bytes + " bytes; it must not be negative");
        }
    }

    /** So many bytes. */
    public static DataSize ofBytes(long bytes) {
        return new DataSize(bytes);
    }

    /** So many times 2^20 bytes. */
    public static DataSize ofMebibytes(long mebibytes) {
        return new DataSize(Math.multiplyExact(mebibytes, 1L << 20));
    }

    /** So many times 2^30 bytes. */
    public static DataSize ofGibibytes(long gibibytes) {
        return new DataSize(Math.multiplyExact(gibibytes, 1L << 30));
    }

    /**
     * Reads a size: a whole number and a unit, one of B, KiB, MiB, GiB, TiB, PiB (powers of 1024) or KB, MB, GB, TB, PB
     * (powers of 1000); no unit means bytes.
     *
     * @throws IllegalArgumentException if it is anything else, or beyond 2^63-1 bytes
     */
    public static DataSize parse(String text) {
        Matcher matcher = FORM.matcher(text.strip());
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "not a size: \"" + text + "\" (a whole number and B, KiB, MiB, GiB, TiB, KB, MB, GB or TB)");
        }
        try {
            String unit = matcher.group(2);
            return new DataSize(Math.multiplyExact(Long.parseLong(matcher.group(1)), unit == null ? 1 : factor(unit)));
        } catch (ArithmeticException | NumberFormatException e) {
            throw new IllegalArgumentException("a size of \"" + text + "\" is beyond 2^63-1 bytes", e);
        }
    }

    private static long factor(String unit) {
        int step = PREFIXES.indexOf(unit.charAt(0)) + 1;
        long base = unit.endsWith("i") ? 1024 : 1000;
        long factor = 1;
        for (int i = 0; i < step; i++) {
            factor *= base;
        }
        return factor;
    }

    @Override
    public int compareTo(DataSize other) {
        return Long.compare(bytes, other.bytes);
    }

    /** The largest unit of 1024 that divides it evenly, such as {@code 512MiB}; {@link #parse} reads it back. */
    @Override
    public String toString() {
        int step = bytes == 0 ? 0 : Math.min(5, Long.numberOfTrailingZeros(bytes) / 10);
        return (bytes >> (10 * step)) + (step == 0 ? "B" : PREFIXES.charAt(step - 1) + "iB");
    }
}
