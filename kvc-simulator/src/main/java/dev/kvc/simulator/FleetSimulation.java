package dev.kvc.simulator;

import dev.kvc.eviction.EvictionPolicies;
import dev.kvc.eviction.EvictionPolicyFactory;
import dev.kvc.simulator.trace.Trace;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Replays one trace to fleets of several sizes, all at once: each request goes to one of n engines, each engine has a
 * cache of its own, and all of them share one tier behind. What would come of it without that tier is replayed beside.
 *
 * <p>The traffic is the same for every n, so that the more engines there are the fewer requests each has. Caches of
 * engines do not shrink: each engine brings its own.
 *
 * <p>The trace is read twice, as by {@link Simulation}; results do not depend on the number of threads. Immutable.
 */
public final class FleetSimulation {
    private static final long SEED = 1;

    private final Trace trace;
    private final SizeModel sizes;
    private final EvictionPolicyFactory policy;
    private final double budget;
    private final EvictionPolicyFactory sharedPolicy;
    private final double sharedBudget;
    private final Admission admission;
    private final List<Integer> engines;
    private final List<Router> routers;
    private final int threads;

    private FleetSimulation(Builder builder) {
        trace = builder.trace;
        sizes = builder.sizes;
        policy = builder.policy;
        budget = builder.budget;
        sharedPolicy = builder.sharedPolicy;
        sharedBudget = builder.sharedBudget;
        admission = new Admission(builder.sharedMinTokens, builder.sharedOnSecondHit);
        engines = builder.engines;
        routers = builder.routers;
        threads = builder.threads;
    }

    /** Of this trace. */
    public static Builder builder(Trace trace) {
        return new Builder(trace);
    }

    /**
     * What to simulate. By default: 1, 10, 100 and 1000 engines, both routers, sizes as ds4's; a tenth for each engine
     * with KVC's default policy, and a shared tier for all that is saved, which evicts the least recently used.
     */
    public static final class Builder {
        private final Trace trace;
        private SizeModel sizes = SizeModel.ds4();
        private EvictionPolicyFactory policy = EvictionPolicies.prefixAware();
        private double budget = 0.1;
        private EvictionPolicyFactory sharedPolicy = EvictionPolicies.lru();
        private double sharedBudget = 1;
        private long sharedMinTokens;
        private boolean sharedOnSecondHit;
        private List<Integer> engines = List.of(1, 10, 100, 1000);
        private List<Router> routers = List.of(Router.values());
        private int threads = Runtime.getRuntime().availableProcessors();

        private Builder(Trace trace) {
            this.trace = trace;
        }

        /** Sizes of snapshots. */
        public Builder sizeModel(SizeModel model) {
            sizes = model;
            return this;
        }

        /** What the caches of engines evict first. */
        public Builder policy(EvictionPolicyFactory factory) {
            policy = factory;
            return this;
        }

        /** Of each engine, as a share of what one cache without a budget would hold at the end; above 0. */
        public Builder budget(double share) {
            budget = share;
            return this;
        }

        /** What the shared tier evicts first. */
        public Builder sharedPolicy(EvictionPolicyFactory factory) {
            sharedPolicy = factory;
            return this;
        }

        /** Of the shared tier, as a share of the same; above 0. */
        public Builder sharedBudget(double share) {
            sharedBudget = share;
            return this;
        }

        /** Tokens that a snapshot must cover to go to the shared tier when it is saved, 0 or more. */
        public Builder sharedMinTokens(long tokens) {
            sharedMinTokens = tokens;
            return this;
        }

        /** Whether a snapshot of fewer goes there at its second hit in the cache of an engine. */
        public Builder sharedOnSecondHit(boolean whether) {
            sharedOnSecondHit = whether;
            return this;
        }

        /** Sizes of fleets, each 1 or more. */
        public Builder engines(List<Integer> counts) {
            engines = List.copyOf(counts);
            return this;
        }

        /** What chooses the engine of a request. */
        public Builder routers(List<Router> wanted) {
            routers = List.copyOf(wanted);
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
         * @throws IllegalArgumentException if a number breaks its rule, or a size or router is given twice
         */
        public FleetSimulation build() {
            Rules.requireShare("budget", budget);
            Rules.requireShare("sharedBudget", sharedBudget);
            Rules.require(sharedMinTokens >= 0, "sharedMinTokens is " + sharedMinTokens + "; it must be 0 or more");
            for (int count : engines) {
                Rules.require(count > 0, "engines has " + count + "; each must be 1 or more");
            }
            Rules.requireDistinct("engines", engines, String::valueOf);
            Rules.requireDistinct("routers", routers, Router::label);
            Rules.requireThreads(threads);
            return new FleetSimulation(this);
        }
    }

    /**
     * Replays, and returns when all is done.
     *
     * @throws IOException if the trace cannot be read
     * @throws InterruptedException if this thread is interrupted; the replays end with the batch that they are at
     * @throws IllegalStateException if a policy throws; the cause is what it threw
     */
    public FleetReport run() throws IOException, InterruptedException {
        Outcome unbounded = Census.of(trace, sizes, Set.of()).outcome();
        long budgetBytes = (long) (budget * unbounded.bytesWritten());
        long sharedBytes = (long) (sharedBudget * unbounded.bytesWritten());
        List<Pair> pairs = new ArrayList<>();
        List<FleetReplay> replays = new ArrayList<>();
        for (Router router : routers) {
            for (int count : engines) {
                Pair pair = new Pair(
                        router,
                        count,
                        replay(router, count, budgetBytes, 0),
                        replay(router, count, budgetBytes, sharedBytes));
                pairs.add(pair);
                replays.add(pair.alone);
                replays.add(pair.shared);
            }
        }
        Batches.replay(trace, replays, threads);
        return new FleetReport(
                trace.name(),
                sizes.name(),
                unbounded,
                new FleetReport.Cache(policy.name(), budget, budgetBytes),
                new FleetReport.Cache(sharedPolicy.name(), sharedBudget, sharedBytes),
                admission.minTokens(),
                admission.onSecondHit(),
                pairs.stream().map(Pair::result).toList());
    }

    /** A fleet without and with a shared tier: the requests go the same ways. */
    private record Pair(Router router, int engines, FleetReplay alone, FleetReplay shared) {
        FleetResult result() {
            return new FleetResult(router, engines, alone.outcome(), shared.outcome());
        }
    }

    private FleetReplay replay(Router router, int count, long budgetBytes, long sharedBytes) {
        return new FleetReplay(
                () -> new SimulatedStore(policy.create(), budgetBytes, sizes),
                new SimulatedStore(sharedPolicy.create(), sharedBytes, sizes),
                new Routes(router, count, SEED)::engineOf,
                admission);
    }
}
