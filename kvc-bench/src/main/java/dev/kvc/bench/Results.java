package dev.kvc.bench;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/** All that was measured in one run. */
final class Results {
    private final List<Measured> all;
    private final ToDoubleFunction<Measured> summary;

    Results() {
        this(new ArrayList<>(), Measured::median);
    }

    private Results(List<Measured> all, ToDoubleFunction<Measured> summary) {
        this.all = all;
        this.summary = summary;
    }

    /** The same, where each side counts with its best round: what is left of a ratio when others use the machine. */
    Results best() {
        return new Results(all, Measured::best);
    }

    /** The same, where each side counts with its processor time, which others on the machine take none of. */
    Results cpu() {
        return new Results(all, Measured::cpu);
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
     * What a side came to: its median, unless this is one of the other summaries.
     *
     * @throws MissingException if it was not measured in this run
     */
    double of(String scenario, String side) {
        return summary.applyAsDouble(get(scenario, side));
    }

    /**
     * The bytes that a side allocated for each operation.
     *
     * @throws MissingException if it was not measured in this run
     */
    double allocated(String scenario, String side) {
        return get(scenario, side).allocated();
    }

    private Measured get(String scenario, String side) {
        return find(scenario, side).orElseThrow(() -> new MissingException(scenario + ", " + side));
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
