package dev.kvc.simulator;

import java.util.List;

/**
 * What came of a simulation of fleets.
 *
 * @param trace its name
 * @param sizeModel its name
 * @param unbounded one cache without a budget for all engines: its hit ratio is the ceiling
 * @param local the cache of each engine
 * @param shared the tier behind all of them
 * @param minTokens that a snapshot had to cover to go there when it was saved
 * @param onSecondHit whether one of fewer went there at its second hit
 * @param results for each router, for each number of engines
 */
public record FleetReport(
        String trace,
        String sizeModel,
        Outcome unbounded,
        Cache local,
        Cache shared,
        long minTokens,
        boolean onSecondHit,
        List<FleetResult> results) {
    /** Takes a copy of the list. */
    public FleetReport {
        results = List.copyOf(results);
    }

    /**
     * A cache.
     *
     * @param policy the name of what evicts
     * @param budgetShare of the bytes that a cache without a budget would hold at the end
     * @param budgetBytes the same in bytes
     */
    public record Cache(String policy, double budgetShare, long budgetBytes) {}
}
