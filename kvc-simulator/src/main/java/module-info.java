/** Replays recorded traffic against eviction policies, at many budgets at once. */
@SuppressWarnings("module") // the module that pages are shared with stands below this one, and is not compiled yet
module dev.kvc.simulator {
    requires transitive dev.kvc.eviction;
    requires com.fasterxml.jackson.core;
    requires static transitive org.jspecify;

    exports dev.kvc.simulator;
    exports dev.kvc.simulator.page to
            dev.kvc.cli;
    exports dev.kvc.simulator.report;
    exports dev.kvc.simulator.trace;
}
