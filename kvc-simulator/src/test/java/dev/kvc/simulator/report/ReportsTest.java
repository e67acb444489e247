package dev.kvc.simulator.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvc.simulator.FleetOutcome;
import dev.kvc.simulator.FleetReport;
import dev.kvc.simulator.FleetResult;
import dev.kvc.simulator.Outcome;
import dev.kvc.simulator.Report;
import dev.kvc.simulator.Result;
import dev.kvc.simulator.Router;
import java.io.StringReader;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

class ReportsTest {
    private static final Report REPORT = new Report(
            "a <\"trace\"> & more",
            "ds4",
            new Outcome(10, 6, 1000, 500, 9, 0, 9_000_000_000L, 0),
            List.of("lru", "foresight"),
            List.of(0.1, 1.0),
            List.of(
                    result("lru", 0.1, 200),
                    result("lru", 1.0, 500),
                    result("foresight", 0.1, 300),
                    result("foresight", 1.0, 500)));

    private static Result result(String policy, double share, long saved) {
        return new Result(
                policy, share, (long) (share * 9e9), new Outcome(10, 5, 1000, saved, 9, 1, 8_500_000_000L, 1234));
    }

    @Test
    void tableIsAligned() {
        assertThat(TextReport.of(REPORT).lines())
                .containsExactly(
                        "a <\"trace\"> & more, sizes ds4: 10 requests, 1,000 prompt tokens",
                        "without a budget: 9.0 GB, token hit ratio 0.5000, request hit ratio 0.6000",
                        "",
                        "token hit ratio     0.1       1",
                        "lru              0.2000  0.5000",
                        "foresight        0.3000  0.5000",
                        "",
                        "request hit ratio     0.1       1",
                        "lru                0.5000  0.5000",
                        "foresight          0.5000  0.5000",
                        "",
                        "GB written  0.1    1",
                        "lru         8.5  8.5",
                        "foresight   8.5  8.5",
                        "",
                        "evictions    0.1      1",
                        "lru        1,234  1,234",
                        "foresight  1,234  1,234");
    }

    @Test
    void csvHasALineForEachResult() {
        assertThat(CsvReport.of(List.of(REPORT, REPORT)).lines())
                .hasSize(9)
                .first()
                .asString()
                .startsWith("trace,size_model,policy,budget_share,");
        assertThat(CsvReport.of(List.of(REPORT)).lines().skip(1).findFirst())
                .contains(
                        "\"a <\"\"trace\"\"> & more\",\"ds4\",lru,0.1,900000000,10,5,0.5,1000,200,0.2,9,1,8500000000,1234");
    }

    private static final FleetReport FLEETS = new FleetReport(
            "a <\"trace\"> & more",
            "ds4",
            REPORT.unbounded(),
            new FleetReport.Cache("prefix-aware", 0.1, 900_000_000L),
            new FleetReport.Cache("lru", 1.0, 9_000_000_000L),
            4096,
            true,
            List.of(new FleetResult(
                    Router.SESSION,
                    1000,
                    new FleetOutcome(10, 1000, 2, 100, 0, 0, 0, 0, 0, 200),
                    new FleetOutcome(10, 1000, 2, 90, 3, 310, 1_500_000_000L, 9, 8_000_000_000L, 150))));

    @Test
    void fleetsAreATableWithALineForEach() {
        assertThat(TextReport.of(FLEETS).lines())
                .containsExactly(
                        "a <\"trace\"> & more, sizes ds4: 10 requests, 1,000 prompt tokens",
                        "without a budget: 9.0 GB, token hit ratio 0.5000, request hit ratio 0.6000",
                        "each engine: prefix-aware, 0.9 GB (0.1)",
                        "shared by all: lru, 9.0 GB (1), from 4,096 tokens on, and others at their second hit",
                        "",
                        "router   engines   alone   local  shared  together  fetches  GB down  GB up  MB down/request"
                                + "  MB up/request  busiest",
                        "session    1,000  0.1000  0.0900  0.3100    0.4000        3      1.5    8.0            150.0"
                                + "          800.0    250.0");
    }

    @Test
    void csvHasALineForEachFleet() {
        assertThat(CsvReport.ofFleets(List.of(FLEETS, FLEETS)).lines())
                .hasSize(3)
                .first()
                .asString()
                .startsWith("trace,size_model,policy,budget_share,");
        assertThat(CsvReport.ofFleets(List.of(FLEETS)).lines().skip(1).findFirst())
                .contains(
                        "\"a <\"\"trace\"\"> & more\",\"ds4\",prefix-aware,0.1,900000000,lru,1.0,9000000000,4096,true,"
                                + "session,1000,10,1000,0.1,0.09,0.31,0.4,2,3,1500000000,9,8000000000,150");
    }

    @Test
    void chartIsXmlWithACurveForEachPolicyAndDashesForBounds() throws Exception {
        Document chart = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new InputSource(new StringReader(SvgChart.of(REPORT))));
        assertThat(chart.getElementsByTagName("g").getLength()).isEqualTo(2);
        assertThat(chart.getElementsByTagName("circle").getLength()).isEqualTo(4);
        assertThat(SvgChart.of(REPORT)).contains("curve bound").contains("lru at 0.1: 0.2000");
    }

    @Test
    void chartOfOneBudgetAndOfNothingHasFiniteCoordinates() {
        Report one = new Report(
                "t", "ds4", REPORT.unbounded(), List.of("lru"), List.of(0.1), List.of(result("lru", 0.1, 200)));
        Report none = new Report("t", "ds4", new Outcome(0, 0, 0, 0, 0, 0, 0, 0), List.of(), List.of(), List.of());
        assertThat(SvgChart.of(one) + SvgChart.of(none)).doesNotContain("NaN").doesNotContain("Infinity");
    }

    @Test
    void pageNeedsNoNetwork() {
        String page = HtmlReport.of(List.of(REPORT), "2026-11-25, <made by>");
        assertThat(page.replace("http://www.w3.org/2000/svg", ""))
                .doesNotContain("http:")
                .doesNotContain("https:")
                .doesNotContain("src=")
                .doesNotContain("href=")
                .doesNotContain("@import")
                .doesNotContain("url(");
        assertThat(page)
                .contains("2026-11-25, &lt;made by&gt;")
                .contains("a &lt;&quot;trace&quot;&gt; &amp; more")
                .contains("name=\"viewport\"")
                .contains("prefers-color-scheme:dark")
                .contains("default-src 'none'; style-src 'sha256-")
                .doesNotContain("style=")
                .contains("<button type=\"button\" aria-pressed=\"true\" data-policy=\"foresight\">");
    }
}
