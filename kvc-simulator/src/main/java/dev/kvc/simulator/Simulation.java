package dev.kvc.simulator;

import dev.kvc.eviction.EvictionPolicyFactory;
import dev.kvc.simulator.trace.Trace;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Replays one trace with every given policy at every given budget, all at once.
 *
 * <p>The trace is read twice: first for what a cache without a budget would hold, of which budgets are shares, then for
 * the replays, a batch of events at a time. So a trace may have any length; what is held is one batch, and for each
 * replay its policy and the tree of the prefixes that it has stored.
 *
 * <p>Each policy sees the events in order and on one thread at a time; results do not depend on the number of threads.
 * Immutable.
 */
public final class Simulation {
    private final Trace trace;
    private final SizeModel sizes;
    private final List<EvictionPolicyFactory> policies;
    private final Set<Bound> bounds;
    private final List<Double> budgets;
    private final int threads;

    private Simulation(Builder builder) {
        trace = builder.trace;
        sizes = builder.sizes;
        policies = List.copyOf(builder.policies);
        bounds = Set.copyOf(builder.bounds);
        budgets = List.copyOf(builder.budgets);
        threads = builder.threads;
    }

    /** Of this trace. */
    public static Builder builder(Trace trace) {
        return new Builder(trace);
    }

    /** What to simulate. By default: no policy, both bounds, budgets from 0.025 to 0.8, sizes as ds4's. */
    public static final class Builder {
        private final Trace trace;
        private SizeModel sizes = SizeModel.ds4();
        private final List<EvictionPolicyFactory> policies = new ArrayList<>();
        private Set<Bound> bounds = EnumSet.allOf(Bound.class);
        private List<Double> budgets = List.of(0.025, 0.05, 0.1, 0.2, 0.4, 0.8);
        private int threads = Runtime.getRuntime().availableProcessors();

        private Builder(Trace trace) {
            this.trace = trace;
        }

        /** Sizes of snapshots. */
        public Builder sizeModel(SizeModel model) {
            sizes = model;
            return this;
        }

        /** Adds policies. */
        public Builder policies(Collection<? extends EvictionPolicyFactory> more) {
            policies.addAll(more);
            return this;
        }

        /** The bounds to compute. */
        public Builder bounds(Collection<Bound> wanted) {
            bounds = Set.copyOf(wanted);
            return this;
        }

        /** Budgets, as shares of what a cache without a budget would hold at the end; each above 0. */
        public Builder budgets(List<Double> shares) {
            budgets = List.copyOf(shares);
            return this;
        }

        /** How many replays to run at once, 1 or more; by default as many as there are processors. */
        public Builder threads(int count) {
            threads = count;
            return this;
        }

        /**
         * The simulation.
         *
         * @throws IllegalArgumentException if a budget or the number of threads is not above 0, or two policies have
         *     one name
         */
        public Simulation build() {
            budgets.forEach(share -> Rules.requireShare("a budget", share));
            Rules.requireThreads(threads);
            Rules.requireDistinct("policies", policies, EvictionPolicyFactory::name);
            return new Simulation(this);
        }
    }

    /**
     * Replays, and returns when all is done.
     *
     * @throws IOException if the trace cannot be read
     * @throws InterruptedException if this thread is interrupted; the replays end with the batch that they are at
     * @throws IllegalStateException if a policy throws; the cause is what it threw
     */
    public Report run() throws IOException, InterruptedException {
        Census census = Census.of(trace, sizes, bounds);
        List<Replay> replays = replays(census);
        Batches.replay(trace, replays, threads);
        return new Report(
                trace.name(),
                sizes.name(),
                census.outcome(),
                replays.stream().map(Replay::policy).distinct().toList(),
                budgets,
                replays.stream().map(Replay::result).toList());
    }

    private List<Replay> replays(Census census) {
        long unboundedBytes = census.outcome().bytesWritten();
        List<Replay> replays = new ArrayList<>();
        for (EvictionPolicyFactory policy : policies) {
            for (double share : budgets) {
                replays.add(Replay.of(policy, sizes, share, unboundedBytes));
            }
        }
        for (Bound bound : Bound.values()) {
            for (double share : bounds.contains(bound) ? budgets : List.<Double>of()) {
                replays.add(Replay.of(bound, census.nextUses(bound), sizes, share, unboundedBytes));
            }
        }
        return replays;
    }
}
