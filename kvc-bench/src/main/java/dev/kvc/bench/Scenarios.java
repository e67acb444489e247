package dev.kvc.bench;

import java.util.ArrayList;
import java.util.List;

/** All scenarios. */
final class Scenarios {
    private Scenarios() {}

    static List<Scenario> all() {
        List<Scenario> all = new ArrayList<>();
        all.addAll(LoadScenarios.all());
        all.addAll(SaveScenarios.all());
        all.addAll(DirectoryScenarios.all());
        all.addAll(MemoryScenarios.all());
        all.addAll(ConcurrencyScenarios.all());
        all.addAll(GrowthScenarios.all());
        all.addAll(RemoteScenarios.all());
        all.addAll(StackScenarios.all());
        return all;
    }

    static Scenario named(String name) {
        return all().stream()
                .filter(scenario -> scenario.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no scenario is named " + name));
    }
}
