package dev.kvc.simulator;

/**
 * A fleet of one size, with one router.
 *
 * @param router what chose the engines
 * @param engines how many there were
 * @param alone what would have come of it without the shared tier
 * @param shared what came of it with the shared tier
 */
public record FleetResult(Router router, int engines, FleetOutcome alone, FleetOutcome shared) {
    /**
     * What the busiest engine has to compute, with the shared tier, for what the average one has; 1 if all have as
     * much.
     */
    public double imbalance() {
        long computed = shared.promptTokens() - shared.localTokens() - shared.fetchedTokens();
        return Outcome.ratio(engines * shared.busiest(), computed);
    }
}
