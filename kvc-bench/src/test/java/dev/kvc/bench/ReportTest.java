package dev.kvc.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ReportTest {
    private static final Measured SIDE = new Measured(
            "s",
            "a \"side\"",
            Unit.NANOS,
            List.of(new Sample(1_500, 900, 32, 0), new Sample(1_500, 900, 32, 0)),
            3 << 20,
            0);

    @Test
    void columnsStandUnderEachOther() {
        String table = Report.table(List.of(List.of("what", "it is"), List.of("a", "longer than that")));
        assertThat(table).isEqualTo("what             it is\na     longer than that\n");
    }

    @Test
    void whereNoTargetWasMeasuredTheirTableIsEmpty() {
        assertThat(Report.verdicts(List.of())).isEqualTo("target  medians  best rounds  cpu  asked\n");
    }

    @Test
    void aMeasurementShowsMemoryAndFaultsBesideTheTime() {
        assertThat(Report.measurements(List.of(SIDE)).lines().skip(1))
                .singleElement()
                .asString()
                .contains("1.50 us", "900 ns", "32.0 B", "0.00", "3.00 MiB");
    }

    @Test
    void aVerdictSaysMissedAloud() {
        Target target = new Target("load", results -> 0.5, Target.atLeast(0.85));
        assertThat(Report.verdicts(List.of(new Target.Verdict(target, 0.5, 0.6, 0.7))))
                .contains("load", "0.50", "0.60", "0.70", ">= 0.85", "MISSED");
    }

    @Test
    void jsonIsEscapedAndHasNoNumberThatJsonLacks() {
        Target target = new Target("a\\b", results -> 0, Target.atMost(1));
        String json = Report.json(
                new Machine("2 cores"), List.of(SIDE), List.of(new Target.Verdict(target, Double.NaN, 0.5, 0.5)));
        assertThat(json)
                .contains("\"side\":\"a \\\"side\\\"\"", "\"median\":1500.0", "\"a\\\\b\"", "\"value\":null")
                .doesNotContain("NaN");
        assertThat(Json.string("a\nb\u0001")).isEqualTo("\"a\\nb\\u0001\"");
    }

    @Test
    void valuesReadInTheUnitThatFitsThem() {
        assertThat(Unit.NANOS.format(12)).isEqualTo("12.0 ns");
        assertThat(Unit.NANOS.format(1.5e6)).isEqualTo("1.50 ms");
        assertThat(Unit.NANOS.format(2e9)).isEqualTo("2.00 s");
        assertThat(Unit.BYTES.format(64 << 20)).isEqualTo("64.0 MiB");
        assertThat(Unit.RATE.format(1234)).isEqualTo("1234 /s");
    }

    @Test
    void aPlotHasALineForEachSeries() {
        Plot plot = new Plot("title", "x", "y");
        assertThat(plot.svg()).isEmpty();
        plot.line("one", List.of(new Plot.Point(100, 1e3), new Plot.Point(1e6, 1e9)));
        plot.line("two", List.of(new Plot.Point(100, 1e3), new Plot.Point(1e4, 1e3)));
        assertThat(plot.svg().orElseThrow())
                .startsWith("<svg ")
                .endsWith("</svg>\n")
                .contains(">one<", ">two<", "1 us", "1 s")
                .doesNotContain("NaN");
    }
}
