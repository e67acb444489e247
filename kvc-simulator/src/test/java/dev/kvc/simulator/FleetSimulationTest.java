package dev.kvc.simulator;

import static dev.kvc.simulator.Texts.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvc.eviction.EvictionPolicies;
import dev.kvc.eviction.EvictionPolicyFactory;
import dev.kvc.simulator.trace.Trace;
import dev.kvc.simulator.trace.TraceEvent;
import dev.kvc.simulator.trace.Traces;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FleetSimulationTest {
    private static final Trace MADE_UP = Traces.synthetic(7, 2_000);

    /** Short texts of few letters, so that many begin alike. */
    private static Trace random(long seed) {
        Random random = new Random(seed);
        List<TraceEvent> events = new ArrayList<>();
        for (int i = 0; i < 600; i++) {
            StringBuilder prompt = new StringBuilder();
            for (int length = random.nextInt(9); prompt.length() < length; ) {
                prompt.append((char) ('a' + random.nextInt(3)));
            }
            events.addAll(request(prompt.toString()));
        }
        return Traces.of("seed " + seed, events);
    }

    private static Outcome plain(Trace trace, EvictionPolicyFactory policy, double budget) throws Exception {
        Report report = Simulation.builder(trace)
                .policies(List.of(policy))
                .bounds(List.of())
                .budgets(List.of(budget))
                .build()
                .run();
        return report.results().get(0).outcome();
    }

    @Test
    void oneEngineAloneIsThePlainReplay() throws Exception {
        FleetResult one = FleetSimulation.builder(MADE_UP)
                .policy(EvictionPolicies.sieve())
                .budget(0.2)
                .engines(List.of(1))
                .routers(List.of(Router.RANDOM))
                .build()
                .run()
                .results()
                .get(0);
        Outcome plain = plain(MADE_UP, EvictionPolicies.sieve(), 0.2);
        assertThat(one.alone())
                .isEqualTo(new FleetOutcome(
                        plain.requests(),
                        plain.promptTokens(),
                        plain.hits(),
                        plain.savedTokens(),
                        0,
                        0,
                        0,
                        0,
                        0,
                        plain.promptTokens() - plain.savedTokens()));
    }

    /** A cache that never holds what is asked for: then the shared tier is the only one. */
    @Test
    void sharedTierBehindCachesThatHoldNothingIsThePlainReplay() throws Exception {
        FleetReport report = FleetSimulation.builder(MADE_UP)
                .budget(1e-9)
                .sharedPolicy(EvictionPolicies.sizeWeighted())
                .sharedBudget(0.2)
                .engines(List.of(1, 7))
                .build()
                .run();
        Outcome plain = plain(MADE_UP, EvictionPolicies.sizeWeighted(), 0.2);
        assertThat(report.results()).hasSize(4).allSatisfy(result -> {
            FleetOutcome fleet = result.shared();
            assertThat(fleet.fetches()).isEqualTo(plain.hits());
            assertThat(fleet.fetchedTokens()).isEqualTo(plain.savedTokens());
            assertThat(fleet.uploads()).isEqualTo(plain.saves());
            assertThat(fleet.bytesUp()).isEqualTo(plain.bytesWritten());
            assertThat(fleet.localHits()).isZero();
            assertThat(result.alone().localHits()).isZero();
        });
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void sharedTierThatHoldsAllSavesWhatOneCacheWithoutABudgetWould(long seed) throws Exception {
        FleetReport report = FleetSimulation.builder(random(seed))
                .sizeModel(SizeModel.linear("bytes", 1, 1))
                .budget(0.05)
                .engines(List.of(1, 2, 5, 100))
                .build()
                .run();
        Outcome unbounded = report.unbounded();
        assertThat(report.results()).hasSize(8).allSatisfy(result -> {
            FleetOutcome fleet = result.shared();
            assertThat(fleet.localHits() + fleet.fetches()).isEqualTo(unbounded.hits());
            assertThat(fleet.localTokens() + fleet.fetchedTokens()).isEqualTo(unbounded.savedTokens());
            assertThat(fleet.uploads()).isEqualTo(unbounded.saves());
            assertThat(fleet.bytesUp()).isEqualTo(unbounded.bytesWritten());
        });
    }

    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13, 14, 15})
    void whatIsCountedAgrees(long seed) throws Exception {
        FleetReport report = FleetSimulation.builder(random(seed))
                .sizeModel(SizeModel.linear("bytes", 1, 1))
                .budget(0.1)
                .sharedBudget(0.3)
                .sharedMinTokens(seed % 4)
                .sharedOnSecondHit(true)
                .engines(List.of(1, 3, 40))
                .build()
                .run();
        assertThat(report.results()).hasSize(6).allSatisfy(result -> {
            FleetOutcome fleet = result.shared();
            assertThat(fleet.requests()).isEqualTo(report.unbounded().requests());
            assertThat(fleet.promptTokens()).isEqualTo(report.unbounded().promptTokens());
            assertThat(fleet.tokenHitRatio())
                    .isLessThanOrEqualTo(report.unbounded().tokenHitRatio());
            // Each snapshot takes a byte more than it has tokens.
            assertThat(fleet.bytesDown()).isEqualTo(fleet.fetchedTokens() + fleet.fetches());
            assertThat(fleet.uploads()).isPositive();
            assertThat(result.imbalance()).isBetween(1.0, (double) result.engines());
            assertThat(result.alone())
                    .extracting(FleetOutcome::fetches, FleetOutcome::uploads)
                    .containsExactly(0L, 0L);
            assertThat(result.alone().tokenHitRatio())
                    .isLessThanOrEqualTo(report.unbounded().tokenHitRatio());
        });
    }

    @Test
    void routingBySessionLeavesLessToTheSharedTierThanChance() throws Exception {
        FleetReport report =
                FleetSimulation.builder(MADE_UP).engines(List.of(50)).build().run();
        FleetResult chance = report.results().get(0);
        FleetResult session = report.results().get(1);
        assertThat(session.alone().tokenHitRatio())
                .isGreaterThan(2 * chance.alone().tokenHitRatio());
        assertThat(session.shared().bytesDown()).isLessThan(chance.shared().bytesDown() / 2);
    }

    @Test
    void numberOfThreadsChangesNothing() throws Exception {
        List<FleetReport> reports = new ArrayList<>();
        for (int threads : new int[] {1, 4}) {
            reports.add(FleetSimulation.builder(MADE_UP)
                    .threads(threads)
                    .engines(List.of(1, 20))
                    .sharedBudget(0.3)
                    .build()
                    .run());
        }
        assertThat(reports.get(0)).isEqualTo(reports.get(1));
    }

    @Test
    void emptyTraceGivesZeros() throws Exception {
        FleetReport report = FleetSimulation.builder(Traces.of("empty", List.of()))
                .engines(List.of(3))
                .build()
                .run();
        assertThat(report.results()).hasSize(2).allSatisfy(result -> {
            assertThat(result.shared()).isEqualTo(new FleetOutcome(0, 0, 0, 0, 0, 0, 0, 0, 0, 0));
            assertThat(result.shared().tokenHitRatio()).isZero();
            assertThat(result.imbalance()).isZero();
        });
    }

    @Test
    void settingsAreChecked() {
        FleetSimulation.Builder builder = FleetSimulation.builder(MADE_UP);
        assertThatThrownBy(() -> builder.budget(0).build()).hasMessage("budget is 0.0; it must be above 0");
        assertThatThrownBy(() -> builder.budget(1).sharedBudget(Double.NaN).build())
                .hasMessage("sharedBudget is NaN; it must be above 0");
        assertThatThrownBy(() -> builder.sharedBudget(1).sharedMinTokens(-1).build())
                .hasMessage("sharedMinTokens is -1; it must be 0 or more");
        assertThatThrownBy(
                        () -> builder.sharedMinTokens(0).engines(List.of(1, 0)).build())
                .hasMessage("engines has 0; each must be 1 or more");
        assertThatThrownBy(() -> builder.engines(List.of(2, 2)).build()).hasMessage("engines has 2 twice");
        assertThatThrownBy(() -> builder.engines(List.of(2))
                        .routers(List.of(Router.SESSION, Router.SESSION))
                        .build())
                .hasMessage("routers has session twice");
        assertThatThrownBy(() ->
                        builder.routers(List.of(Router.SESSION)).threads(0).build())
                .hasMessage("threads is 0; it must be 1 or more");
    }
}
