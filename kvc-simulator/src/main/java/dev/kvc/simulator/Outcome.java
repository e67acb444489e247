package dev.kvc.simulator;

/**
 * What came of replaying a trace with one policy and one budget, cold start included.
 *
 * @param requests lookups
 * @param hits lookups that found a snapshot
 * @param promptTokens of all lookups
 * @param savedTokens that the snapshots found had, and no engine would have had to compute
 * @param saves snapshots stored
 * @param refusals snapshots that were not stored because they did not fit
 * @param bytesWritten of the snapshots stored
 * @param evictions snapshots given up to make room
 */
public record Outcome(
        long requests,
        long hits,
        long promptTokens,
        long savedTokens,
        long saves,
        long refusals,
        long bytesWritten,
        long evictions) {
    /** Share of the prompts' tokens that did not have to be computed, 0 to 1. */
    public double tokenHitRatio() {
        return ratio(savedTokens, promptTokens);
    }

    /** Share of the requests that found a snapshot, 0 to 1. */
    public double requestHitRatio() {
        return ratio(hits, requests);
    }

    static double ratio(long part, long whole) {
        return whole == 0 ? 0 : (double) part / whole;
    }
}
