package dev.kvc.format;

import java.time.InstantSource;

/**
 * Arithmetic on the file's raw times: seconds since 1970 in an unsigned 64-bit number, which another writer may have
 * filled with anything.
 */
public final class UnixTime {
    private static final long DAY_SECONDS = 86_400;

    private UnixTime() {}

    /**
     * What a clock says, in seconds; before 1970 it is 0. Asks for milliseconds, for which the system's clock makes no
     * object.
     *
     * @throws ArithmeticException if those are beyond 2^63-1
     */
    public static long now(InstantSource clock) {
        return Math.max(0, Math.floorDiv(clock.millis(), 1000L));
    }

    /**
     * The time by which a snapshot is ranked. A last-used time later than {@code now} + 1 day counts as the created
     * time, and that, if it is later too, as 0: a file from the future is not immortal.
     *
     * @param lastUsedUnix raw unsigned seconds
     * @param createdUnix raw unsigned seconds
     * @param nowUnix seconds, not negative
     * @return seconds, 0 to {@code nowUnix} + 1 day
     */
    public static long ranked(long lastUsedUnix, long createdUnix, long nowUnix) {
        long latest = nowUnix + DAY_SECONDS;
        if (Long.compareUnsigned(lastUsedUnix, latest) <= 0) {
            return lastUsedUnix;
        }
        return Long.compareUnsigned(createdUnix, latest) <= 0 ? createdUnix : 0;
    }

    /**
     * The last-used time after a use at {@code atUnix}: it only moves on, but for one from the future.
     *
     * @param lastUsedUnix raw unsigned seconds, as they are
     * @param atUnix seconds, not negative
     */
    public static long advanced(long lastUsedUnix, long atUnix) {
        return Math.max(atUnix, ranked(lastUsedUnix, 0, atUnix));
    }

    /**
     * Seconds from {@code thenUnix} to {@code nowUnix}, or 0 when it lies in the future.
     *
     * @param thenUnix raw unsigned seconds
     * @param nowUnix seconds, not negative
     */
    public static long elapsed(long thenUnix, long nowUnix) {
        return Long.compareUnsigned(thenUnix, nowUnix) >= 0 ? 0 : nowUnix - thenUnix;
    }
}
