package dev.kvc.simulator;

import dev.kvc.eviction.EvictionPolicyFactory;
import dev.kvc.simulator.trace.TraceEvent;
import java.util.function.Consumer;
import java.util.function.IntConsumer;

/** One policy at one budget, under way. For one thread at a time. */
final class Replay implements Consumer<TraceEvent> {
    private final String policy;
    private final double budgetShare;
    private final long budgetBytes;
    private final SimulatedStore store;
    private final IntConsumer clock;
    private int event;

    private Replay(String policy, double budgetShare, long budgetBytes, SimulatedStore store, IntConsumer clock) {
        this.policy = policy;
        this.budgetShare = budgetShare;
        this.budgetBytes = budgetBytes;
        this.store = store;
        this.clock = clock;
    }

    static Replay of(EvictionPolicyFactory policy, SizeModel sizes, double share, long unboundedBytes) {
        long bytes = (long) (share * unboundedBytes);
        SimulatedStore store = new SimulatedStore(policy.create(), bytes, sizes);
        return new Replay(policy.name(), share, bytes, store, event -> {});
    }

    static Replay of(Bound bound, NextUses nextUses, SizeModel sizes, double share, long unboundedBytes) {
        long bytes = (long) (share * unboundedBytes);
        Clairvoyant policy = new Clairvoyant(nextUses);
        return new Replay(bound.label(), share, bytes, new SimulatedStore(policy, bytes, sizes), policy::at);
    }

    String policy() {
        return policy;
    }

    @Override
    public void accept(TraceEvent next) {
        clock.accept(event++);
        store.accept(next);
    }

    Result result() {
        return new Result(policy, budgetShare, budgetBytes, store.tally().outcome());
    }
}
