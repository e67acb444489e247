package dev.kvc.testkit;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** A clock that stands still until a test moves it. Safe from any thread. */
public final class ManualClock implements InstantSource {
    private volatile Instant now;

    /** A clock that shows {@code start}. */
    public ManualClock(Instant start) {
        now = start;
    }

    @Override
    public Instant instant() {
        return now;
    }

    /** Seconds since 1970, as snapshots keep their times. */
    public long unix() {
        return instant().getEpochSecond();
    }

    /** Moves the clock; a negative duration moves it back. */
    public synchronized void advance(Duration duration) {
        now = now.plus(duration);
    }

    /** Makes the clock show {@code instant}. */
    public synchronized void set(Instant instant) {
        now = instant;
    }
}
