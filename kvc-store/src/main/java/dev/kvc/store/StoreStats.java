package dev.kvc.store;

import java.util.Map;

/**
 * Counters of a store since it was opened, and what it holds now. Reading them never scans a directory.
 *
 * @param hits loads that found their snapshot and counted as hits
 * @param tokensServed tokens covered by the snapshots of those hits
 * @param misses loads and prefix lookups that found nothing, by reason; a reason that did not occur is not in it
 * @param saves saves that ended, by outcome; likewise
 * @param bytesWritten bytes written for snapshots
 * @param evictions snapshots and leftovers removed to make room or for their age
 * @param bytesEvicted their bytes
 * @param setAside snapshots set aside as damaged or rejected
 * @param snapshots snapshots held now, over all namespaces
 * @param bytes bytes held now, everything that counts against the budget included
 * @param budgetBytes the budget; {@code Long.MAX_VALUE} for none
 * @param health whether it answers
 */
public record StoreStats(
        long hits,
        long tokensServed,
        Map<MissReason, Long> misses,
        Map<SaveResult.Outcome, Long> saves,
        long bytesWritten,
        long evictions,
        long bytesEvicted,
        long setAside,
        long snapshots,
        long bytes,
        long budgetBytes,
        StoreHealth health) {
    /** Copies both maps. */
    public StoreStats {
        misses = Map.copyOf(misses);
        saves = Map.copyOf(saves);
    }

    /** What a store that depends on nobody else says of itself: it answers. */
    public StoreStats(
            long hits,
            long tokensServed,
            Map<MissReason, Long> misses,
            Map<SaveResult.Outcome, Long> saves,
            long bytesWritten,
            long evictions,
            long bytesEvicted,
            long setAside,
            long snapshots,
            long bytes,
            long budgetBytes) {
        this(
                hits,
                tokensServed,
                misses,
                saves,
                bytesWritten,
                evictions,
                bytesEvicted,
                setAside,
                snapshots,
                bytes,
                budgetBytes,
                StoreHealth.UP);
    }

    /** The same, by a store that says whether it answers. */
    public StoreStats with(StoreHealth state) {
        return new StoreStats(
                hits,
                tokensServed,
                misses,
                saves,
                bytesWritten,
                evictions,
                bytesEvicted,
                setAside,
                snapshots,
                bytes,
                budgetBytes,
                state);
    }

    /** All misses together. */
    public long missCount() {
        return misses.values().stream().mapToLong(Long::longValue).sum();
    }

    /** All saves together that ended in {@code outcome}. */
    public long saves(SaveResult.Outcome outcome) {
        return saves.getOrDefault(outcome, 0L);
    }
}
