package dev.kvc.simulator;

/**
 * One policy at one budget.
 *
 * @param policy its name; for a bound, {@link Bound#label()}
 * @param budgetShare of the bytes that a cache without a budget would hold at the end
 * @param budgetBytes the same in bytes
 * @param outcome what came of it
 */
public record Result(String policy, double budgetShare, long budgetBytes, Outcome outcome) {}
