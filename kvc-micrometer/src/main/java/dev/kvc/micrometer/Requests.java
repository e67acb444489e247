package dev.kvc.micrometer;

import dev.kvc.store.LoadOptions;
import dev.kvc.store.SaveResult;
import dev.kvc.store.Snapshot;
import dev.kvc.store.StoreStats;
import io.micrometer.core.instrument.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

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
        tell(each -> each.loaded(found, options, now() - startedAt));
    }

    void failedToLoad(long startedAt) {
        tell(each -> each.failedToLoad(now() - startedAt));
    }

    void saved(SaveResult result, long startedAt) {
        switch (result.outcome()) {
            case STORED, REPLACED, QUEUED -> savedBytes.add(result.bytes());
            case ALREADY_PRESENT, TOO_LARGE, NO_ROOM, NOT_ADMITTED, THROTTLED, FAILED -> {}
        }
        tell(each -> each.saved(result.outcome(), now() - startedAt));
    }

    void failedToSave(long startedAt) {
        tell(each -> each.saved(SaveResult.Outcome.FAILED, now() - startedAt));
    }

    private void tell(Consumer<RequestTimers> event) {
        timers.forEach(event);
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
