package dev.kvc.simulator;

/**
 * What came of replaying a trace to a fleet, cold start included.
 *
 * @param requests lookups
 * @param promptTokens of all lookups
 * @param localHits lookups that were served by a cache of the engine
 * @param localTokens that they did not have to compute
 * @param fetches lookups that were served by the shared tier, a snapshot each
 * @param fetchedTokens that they did not have to compute
 * @param bytesDown of the snapshots fetched
 * @param uploads snapshots that the shared tier took
 * @param bytesUp of those
 * @param busiest prompt tokens that the engine which had to compute most had to compute
 */
public record FleetOutcome(
        long requests,
        long promptTokens,
        long localHits,
        long localTokens,
        long fetches,
        long fetchedTokens,
        long bytesDown,
        long uploads,
        long bytesUp,
        long busiest) {
    /** Share of the prompts' tokens that engines' own caches saved, 0 to 1. */
    public double localHitRatio() {
        return Outcome.ratio(localTokens, promptTokens);
    }

    /** Share of the prompts' tokens that the shared tier saved, 0 to 1. */
    public double sharedHitRatio() {
        return Outcome.ratio(fetchedTokens, promptTokens);
    }

    /** Share of the prompts' tokens that did not have to be computed, 0 to 1. */
    public double tokenHitRatio() {
        return Outcome.ratio(localTokens + fetchedTokens, promptTokens);
    }
}
