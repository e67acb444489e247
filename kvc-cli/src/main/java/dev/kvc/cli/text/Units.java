package dev.kvc.cli.text;

import dev.kvc.format.UnixTime;
import java.time.Instant;
import java.util.Locale;

/** Numbers for people. */
public final class Units {
    private static final String[] SIZES = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    private static final long LAST_INSTANT = Instant.MAX.getEpochSecond();

    private Units() {}

    /** Bytes with two or three digits: {@code 28.4 MiB}. */
    public static String size(long bytes) {
        double value = bytes;
        int unit = 0;
        while (value >= 999.5 && unit < SIZES.length - 1) {
            value /= 1024;
            unit++;
        }
        if (unit == 0) {
            return bytes + " B";
        }
        long tenths = Math.round(value * 10); // String.format would take longer than all else in a listing
        return (value < 9.95 ? tenths / 10 + "." + tenths % 10 : Long.toString(Math.round(value))) + " " + SIZES[unit];
    }

    /** A time span: {@code 45s}, {@code 12m}, {@code 7h}, {@code 30d}. */
    public static String span(long seconds) {
        if (seconds < 120) {
            return seconds + "s";
        } else if (seconds < 2 * 3600) {
            return seconds / 60 + "m";
        }
        return seconds < 2 * 86_400 ? seconds / 3600 + "h" : seconds / 86_400 + "d";
    }

    /** How long ago a raw time is; {@code -} for one that lies in the future, or was never set. */
    public static String ago(long thenUnix, long nowUnix) {
        boolean isOne = thenUnix != 0 && Long.compareUnsigned(thenUnix, nowUnix) <= 0;
        return isOne ? span(UnixTime.elapsed(thenUnix, nowUnix)) : "-";
    }

    /** A raw time as ISO 8601, or as the number that it is where that cannot say it. */
    public static String time(long unix) {
        return unix >= 0 && unix <= LAST_INSTANT ? Instant.ofEpochSecond(unix).toString() : Long.toUnsignedString(unix);
    }

    /** A count and what is counted: {@code 1 file}, {@code 2 files}. */
    public static String count(long count, String what) {
        return count + " " + what + (count == 1 ? "" : "s");
    }

    /** A share in per cent; of nothing, 0 %. */
    public static String share(long part, long whole) {
        return String.format(Locale.ROOT, "%.1f %%", whole == 0 ? 0.0 : 100.0 * part / whole);
    }
}
