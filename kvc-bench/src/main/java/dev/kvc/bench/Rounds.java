package dev.kvc.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs a scenario: a JVM for each side, and one round of each in turn, the first to go changing each time. A side that
 * takes long has fewer rounds than others, once it has had some.
 */
final class Rounds {
    private static final int SOME = 5;
    private static final long LONG_NANOS = 1_500_000_000L;

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
            for (Fork fork : forks) {
                fork.awaitReady();
            }
            for (Fork fork : forks) {
                fork.warmUp();
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

    /** Whether that many rounds of a side, which took so long with what must be in place before each, are enough. */
    static boolean isEnough(int rounds, long nanos) {
        return rounds >= SOME && nanos >= LONG_NANOS;
    }
}
