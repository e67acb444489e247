package dev.kvc.cli;

import dev.kvc.eviction.EvictionPolicies;
import dev.kvc.simulator.FleetSimulation;
import dev.kvc.simulator.Router;
import dev.kvc.simulator.trace.Trace;
import java.util.List;
import picocli.CommandLine.Option;

/** What {@code kvc simulate} is told of a fleet. */
final class FleetOptions {
    @Option(
            names = "--engines",
            paramLabel = "COUNTS",
            split = ",",
            required = true,
            description = "Replay to fleets of so many engines, such as 1,10,100,1000: each has a cache of --budgets,"
                    + " and all of them share a tier behind.")
    private List<Integer> engines = List.of();

    @Option(
            names = "--router",
            paramLabel = "NAMES",
            split = ",",
            converter = Converters.Routers.class,
            defaultValue = "random,session",
            description = "What chooses an engine: random; or session, for the one that last had the longest beginning"
                    + " of the prompt, if that is more than half of it; ${DEFAULT-VALUE} by default.")
    private List<Router> routers = List.of();

    @Option(
            names = "--shared-budget",
            paramLabel = "SHARE",
            converter = Converters.Share.class,
            defaultValue = "1",
            description = "Of the shared tier, as for --budgets; ${DEFAULT-VALUE} by default.")
    private double sharedBudget;

    @Option(
            names = "--shared-policy",
            paramLabel = "NAME",
            defaultValue = "lru",
            description = "The policy of the shared tier; ${DEFAULT-VALUE} by default.")
    private String sharedPolicy = "";

    @Option(
            names = "--shared-min-tokens",
            paramLabel = "COUNT",
            defaultValue = "0",
            description = "Tokens that a snapshot must cover to go to the shared tier when it is saved;"
                    + " ${DEFAULT-VALUE} by default.")
    private long sharedMinTokens;

    @Option(
            names = "--shared-on-second-hit",
            description = "Give the shared tier a snapshot of fewer at its second hit in the cache of an engine.")
    private boolean sharedOnSecondHit;

    /** A simulation of this trace, whose sizes, policy and budget are the caller's to set. */
    FleetSimulation.Builder simulation(Trace trace, EvictionPolicies installed) {
        return FleetSimulation.builder(trace)
                .engines(engines)
                .routers(routers)
                .sharedBudget(sharedBudget)
                .sharedPolicy(installed.byName(sharedPolicy))
                .sharedMinTokens(sharedMinTokens)
                .sharedOnSecondHit(sharedOnSecondHit);
    }
}
