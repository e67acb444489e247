package dev.kvc.store.tier;

import dev.kvc.store.StoreStats;
import org.jspecify.annotations.Nullable;

/**
 * What one tier has counted since it was built in, and what it holds now.
 *
 * @param writeMode how saves reach it
 * @param store what its store says of itself; what the process did to that store beside the tiers is in it
 * @param failures operations of the tier that failed or ran into its deadline
 * @param promotions snapshots that were copied into it from slower tiers
 * @param rejectedInQueue snapshots that were rejected before they were written
 * @param queuedSnapshots snapshots that wait to be written
 * @param queuedBytes their bytes, at most the bound of the queue
 * @param lastFailureOrNull what failed last, and how; {@code null} if nothing has
 */
public record TierStats(
        WriteMode writeMode,
        StoreStats store,
        long failures,
        long promotions,
        long rejectedInQueue,
        long queuedSnapshots,
        long queuedBytes,
        @Nullable String lastFailureOrNull) {}
