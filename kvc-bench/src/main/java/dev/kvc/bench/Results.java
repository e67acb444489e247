package dev.kvc.bench;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** All that was measured in one run. */
final class Results {
    private final List<Measured> all;
    private final boolean isOfBest;

    Results() {
        this(new ArrayList<>(), false);
    }

    private Results(List<Measured> all, boolean isOfBest) {
        this.all = all;
        this.isOfBest = isOfBest;
    }

    /** The same, where each side counts with its best round: what is left of a ratio when others use the machine. */
    Results best() {
        return new Results(all, true);
    }

    void add(Collection<Measured> measured) {
        all.addAll(measured);
    }

    List<Measured> all() {
        return List.copyOf(all);
    }

    Optional<Measured> find(String scenario, String side) {
        return all.stream()
                .filter(measured ->
                        measured.scenario().equals(scenario) && measured.side().equals(side))
                .findFirst();
    }

    /**
     * What a side came to: its median.
     *
     * @throws MissingException if it was not measured in this run
     */
    double of(String scenario, String side) {
        Measured measured = find(scenario, side).orElseThrow(() -> new MissingException(scenario + ", " + side));
        return isOfBest ? measured.best() : measured.median();
    }

    /** The least of several sides of a scenario: the best bare way, where there are several. */
    double least(String scenario, String... sides) {
        double least = Double.POSITIVE_INFINITY;
        for (String side : sides) {
            least = Math.min(least, of(scenario, side));
        }
        return least;
    }

    /** Something that a target needs was not measured in this run. */
    static final class MissingException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        MissingException(String what) {
            super(what + " was not measured");
        }
    }
}
