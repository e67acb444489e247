package dev.kvc.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import dev.kvc.eviction.EvictionContext;
import dev.kvc.eviction.EvictionPolicies;
import dev.kvc.eviction.EvictionPolicy;
import dev.kvc.eviction.EvictionPolicyFactory;
import dev.kvc.eviction.SnapshotId;
import dev.kvc.eviction.SnapshotMetadata;
import dev.kvc.simulator.trace.Trace;
import dev.kvc.simulator.trace.Traces;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Token hit ratios that an independent program, in another language, gives for the same protocol and traces, at budgets
 * 0.025, 0.05, 0.1, 0.2, 0.4 and 0.8. Its LRU here to the third decimal, all else to the second: ties are its own.
 */
class ReferenceFiguresTest {
    private static final double LRU_TOLERANCE = 0.0005;
    private static final double TOLERANCE = 0.005;

    private static Trace trace(String name) throws Exception {
        return Traces.open(
                Path.of(ReferenceFiguresTest.class.getResource("/" + name).toURI()));
    }

    private static Trace conversation() throws Exception {
        return trace("traces/mooncake-conversation.jsonl.gz");
    }

    private static Trace sessions() throws Exception {
        return trace("sessions");
    }

    private static Report simulate(Trace trace, SizeModel sizes, EvictionPolicyFactory... policies) throws Exception {
        return Simulation.builder(trace)
                .sizeModel(sizes)
                .policies(List.of(policies))
                .build()
                .run();
    }

    private static void assertRatios(Report report, String policy, double tolerance, double... expected) {
        double[] found = report.resultsOf(policy).stream()
                .mapToDouble(result -> result.outcome().tokenHitRatio())
                .toArray();
        assertThat(found).as(policy).containsExactly(expected, offset(tolerance));
    }

    @Test
    void conversationWithTheSizesOfDs4() throws Exception {
        Report report =
                simulate(conversation(), SizeModel.ds4(), EvictionPolicies.lru(), EvictionPolicies.sizeWeighted());
        assertThat(report.unbounded().bytesWritten() / 1_000_000_000L).isEqualTo(2014);
        assertThat(report.unbounded().tokenHitRatio()).isEqualTo(0.3497, offset(0.00005));
        assertRatios(report, "lru", LRU_TOLERANCE, 0.1289, 0.2092, 0.2767, 0.3340, 0.3436, 0.3493);
        assertRatios(report, "size-weighted", TOLERANCE, 0.1357, 0.2155, 0.2767, 0.3216, 0.3406, 0.3484);
        assertRatios(report, "furthest-next-use", TOLERANCE, 0.1870, 0.2404, 0.3144, 0.3497, 0.3497, 0.3497);
        assertRatios(report, "foresight", TOLERANCE, 0.3419, 0.3497, 0.3497, 0.3497, 0.3497, 0.3497);
    }

    @Test
    void conversationWithProportionalSizes() throws Exception {
        Report report = simulate(conversation(), SizeModel.proportional(), EvictionPolicies.lru());
        assertThat(report.unbounded().bytesWritten() / 1_000_000_000L).isEqualTo(1783);
        assertRatios(report, "lru", LRU_TOLERANCE, 0.1295, 0.2092, 0.2773, 0.3341, 0.3436, 0.3493);
    }

    @Test
    void conversationWithTheScoreOfDs4() throws Exception {
        Report report = Simulation.builder(conversation())
                .policies(List.of(EvictionPolicies.ds4()))
                .bounds(List.of())
                .budgets(List.of(0.1, 0.2))
                .build()
                .run();
        assertRatios(report, "ds4", TOLERANCE, 0.1315, 0.1853);
    }

    @Test
    void sessionsWithTheSizesOfDs4() throws Exception {
        Report report = simulate(
                sessions(),
                SizeModel.ds4(),
                EvictionPolicies.sizeWeighted(),
                EvictionPolicies.ds4(),
                new LeastRecentThenLowestKey());
        assertThat(report.unbounded().bytesWritten() / 100_000_000L).isEqualTo(96);
        assertThat(report.unbounded().tokenHitRatio()).isEqualTo(0.9370, offset(0.00005));
        assertRatios(report, "reference-lru", LRU_TOLERANCE, 0, 0.0117, 0.7322, 0.9370, 0.9370, 0.9370);
        assertRatios(report, "size-weighted", TOLERANCE, 0, 0.1370, 0.6343, 0.9351, 0.9368, 0.9366);
        assertRatios(report, "ds4", TOLERANCE, 0.1254, 0.3054, 0.5527, 0.6728, 0.7991, 0.9275);
        assertRatios(report, "furthest-next-use", TOLERANCE, 0.1542, 0.6308, 0.8941, 0.9183, 0.9316, 0.9370);
    }

    /**
     * A request hits one snapshot and saves another. Told of both in that order, LRU takes the first for the older. The
     * reference has them at one time, and then takes the one with the lower key; in a cyclic scan that nearly fits that
     * decides whether sessions keep their checkpoints, and at a tenth the ratio is 0.829 here and 0.732 there. With the
     * reference's rule (above) all figures are the same.
     */
    @Test
    void sessionsWithLruDifferWhereARequestsTwoSnapshotsTie() throws Exception {
        Report report = simulate(sessions(), SizeModel.ds4(), EvictionPolicies.lru());
        assertRatios(report, "lru", LRU_TOLERANCE, 0, 0.0117, 0.8287, 0.9370, 0.9370, 0.9370);
    }

    /** LRU as the reference has it: by the time of the last use, and by key where that is the same. */
    private static final class LeastRecentThenLowestKey implements EvictionPolicyFactory {
        @Override
        public String name() {
            return "reference-lru";
        }

        @Override
        public EvictionPolicy create() {
            return new EvictionPolicy() {
                private final Map<SnapshotId, SnapshotMetadata> stored = new HashMap<>();

                @Override
                public void inserted(SnapshotMetadata snapshot) {
                    stored.put(snapshot.id(), snapshot);
                }

                @Override
                public void hit(SnapshotMetadata snapshot) {
                    stored.put(snapshot.id(), snapshot);
                }

                @Override
                public void removed(SnapshotId id) {
                    stored.remove(id);
                }

                @Override
                public void relinked(SnapshotId id, @Nullable SnapshotId ancestor) {}

                @Override
                public Iterator<SnapshotId> victims(EvictionContext context) {
                    List<SnapshotMetadata> ranked = new ArrayList<>(stored.values());
                    ranked.sort(Comparator.comparingLong(SnapshotMetadata::lastUsedUnix)
                            .thenComparing(SnapshotMetadata::id));
                    return ranked.stream().map(SnapshotMetadata::id).iterator();
                }
            };
        }
    }
}
