/** Replays recorded traffic against eviction policies, at many budgets at once. */
module dev.kvc.simulator {
    requires transitive dev.kvc.eviction;
    requires com.fasterxml.jackson.core;
    requires static transitive org.jspecify;

    exports dev.kvc.simulator;
    exports dev.kvc.simulator.report;
    exports dev.kvc.simulator.trace;
}
