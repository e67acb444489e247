package dev.kvc.simulator;

import static dev.kvc.simulator.Texts.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvc.eviction.EvictionPolicies;
import dev.kvc.eviction.EvictionPolicy;
import dev.kvc.eviction.EvictionPolicyFactory;
import dev.kvc.simulator.trace.Trace;
import dev.kvc.simulator.trace.TraceEvent;
import dev.kvc.simulator.trace.TraceFormatException;
import dev.kvc.simulator.trace.TraceReader;
import dev.kvc.simulator.trace.Traces;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class SimulationTest {
    private static final SizeModel BYTES = SizeModel.linear("bytes", 0, 1);

    private static Trace trace(String... prompts) {
        List<TraceEvent> events = new ArrayList<>();
        Arrays.stream(prompts).forEach(prompt -> events.addAll(request(prompt)));
        return Traces.of("by hand", events);
    }

    private static double ratio(Report report, String policy) {
        return report.resultsOf(policy).get(0).outcome().tokenHitRatio();
    }

    /** Two conversations in turn: 18 bytes, and each turn finds the one before, 2 + 2 + 3 + 3 of 18 tokens. */
    @Test
    void budgetsAreSharesOfWhatACacheWithoutABudgetHolds() throws Exception {
        Report report = Simulation.builder(trace("ab", "xy", "abc", "xyz", "abcd", "xyzz"))
                .sizeModel(BYTES)
                .policies(List.of(EvictionPolicies.lru()))
                .budgets(List.of(0.3, 1.0))
                .build()
                .run();
        assertThat(report.unbounded()).isEqualTo(new Outcome(6, 4, 18, 10, 6, 0, 18, 0));
        assertThat(report.resultsOf("lru")).extracting(Result::budgetBytes).containsExactly(5L, 18L);
        assertThat(report.resultsOf("lru").get(1).outcome()).isEqualTo(report.unbounded());
        assertThat(ratio(report, "foresight")).isGreaterThanOrEqualTo(ratio(report, "lru"));
        assertThat(report.policies()).containsExactly("lru", "foresight", "furthest-next-use");
    }

    /**
     * Room for two of a, b and c, which are asked for in turn. LRU has always just given up the next one. With
     * foresight: a b, c for b, a; b for a (c is next), c; a for c (b is next), b; that is every second one from the
     * fourth on.
     */
    @Test
    void knowingTheFutureHelpsWhereRecencyThrashes() throws Exception {
        Report report = Simulation.builder(trace("a", "b", "c", "a", "b", "c", "a", "b", "c"))
                .sizeModel(BYTES)
                .policies(List.of(EvictionPolicies.lru()))
                .budgets(List.of(0.67))
                .build()
                .run();
        assertThat(report.resultsOf("lru").get(0).outcome().hits()).isZero();
        assertThat(report.resultsOf("foresight").get(0).outcome().hits()).isEqualTo(3);
    }

    @Test
    void numberOfThreadsChangesNothing() throws Exception {
        List<Report> reports = new ArrayList<>();
        for (int threads : new int[] {1, 4}) {
            reports.add(Simulation.builder(Traces.synthetic(7, 3_000))
                    .policies(List.of(EvictionPolicies.sieve(), EvictionPolicies.s3Fifo(), EvictionPolicies.lfu()))
                    .threads(threads)
                    .build()
                    .run());
        }
        assertThat(reports.get(0)).isEqualTo(reports.get(1));
        assertThat(reports.get(0).results())
                .allSatisfy(result -> assertThat(result.outcome().tokenHitRatio())
                        .isPositive()
                        .isLessThanOrEqualTo(reports.get(0).unbounded().tokenHitRatio()));
    }

    @Test
    void traceThatBreaksOffIsReported() {
        Trace broken = new Trace() {
            @Override
            public String name() {
                return "broken";
            }

            @Override
            public TraceReader open() {
                return new TraceReader() {
                    @Override
                    public TraceEvent next() throws TraceFormatException {
                        throw new TraceFormatException("broken, line 7: no");
                    }

                    @Override
                    public void close() {}
                };
            }
        };
        assertThatThrownBy(() -> Simulation.builder(broken).build().run())
                .isInstanceOf(TraceFormatException.class)
                .hasMessage("broken, line 7: no");
    }

    @Test
    void policyThatFailsIsReported() {
        EvictionPolicyFactory failing = new EvictionPolicyFactory() {
            @Override
            public String name() {
                return "failing";
            }

            @Override
            public EvictionPolicy create() {
                return EvictionPolicies.lru().create().protecting(snapshot -> {
                    throw new IllegalStateException("by design");
                });
            }
        };
        assertThatThrownBy(() -> Simulation.builder(trace("a", "b", "c"))
                        .sizeModel(BYTES)
                        .policies(List.of(failing))
                        .budgets(List.of(0.67))
                        .build()
                        .run())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("a policy failed")
                .hasRootCauseMessage("by design");
    }

    @Test
    void settingsAreChecked() {
        assertThatThrownBy(() ->
                        Simulation.builder(trace()).budgets(List.of(0.1, 0.0)).build())
                .hasMessage("a budget is 0.0; it must be above 0");
        assertThatThrownBy(() -> Simulation.builder(trace()).threads(0).build())
                .hasMessage("threads is 0; it must be 1 or more");
        assertThatThrownBy(() -> Simulation.builder(trace())
                        .policies(List.of(EvictionPolicies.lru(), EvictionPolicies.lru()))
                        .build())
                .hasMessage("policies has lru twice");
    }

    @Test
    void emptyTraceGivesAnEmptyReport() throws Exception {
        Report report = Simulation.builder(trace())
                .policies(List.of(EvictionPolicies.lru()))
                .build()
                .run();
        assertThat(report.unbounded()).isEqualTo(new Outcome(0, 0, 0, 0, 0, 0, 0, 0));
        assertThat(ratio(report, "lru")).isZero();
    }
}
