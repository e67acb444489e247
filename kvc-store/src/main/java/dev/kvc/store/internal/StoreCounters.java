package dev.kvc.store.internal;

import dev.kvc.store.MissReason;
import dev.kvc.store.SaveResult;
import dev.kvc.store.StoreStats;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** The counters behind {@link StoreStats}. Safe from any thread, without a lock. */
public final class StoreCounters {
    private final LongAdder hits = new LongAdder();
    private final LongAdder tokensServed = new LongAdder();
    private final Map<MissReason, LongAdder> misses = adders(MissReason.class);
    private final Map<SaveResult.Outcome, LongAdder> saves = adders(SaveResult.Outcome.class);
    private final LongAdder bytesWritten = new LongAdder();
    private final LongAdder evictions = new LongAdder();
    private final LongAdder bytesEvicted = new LongAdder();
    private final LongAdder setAside = new LongAdder();

    /** Counters at 0. */
    public StoreCounters() {}

    /** Counts a hit of a snapshot that covers so many tokens. */
    public void hit(long tokens) {
        hits.increment();
        tokensServed.add(tokens);
    }

    /** Counts a miss. */
    public void miss(MissReason reason) {
        adder(misses, reason).increment();
    }

    /** Counts a save. */
    public void save(SaveResult.Outcome outcome) {
        adder(saves, outcome).increment();
    }

    /** Counts bytes written for snapshots. */
    public void wrote(long bytes) {
        bytesWritten.add(bytes);
    }

    /** Counts an eviction. */
    public void evicted(long bytes) {
        evictions.increment();
        bytesEvicted.add(bytes);
    }

    /** Counts a snapshot set aside. */
    public void setAside() {
        setAside.increment();
    }

    /** The counts so far, and what the store holds now. */
    public StoreStats stats(long snapshots, long bytes, long budgetBytes) {
        return new StoreStats(
                hits.sum(),
                tokensServed.sum(),
                sums(misses),
                sums(saves),
                bytesWritten.sum(),
                evictions.sum(),
                bytesEvicted.sum(),
                setAside.sum(),
                snapshots,
                bytes,
                budgetBytes);
    }

    private static <E extends Enum<E>> Map<E, LongAdder> adders(Class<E> type) {
        Map<E, LongAdder> adders = new EnumMap<>(type);
        for (E constant : type.getEnumConstants()) {
            adders.put(constant, new LongAdder());
        }
        return adders;
    }

    private static <E> LongAdder adder(Map<E, LongAdder> adders, E constant) {
        return java.util.Objects.requireNonNull(adders.get(constant));
    }

    private static <E extends Enum<E>> Map<E, Long> sums(Map<E, LongAdder> adders) {
        Map<E, Long> sums = new java.util.HashMap<>();
        adders.forEach((constant, adder) -> {
            if (adder.sum() > 0) {
                sums.put(constant, adder.sum());
            }
        });
        return sums;
    }
}
