package dev.kvc.store.fs;

import dev.kvc.format.UnixTime;
import dev.kvc.store.Durability;
import java.time.Duration;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * How a directory is kept, checked by the builder.
 *
 * @param budgetBytes the bytes that it may hold
 * @param minFreeBytes the bytes that stay free on its file system
 * @param maxAge how old a snapshot may get; {@code null} for no limit
 * @param maxIdle how long it may go unused; likewise
 * @param lowWatermark share of the budget that an eviction frees beyond the need
 * @param maxPinned share of the budget that pins hold at most
 * @param minTokens what a snapshot must cover to be saved
 * @param maxBytesPerDay what saves may write within a day; {@code Long.MAX_VALUE} for no limit
 * @param durability what a save waits for unless it says otherwise
 * @param pastCacheBytes size from which on files are written past the page cache; {@code Long.MAX_VALUE} for none
 * @param maxTextBytes the longest text that is read
 * @param readThreads threads that share the work on a large payload
 * @param lockTimeout how long an eviction waits for another one
 * @param mode what may be changed
 * @param textsFirst whether all texts are read before the store answers
 * @param clock the time
 */
record FileStoreSettings(
        long budgetBytes,
        long minFreeBytes,
        @Nullable Duration maxAge,
        @Nullable Duration maxIdle,
        double lowWatermark,
        double maxPinned,
        long minTokens,
        long maxBytesPerDay,
        Durability durability,
        long pastCacheBytes,
        int maxTextBytes,
        int readThreads,
        Duration lockTimeout,
        OpenMode mode,
        boolean textsFirst,
        InstantSource clock) {
    long nowUnix() {
        return Math.max(0, clock.instant().getEpochSecond());
    }

    /** What an eviction frees beyond the need, so that a full cache does not evict on every save. */
    long watermarkBytes() {
        return (long) (budgetBytes * lowWatermark);
    }

    /** The same, for who reads what a store would not serve any more. */
    FileStoreSettings withoutAgeLimits() {
        return new FileStoreSettings(
                budgetBytes,
                minFreeBytes,
                null,
                null,
                lowWatermark,
                maxPinned,
                minTokens,
                maxBytesPerDay,
                durability,
                pastCacheBytes,
                maxTextBytes,
                readThreads,
                lockTimeout,
                mode,
                textsFirst,
                clock);
    }

    /** What pins hold at most. */
    long maxPinnedBytes() {
        return (long) (budgetBytes * maxPinned);
    }

    boolean hasAgeLimits() {
        return maxAge != null || maxIdle != null;
    }

    /**
     * Whether a snapshot of these raw times is older, or was idle longer, than the limits allow. Times from the future
     * count as everywhere: they make no snapshot immortal.
     */
    boolean isExpired(long createdUnix, long lastUsedUnix) {
        if (!hasAgeLimits()) {
            return false;
        }
        long now = nowUnix();
        return exceeds(maxAge, UnixTime.ranked(createdUnix, 0, now), now)
                || exceeds(maxIdle, UnixTime.ranked(lastUsedUnix, createdUnix, now), now);
    }

    private static boolean exceeds(@Nullable Duration limit, long thenUnix, long nowUnix) {
        return limit != null && UnixTime.elapsed(thenUnix, nowUnix) > limit.toSeconds();
    }
}
