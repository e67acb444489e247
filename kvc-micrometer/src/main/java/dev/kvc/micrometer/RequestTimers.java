package dev.kvc.micrometer;

import dev.kvc.format.KvcHeader;
import dev.kvc.store.LoadOptions;
import dev.kvc.store.SaveResult.Outcome;
import dev.kvc.store.Snapshot;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The timers of one cache in one registry; all there from the beginning, so that a rate has a 0 to begin with. */
final class RequestTimers {
    private final Timer hit;
    private final Timer miss;
    private final Timer failure;
    private final Timer age;
    private final Map<Outcome, Timer> saves = new EnumMap<>(Outcome.class);

    RequestTimers(MeterRegistry registry, Tags tags) {
        hit = load(registry, tags, "hit");
        miss = load(registry, tags, "miss");
        failure = load(registry, tags, "failure");
        age = Timer.builder("kvc.hit.age")
                .description("Age of the snapshots that are hit, since they were made")
                .tags(tags)
                .register(registry);
        for (Outcome outcome : Outcome.values()) {
            saves.put(
                    outcome,
                    Timer.builder("cache.puts.latency")
                            .description("How long saves take, by how they ended")
                            .tags(tags.and("outcome", MeterTable.tagValue(outcome)))
                            .register(registry));
        }
    }

    private static Timer load(MeterRegistry registry, Tags tags, String result) {
        return Timer.builder("cache.gets.latency")
                .description("How long loads and prefix lookups take until the snapshot can be read")
                .tags(tags.and("result", result))
                .register(registry);
    }

    List<? extends Meter> all() {
        return Stream.concat(Arrays.asList(hit, miss, failure, age).stream(), saves.values().stream())
                .toList();
    }

    void loaded(Optional<Snapshot> found, LoadOptions options, long nanos) {
        (found.isPresent() ? hit : miss).record(nanos, TimeUnit.NANOSECONDS);
        if (options.countHit()) {
            found.ifPresent(snapshot -> recordAge(snapshot.info().header()));
        }
    }

    /** Other writers may have left any times. */
    private void recordAge(KvcHeader header) {
        long seconds = header.lastUsedUnix() - header.createdUnix();
        if (header.createdUnix() >= 0 && seconds >= 0) {
            age.record(seconds, TimeUnit.SECONDS);
        }
    }

    void failedToLoad(long nanos) {
        failure.record(nanos, TimeUnit.NANOSECONDS);
    }

    void saved(Outcome outcome, long nanos) {
        Objects.requireNonNull(saves.get(outcome)).record(nanos, TimeUnit.NANOSECONDS);
    }
}
