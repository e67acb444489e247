package dev.kvc.simulator;

import java.util.List;

/**
 * What came of a simulation.
 *
 * @param trace its name
 * @param sizeModel its name
 * @param unbounded a cache without a budget: what it wrote is what it holds at the end, its hit ratio is the ceiling
 * @param policies names of the policies and bounds, in the order in which they were asked for
 * @param budgets the budgets as shares, in that order
 * @param results for each policy, for each budget
 */
public record Report(
        String trace,
        String sizeModel,
        Outcome unbounded,
        List<String> policies,
        List<Double> budgets,
        List<Result> results) {
    /** Takes copies of the lists. */
    public Report {
        policies = List.copyOf(policies);
        budgets = List.copyOf(budgets);
        results = List.copyOf(results);
    }

    /** The results of one policy, by budget. */
    public List<Result> resultsOf(String policy) {
        return results.stream().filter(result -> result.policy().equals(policy)).toList();
    }

    /**
     * Whether this is the name of a bound, which no policy without knowledge of the future can be expected to reach.
     */
    public static boolean isBound(String policy) {
        for (Bound bound : Bound.values()) {
            if (bound.label().equals(policy)) {
                return true;
            }
        }
        return false;
    }
}
