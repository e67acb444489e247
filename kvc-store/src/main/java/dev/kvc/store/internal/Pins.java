package dev.kvc.store.internal;

import dev.kvc.eviction.SnapshotId;
import dev.kvc.store.Pin;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * The pins of a store, on snapshots that are there and on keys that are not. Safe from any thread.
 *
 * <p>A pin that nobody closes ends at its deadline and is forgotten when as many pins again have been made: whoever
 * loses them costs no memory for ever.
 */
public final class Pins {
    private static final int FIRST_SWEEP = 64;

    private final InstantSource clock;
    private final Map<SnapshotId, List<TimedPin>> pins = new LinkedHashMap<>();
    private int count;
    private int sweepAt = FIRST_SWEEP;

    /** No pin yet; deadlines are by {@code clock}. */
    public Pins(InstantSource clock) {
        this.clock = clock;
    }

    /**
     * Pins a key.
     *
     * @param deadline {@code null} for none
     * @throws IllegalArgumentException if {@code deadline} is negative
     */
    public Pin pin(SnapshotId id, @Nullable Duration deadline) {
        if (deadline != null && deadline.isNegative()) {
            throw new IllegalArgumentException("deadline is " + deadline + "; it must not be negative");
        }
        Instant now = clock.instant();
        TimedPin pin = new TimedPin(id, deadline == null ? Instant.MAX : end(now, deadline));
        synchronized (pins) {
            pins.computeIfAbsent(id, key -> new ArrayList<>(1)).add(pin);
            if (++count >= sweepAt) {
                sweep(now);
            }
        }
        return pin;
    }

    /**
     * Whether a pin holds this key now. All pins together hold no more than a number of bytes: the keys that were
     * pinned first are held first, and one that would exceed it is not.
     *
     * @param bytes what the snapshot of a key takes; 0 if there is none
     */
    public boolean holds(SnapshotId id, ToLongFunction<SnapshotId> bytes, long maxBytes) {
        synchronized (pins) {
            Instant now = clock.instant();
            return isPinned(pins.get(id), now)
                    && bytes.applyAsLong(id) <= maxBytes - heldBefore(id, bytes, maxBytes, now);
        }
    }

    private long heldBefore(SnapshotId id, ToLongFunction<SnapshotId> bytes, long maxBytes, Instant now) {
        long held = 0;
        for (Map.Entry<SnapshotId, List<TimedPin>> pinned : pins.entrySet()) {
            if (pinned.getKey().equals(id)) {
                return held;
            } else if (isPinned(pinned.getValue(), now)) {
                long more = bytes.applyAsLong(pinned.getKey());
                held += more <= maxBytes - held ? more : 0;
            }
        }
        return held;
    }

    private static boolean isPinned(@Nullable List<TimedPin> held, Instant now) {
        return held != null && held.stream().anyMatch(pin -> pin.end.isAfter(now));
    }

    private void sweep(Instant now) {
        pins.values().removeIf(held -> {
            held.removeIf(pin -> !pin.end.isAfter(now));
            return held.isEmpty();
        });
        count = pins.values().stream().mapToInt(List::size).sum();
        sweepAt = Math.max(FIRST_SWEEP, 2 * count);
    }

    private void unpin(TimedPin pin) {
        synchronized (pins) {
            List<TimedPin> held = pins.get(pin.id);
            if (held != null && held.remove(pin)) {
                count--;
                if (held.isEmpty()) {
                    pins.remove(pin.id);
                }
            }
        }
    }

    private static Instant end(Instant now, Duration deadline) {
        try {
            return now.plus(deadline);
        } catch (DateTimeException | ArithmeticException e) {
            // Beyond the end of time is not before it is closed.
            return Instant.MAX;
        }
    }

    private final class TimedPin implements Pin {
        private final SnapshotId id;
        private final Instant end;

        TimedPin(SnapshotId id, Instant end) {
            this.id = id;
            this.end = end;
        }

        @Override
        public void close() {
            unpin(this);
        }
    }
}
