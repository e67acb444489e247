package dev.kvc.store.spi;

import dev.kvc.store.SaveResult;
import dev.kvc.store.SaveResult.Outcome;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What a store takes at all: snapshots of enough tokens, and so many bytes a day.
 *
 * <p>The account of a day has 24 slots of an hour. What was written in one leaves it 24 hours after that hour began, so
 * that within any 24 hours no more than the bound is written, but for what the first of them overlaps. It begins anew
 * with each store. Safe from any thread.
 */
public final class AdmissionGate {
    private static final int SLOTS = 24;
    private static final long SLOT_MILLIS = TimeUnit.HOURS.toMillis(1);

    private final long minTokens;
    private final long maxBytes;
    private final InstantSource clock;
    private final Object lock = new Object();
    /** By hour modulo 24. */
    private final long[] slots = new long[SLOTS];

    private long hour;
    private long total;

    /**
     * A gate.
     *
     * @param minTokens what a snapshot must cover
     * @param maxBytes what may be written within a day; {@code Long.MAX_VALUE} for no limit
     */
    public AdmissionGate(long minTokens, long maxBytes, InstantSource clock) {
        this.minTokens = minTokens;
        this.maxBytes = maxBytes;
        this.clock = clock;
        this.hour = hourNow();
    }

    private long hourNow() {
        return Math.floorDiv(clock.millis(), SLOT_MILLIS);
    }

    /**
     * Takes a snapshot into the account, unless it is refused.
     *
     * @param always whether it is taken whatever the rules say
     * @return the refusal; {@code null} if it may be written
     */
    public @Nullable SaveResult refusal(long tokens, long bytes, boolean always) {
        if (!always && (tokens < minTokens || bytes > maxBytes)) {
            return SaveResult.of(Outcome.NOT_ADMITTED, bytes);
        }
        synchronized (lock) {
            advance();
            if (!always && bytes > maxBytes - total) {
                return SaveResult.throttled(bytes, waitFor(bytes));
            }
            slots[slot(hour)] += bytes;
            total += bytes;
            return null;
        }
    }

    /** Takes off the account what was let in and then not written. */
    public void notWritten(long bytes) {
        synchronized (lock) {
            long rest = Math.min(bytes, total);
            total -= rest;
            for (long at = hour; rest > 0; at--) {
                long taken = Math.min(rest, slots[slot(at)]);
                slots[slot(at)] -= taken;
                rest -= taken;
            }
        }
    }

    private static int slot(long hour) {
        return (int) Math.floorMod(hour, (long) SLOTS);
    }

    /** Empties the slots that a day has passed over. A clock that is set back finds all of the account in its hour. */
    private void advance() {
        long now = hourNow();
        if (now < hour) {
            Arrays.fill(slots, 0);
            slots[slot(now)] = total;
        }
        for (long next = Math.max(hour, now - SLOTS) + 1; next <= now; next++) {
            total -= slots[slot(next)];
            slots[slot(next)] = 0;
        }
        hour = now;
    }

    /** How long it is until so much has left the account that {@code bytes} fit. */
    private Duration waitFor(long bytes) {
        long left = total;
        long until = hour;
        while (bytes > maxBytes - left) {
            until++;
            left -= slots[slot(until)];
        }
        return Duration.ofMillis(until * SLOT_MILLIS - clock.millis());
    }
}
