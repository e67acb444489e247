package dev.kvc.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class TargetTest {
    private static Results results(Measured... measured) {
        Results results = new Results();
        results.add(List.of(measured));
        return results;
    }

    private static Measured side(String scenario, String side, Unit unit, double... values) {
        List<Sample> samples = DoubleStream.of(values)
                .mapToObj(v -> new Sample(v, 2 * v, 0, 0))
                .toList();
        return new Measured(scenario, side, unit, samples, 0, 0);
    }

    @Test
    void isDecidedByMediansAndShowsTheBestRoundsBeside() {
        Target target = new Target("x", r -> r.of("s", "bare") / r.of("s", "ours"), Target.atLeast(0.5));
        Results results = results(side("s", "bare", Unit.NANOS, 1, 2, 90), side("s", "ours", Unit.NANOS, 4, 4, 4));
        Target.Verdict verdict = target.evaluate(results).orElseThrow();
        assertThat(verdict.value()).isEqualTo(0.5);
        assertThat(verdict.best()).isEqualTo(0.25);
        assertThat(verdict.cpu()).isEqualTo(0.5);
        assertThat(verdict.isMet()).isTrue();
    }

    @Test
    void theBestRoundOfARateIsTheHighest() {
        Results results = results(side("s", "ours", Unit.RATE, 4, 9, 5));
        assertThat(results.best().of("s", "ours")).isEqualTo(9);
    }

    @Test
    void boundsAreMetAtTheLimit() {
        assertThat(Target.atLeast(2).isMetBy(2)).isTrue();
        assertThat(Target.atLeast(2).isMetBy(1.99)).isFalse();
        assertThat(Target.atMost(2).isMetBy(2)).isTrue();
        assertThat(Target.atMost(2).isMetBy(2.01)).isFalse();
        assertThat(Target.atMost(Double.NaN).isMetBy(Double.NaN)).isFalse();
    }

    @Test
    void whatWasNotMeasuredHasNoVerdict() {
        assertThat(Targets.all())
                .allSatisfy(target -> assertThat(target.evaluate(new Results()))
                        .as(target.what())
                        .isEmpty());
    }

    /** A row that names a side that does not exist would never be printed. */
    @Test
    void theFullSetMeasuresEveryTarget() {
        Results results = measured(Scenarios.all().stream());
        assertThat(Targets.all())
                .allSatisfy(target ->
                        assertThat(target.evaluate(results)).as(target.what()).isPresent());
    }

    @Test
    void theShortSetMeasuresEveryTargetButThoseOfServicesThatItLeavesOut() {
        Results results = measured(
                Scenarios.all().stream().filter(scenario -> !scenario.isFull()).map(Scenario::withoutExtras));
        assertThat(Targets.all())
                .allSatisfy(target -> assertThat(target.evaluate(results).isPresent())
                        .as(target.what())
                        .isEqualTo(Stream.of(Service.values())
                                .allMatch(service ->
                                        service.isInShortSet() || !target.what().contains(" " + service.title()))));
    }

    /** As if all sides of these had been measured, and the benchmark that a target needs. */
    private static Results measured(Stream<Scenario> scenarios) {
        Results results = new Results();
        scenarios.forEach(scenario -> scenario.sides()
                .forEach(side -> results.add(List.of(side(scenario.name(), side.name(), scenario.unit(), 1)))));
        results.add(List.of(
                side(Micro.MEMORY_HIT, "kvcLoad", Unit.NANOS, 1),
                side(Micro.MEMORY_HIT, "caffeineGet", Unit.NANOS, 1)));
        return results;
    }
}
