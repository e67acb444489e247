package dev.kvc.micrometer;

import dev.kvc.micrometer.MeterRow.Kind;
import dev.kvc.store.KvStore;
import dev.kvc.store.StoreStats;
import dev.kvc.store.tier.TierStats;
import dev.kvc.store.tier.TieredKvStore;
import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.BaseUnits;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The meters of one cache: {@code cache.gets}, {@code cache.puts}, {@code cache.evictions} and {@code cache.size}, as
 * Micrometer has them for every cache, and {@code kvc.*} for what only this kind has; of a {@link TieredKvStore} also
 * {@code kvc.tier.*} for each tier. {@code docs/metrics.md} has all of them.
 *
 * <p>Counters and gauges are read from {@link KvStore#stats} when the registry is read, which never looks at a
 * directory. Timers, and what is measured of requests, need these to pass through {@link #timed}: a wrapper, which
 * times any store and the whole of a prefix lookup, where a listener would be told of stores that tell listeners,
 * afterwards.
 *
 * <p>Make one when the store has been opened. A registry does not keep a store from being collected, and shows the last
 * counts of one that is closed; {@link #close} takes the meters out. Safe from any thread.
 */
public final class KvcMetrics implements MeterBinder, AutoCloseable {
    private static final String AMPLIFICATION =
            "Bytes written for each byte of the snapshots that saves through the timed store took";

    private final KvStore store;
    private final Tags tags;
    private final List<String> tierNames;
    private final Clock clock;
    private final Requests requests;
    private final StoreStats before;
    private final List<TierStats> tiersBefore;
    private final List<Binding> bindings = new ArrayList<>();

    private KvcMetrics(KvStore store, Tags tags, List<String> tierNames, Clock clock) {
        this.store = store;
        this.tags = tags;
        this.tierNames = tierNames;
        this.clock = clock;
        this.requests = new Requests(clock);
        this.before = store.stats();
        this.tiersBefore = tierStats(store);
    }

    /**
     * The metrics of a store, not yet bound to a registry. The store is not closed with them.
     *
     * @param store the root of a store, whose statistics are those of all its namespaces; for meters of tiers the
     *     {@link TieredKvStore} itself
     * @param cache its name, the tag {@code cache} of every meter
     * @throws IllegalArgumentException if the name is blank, or the store is the view of a namespace
     */
    public static KvcMetrics of(KvStore store, String cache) {
        return of(store, cache, Clock.SYSTEM);
    }

    static KvcMetrics of(KvStore store, String cache, Clock clock) {
        if (cache.isBlank()) {
            throw new IllegalArgumentException("cache is \"" + cache + "\"; it must be a name");
        } else if (!store.namespace().isDefault()) {
            throw new IllegalArgumentException("store is the view of namespace \"" + store.namespace()
                    + "\"; statistics are those of the root, so give that");
        }
        List<String> numbers = IntStream.range(0, tierStats(store).size())
                .mapToObj(Integer::toString)
                .toList();
        return new KvcMetrics(store, Tags.of("cache", cache), numbers, clock);
    }

    private static List<TierStats> tierStats(KvStore store) {
        return store instanceof TieredKvStore tiered ? tiered.tierStats() : List.of();
    }

    /** The same, not bound, with more tags on every meter. */
    public KvcMetrics withTags(Iterable<? extends Tag> more) {
        return new KvcMetrics(store, tags.and(more), tierNames, clock);
    }

    /**
     * The same, not bound, with names for the tiers, fastest first, as the tag {@code tier}; without, they are counted
     * from 0.
     *
     * @throws IllegalArgumentException if there are not as many names as tiers, or two are equal
     */
    public KvcMetrics withTierNames(String... fastestFirst) {
        if (fastestFirst.length != tiersBefore.size()
                || Set.copyOf(List.of(fastestFirst)).size() != fastestFirst.length) {
            throw new IllegalArgumentException("tier names are " + List.of(fastestFirst) + "; there must be "
                    + tiersBefore.size() + ", all of them different");
        }
        return new KvcMetrics(store, tags, List.of(fastestFirst), clock);
    }

    /**
     * The store, with its loads, prefix lookups and saves timed in every registry that is bound, now or later. It costs
     * two looks at the clock. Give this to who uses the store, in its place; closing it closes the store.
     */
    public KvStore timed() {
        return new TimedKvStore(store, requests);
    }

    /**
     * Registers the meters. A second time with the same registry does nothing.
     *
     * @throws IllegalStateException if the registry has a cache with the same tags: Micrometer would go on showing that
     */
    @Override
    public synchronized void bindTo(MeterRegistry registry) {
        if (bindings.stream().anyMatch(binding -> binding.isIn(registry))) {
            return;
        }
        Binding binding = new Binding(registry, store, tags, requestRows());
        for (int i = 0; store instanceof TieredKvStore tiered && i < tierNames.size(); i++) {
            binding.addTier(tiered, i, tierNames.get(i), amplification(tiersBefore.get(i)));
        }
        bindings.add(binding);
        requests.add(binding.timers());
    }

    private List<MeterRow<KvStore>> requestRows() {
        MeterRow<KvStore> saved = new MeterRow<>(
                Kind.COUNTER,
                "kvc.saved",
                BaseUnits.BYTES,
                Tags.empty(),
                "Bytes of the snapshots that saves through the timed store took",
                any -> requests.savedBytes());
        MeterRow<KvStore> amplification = new MeterRow<>(
                Kind.GAUGE,
                "kvc.write.amplification",
                null,
                Tags.empty(),
                AMPLIFICATION,
                from -> requests.amplification(before, from.stats()));
        return List.of(saved, amplification);
    }

    private MeterRow<TierStats> amplification(TierStats then) {
        return new MeterRow<>(
                Kind.GAUGE,
                "kvc.tier.write.amplification",
                null,
                Tags.empty(),
                AMPLIFICATION,
                tier -> requests.amplification(then.store(), tier.store()));
    }

    /** Takes the meters out of every registry. The store, and one that is timed, go on working. */
    @Override
    public synchronized void close() {
        for (Binding binding : bindings) {
            requests.remove(binding.timers());
            binding.remove();
        }
        bindings.clear();
    }
}
