package dev.kvc.micrometer;

import dev.kvc.micrometer.MeterRow.Kind;
import dev.kvc.store.MissReason;
import dev.kvc.store.SaveResult.Outcome;
import dev.kvc.store.StoreHealth;
import dev.kvc.store.StoreStats;
import dev.kvc.store.tier.TierStats;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.BaseUnits;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * What is read from statistics, and under which names. What every cache has is named as in Micrometer's
 * {@code CacheMeterBinder}, with no more tags than there, so that it stands beside other caches'.
 *
 * <p>A tier's names begin with {@code kvc.tier}: told from the whole's by a tag alone, they would be in every sum over
 * a cache a second time.
 */
final class MeterTable {
    /** Of a whole store. */
    static final List<MeterRow<StoreStats>> STORE = rows("cache", "kvc", Function.<StoreStats>identity()).all;

    /** Of one tier. */
    static final List<MeterRow<TierStats>> TIER = tierRows().all;

    private MeterTable() {}

    /** Rows, as they are added. */
    private static final class Rows<T> {
        private final List<MeterRow<T>> all = new ArrayList<>();

        void counter(String name, @Nullable String unit, String meaning, ToDoubleFunction<T> value, String... tags) {
            all.add(new MeterRow<>(Kind.COUNTER, name, unit, Tags.of(tags), meaning, value));
        }

        void gauge(String name, @Nullable String unit, String meaning, ToDoubleFunction<T> value) {
            all.add(new MeterRow<>(Kind.GAUGE, name, unit, Tags.empty(), meaning, value));
        }
    }

    /**
     * What a store counts.
     *
     * @param cache the beginning of the names that every cache has
     * @param kvc the beginning of the others
     * @param stats reads it
     */
    private static <T> Rows<T> rows(String cache, String kvc, Function<T, StoreStats> stats) {
        Rows<T> rows = new Rows<>();
        String gets = "Loads and prefix lookups; hits are those that count as hits";
        rows.counter(cache + ".gets", null, gets, of -> stats.apply(of).hits(), "result", "hit");
        rows.counter(cache + ".gets", null, gets, of -> stats.apply(of).missCount(), "result", "miss");
        rows.counter(cache + ".puts", null, "Saves that took their snapshot", of -> puts(stats.apply(of)));
        rows.counter(
                cache + ".evictions",
                null,
                "Snapshots and leftovers that were removed to make room or for their age",
                of -> stats.apply(of).evictions());
        rows.gauge(
                cache + ".size", null, "Snapshots held", of -> stats.apply(of).snapshots());
        for (MissReason reason : MissReason.values()) {
            rows.counter(
                    kvc + ".misses",
                    null,
                    "Loads and prefix lookups that found nothing, by why",
                    of -> stats.apply(of).misses().getOrDefault(reason, 0L),
                    "reason",
                    tagValue(reason));
        }
        for (Outcome outcome : Outcome.values()) {
            rows.counter(
                    kvc + ".saves",
                    null,
                    "Saves, by how they ended",
                    of -> stats.apply(of).saves(outcome),
                    "outcome",
                    tagValue(outcome));
        }
        rows.counter(
                kvc + ".tokens.served",
                null,
                "Tokens covered by the snapshots that were hit, each time: what need not be prefilled",
                of -> stats.apply(of).tokensServed());
        rows.counter(
                kvc + ".written",
                BaseUnits.BYTES,
                "Bytes written for snapshots",
                of -> stats.apply(of).bytesWritten());
        rows.counter(
                kvc + ".evicted",
                BaseUnits.BYTES,
                "Bytes of what was evicted",
                of -> stats.apply(of).bytesEvicted());
        rows.counter(
                kvc + ".set.aside",
                null,
                "Snapshots that were set aside, as damaged or rejected",
                of -> stats.apply(of).setAside());
        rows.gauge(
                kvc + ".held",
                BaseUnits.BYTES,
                "Bytes held, everything that counts against the budget included",
                of -> stats.apply(of).bytes());
        rows.gauge(
                kvc + ".budget",
                BaseUnits.BYTES,
                "Bytes that may be held; infinite without a budget",
                of -> budget(stats.apply(of)));
        return rows;
    }

    private static Rows<TierStats> tierRows() {
        String tier = "kvc.tier";
        Rows<TierStats> rows = rows(tier, tier, TierStats::store);
        rows.counter(
                tier + ".failures",
                null,
                "Operations that failed or ran into the tier's deadline",
                TierStats::failures);
        rows.gauge(
                tier + ".up",
                null,
                "Whether the tier's store answers, as far as it knows: 1, or 0",
                of -> of.store().health().state() == StoreHealth.State.UP ? 1 : 0);
        rows.counter(tier + ".promotions", null, "Snapshots copied up from slower tiers", TierStats::promotions);
        rows.counter(
                tier + ".queue.rejected",
                null,
                "Snapshots that were rejected before they were written",
                TierStats::rejectedInQueue);
        rows.gauge(tier + ".queue.size", null, "Snapshots that wait to be written", TierStats::queuedSnapshots);
        rows.gauge(tier + ".queue.held", BaseUnits.BYTES, "Bytes of those that wait", TierStats::queuedBytes);
        return rows;
    }

    private static double puts(StoreStats stats) {
        return stats.saves(Outcome.STORED) + stats.saves(Outcome.REPLACED) + stats.saves(Outcome.QUEUED);
    }

    private static double budget(StoreStats stats) {
        return stats.budgetBytes() == Long.MAX_VALUE ? Double.POSITIVE_INFINITY : stats.budgetBytes();
    }

    static String tagValue(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
