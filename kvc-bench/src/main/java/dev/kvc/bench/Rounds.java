package dev.kvc.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Runs a scenario: a JVM for each side, and one round of each in turn, the first to go changing each time. */
final class Rounds {
    private static final int WARM_UP = 2;

    private Rounds() {}

    /** What the sides came to; the directory is made, and removed. */
    static List<Measured> run(Scenario scenario, Path work) throws Exception {
        try (WorkDirectory directory = WorkDirectory.in(work, scenario.name())) {
            try (Lab lab = new Lab(directory.path())) {
                scenario.preparation().prepare(lab);
            }
            return run(scenario, scenario.sides(), directory.path());
        }
    }

    private static List<Measured> run(Scenario scenario, List<Side> sides, Path directory) throws IOException {
        List<Fork> forks = new ArrayList<>();
        try {
            for (Side side : sides) {
                forks.add(Fork.start(scenario, side, directory));
            }
            if (scenario.unit() != Unit.BYTES) { // memory does not depend on what is compiled
                for (Fork fork : forks) {
                    warmUp(fork, scenario.warmUp().toNanos());
                }
            }
            for (int i = 0; i < scenario.rounds(); i++) {
                for (int j = 0; j < forks.size(); j++) {
                    forks.get((i + j) % forks.size()).countedRound();
                }
            }
            List<Measured> measured = new ArrayList<>();
            for (Fork fork : forks) {
                measured.add(fork.finish());
            }
            return measured;
        } finally {
            forks.forEach(Fork::close);
        }
    }

    private static void warmUp(Fork fork, long nanos) throws IOException {
        long start = System.nanoTime();
        for (int i = 0; i < WARM_UP || System.nanoTime() - start < nanos; i++) {
            fork.round();
        }
    }
}
