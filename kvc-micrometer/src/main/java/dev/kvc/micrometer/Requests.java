package dev.kvc.micrometer;

import dev.kvc.store.LoadOptions;
import dev.kvc.store.SaveResult;
import dev.kvc.store.SaveResult.Outcome;
import dev.kvc.store.Snapshot;
import dev.kvc.store.StoreStats;
import io.micrometer.core.instrument.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;

/** What the requests that pass through a {@link TimedKvStore} say to the timers of all registries. */
final class Requests {
    private final Clock clock;
    private final List<RequestTimers> timers = new CopyOnWriteArrayList<>();
    private final LongAdder savedBytes = new LongAdder();

    Requests(Clock clock) {
        this.clock = clock;
    }

    void add(RequestTimers more) {
        timers.add(more);
    }

    void remove(RequestTimers gone) {
        timers.remove(gone);
    }

    /** Nanoseconds since some moment. */
    long now() {
        return clock.monotonicTime();
    }

    void loaded(Optional<Snapshot> found, LoadOptions options, long startedAt) {
        long nanos = now() - startedAt;
        timers.forEach(each -> each.loaded(found, options, nanos));
    }

    void failedToLoad(long startedAt) {
        long nanos = now() - startedAt;
        timers.forEach(each -> each.failedToLoad(nanos));
    }

    void saved(SaveResult result, long startedAt) {
        switch (result.outcome()) {
            case STORED, REPLACED, QUEUED -> savedBytes.add(result.bytes());
            case ALREADY_PRESENT, TOO_LARGE, NO_ROOM, NOT_ADMITTED, THROTTLED, FAILED -> {}
        }
        saved(result.outcome(), startedAt);
    }

    void failedToSave(long startedAt) {
        saved(Outcome.FAILED, startedAt);
    }

    private void saved(Outcome outcome, long startedAt) {
        long nanos = now() - startedAt;
        timers.forEach(each -> each.saved(outcome, nanos));
    }

    /** Bytes of the snapshots that saves took. */
    long savedBytes() {
        return savedBytes.sum();
    }

    /** Bytes written since {@code then} for each byte that a save took; not a number before the first. */
    double amplification(StoreStats then, StoreStats now) {
        return (double) (now.bytesWritten() - then.bytesWritten()) / savedBytes();
    }
}
