package dev.kvc.micrometer;

import dev.kvc.store.KvStore;
import dev.kvc.store.tier.TierStats;
import dev.kvc.store.tier.TieredKvStore;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;

/** The meters of one cache in one registry. */
final class Binding {
    private final MeterRegistry registry;
    private final Tags tags;
    private final List<Meter> meters = new ArrayList<>();
    private final RequestTimers timers;

    /**
     * Registers those of the store, and the timers.
     *
     * @param tags those of the cache
     * @throws IllegalStateException if the registry has a cache of these tags
     */
    Binding(MeterRegistry registry, KvStore store, Tags tags, List<MeterRow<KvStore>> requestRows) {
        this.registry = registry;
        this.tags = tags;
        MeterTable.STORE.forEach(row -> add(row, store, KvStore::stats, tags));
        requestRows.forEach(row -> add(row, store, Function.identity(), tags));
        timers = new RequestTimers(registry, tags);
        meters.addAll(timers.all());
    }

    /** Registers those of a tier. */
    void addTier(TieredKvStore store, int index, String name, MeterRow<TierStats> amplification) {
        Tags ofTier = tags.and("tier", name);
        Function<TieredKvStore, TierStats> stats = from -> from.tierStats().get(index);
        MeterTable.TIER.forEach(row -> add(row, store, stats, ofTier));
        add(amplification, store, stats, ofTier);
    }

    /** The first one finds out whether they are there: Micrometer would go on showing the other cache. */
    private <S, T> void add(MeterRow<T> row, S source, Function<S, T> part, Tags all) {
        Collection<Meter> before = meters.isEmpty()
                ? registry.find(row.name()).tags(all.and(row.tags())).meters()
                : List.of();
        Meter meter = row.register(registry, source, part, all);
        if (before.contains(meter)) {
            throw new IllegalStateException("the registry has a cache with the tags " + all
                    + " already; give this one another name, or close the metrics of the other");
        }
        meters.add(meter);
    }

    boolean isIn(MeterRegistry other) {
        return registry.equals(other);
    }

    RequestTimers timers() {
        return timers;
    }

    void remove() {
        meters.forEach(registry::remove);
    }
}
