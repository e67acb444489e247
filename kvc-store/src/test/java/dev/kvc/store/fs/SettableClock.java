package dev.kvc.store.fs;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** A clock that tests set. It begins now, since it is compared with the times of real files. */
final class SettableClock implements InstantSource {
    private volatile Instant now = Instant.now();

    @Override
    public Instant instant() {
        return now;
    }

    void advance(Duration by) {
        now = now.plus(by);
    }

    long unix() {
        return now.getEpochSecond();
    }
}
