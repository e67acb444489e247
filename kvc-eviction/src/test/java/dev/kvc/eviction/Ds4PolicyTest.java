package dev.kvc.eviction;

import static dev.kvc.eviction.Snapshots.id;
import static dev.kvc.eviction.Snapshots.saved;
import static dev.kvc.eviction.Snapshots.snapshot;
import static dev.kvc.eviction.Snapshots.used;
import static dev.kvc.eviction.Snapshots.victims;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kvc.format.SaveReason;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class Ds4PolicyTest {
    private static final long SIX_HOURS = 21_600;
    private static final long NOW = 1_000_000;
    private final Ds4Policy policy = new Ds4Policy();

    /** a (4 × ½ + 1) × 1 = 3; b (1 × 1 + 1) × 1.4 = 2.8; c (0 + 1) × 3.1 = 3.1. */
    @Test
    void the_score_is_fading_hits_plus_one_times_tokens_per_byte() {
        policy.inserted(used(snapshot("a", 10, 10), 4, NOW - SIX_HOURS));
        policy.inserted(used(snapshot("b", 10, 14), 1, NOW));
        policy.inserted(used(snapshot("c", 10, 31), 0, NOW));
        assertThat(victims(policy, NOW)).containsExactly(id("b"), id("a"), id("c"));
    }

    /** 100 hits after 14 half-lives: 100 ÷ 16 384 = 0.006, below 0.01, so 0: score 1 × 1, less than 1.001. */
    @Test
    void U2_hits_fade_and_end() {
        policy.inserted(used(snapshot("popular once", 1000, 1000), 100, NOW - 14 * SIX_HOURS));
        policy.inserted(used(snapshot("never hit", 1000, 1001), 0, NOW));
        assertThat(victims(policy, NOW)).containsExactly(id("popular once"), id("never hit"));
        assertThat(victims(policy, NOW - 14 * SIX_HOURS)).containsExactly(id("never hit"), id("popular once"));
    }

    @Test
    void U4_a_save_that_a_user_would_miss_counts_twice() {
        policy.inserted(saved(snapshot("continued", 10, 19), SaveReason.CONTINUED, 1));
        policy.inserted(saved(snapshot("cold", 10, 10), SaveReason.COLD, 2));
        policy.inserted(saved(snapshot("evict", 10, 11), SaveReason.EVICT, 3));
        policy.inserted(saved(snapshot("shutdown", 10, 12), SaveReason.SHUTDOWN, 4));
        policy.inserted(saved(snapshot("agent", 10, 18), SaveReason.AGENT_SESSION, 5));
        assertThat(victims(policy, NOW))
                .containsExactly(id("agent"), id("continued"), id("cold"), id("evict"), id("shutdown"));
    }

    @Test
    void of_equal_scores_the_older_use_goes_first() {
        policy.inserted(used(snapshot("young", 10, 10), 0, 20));
        policy.inserted(used(snapshot("old", 10, 10), 0, 10));
        policy.inserted(used(snapshot("tonight", 10, 10), 0, NOW + 5));
        assertThat(victims(policy, NOW)).containsExactly(id("old"), id("young"), id("tonight"));
    }

    /** Used in the year 292 277 026 596, their million hits have faded since they were created, one of them in 1970. */
    @Test
    void a_file_from_the_future_is_not_immortal() {
        SnapshotMetadata created = saved(snapshot("future", 10, 10), SaveReason.UNKNOWN, NOW - 46 * SIX_HOURS);
        policy.inserted(used(created, 1_000_000, Long.MIN_VALUE));
        policy.inserted(used(snapshot("never hit", 10, 11), 0, NOW));
        policy.inserted(used(snapshot("both", 10, 10), 1_000_000, -1));
        assertThat(victims(policy, NOW)).containsExactly(id("both"), id("future"), id("never hit"));
    }

    /** Both have 3 hits. One was never used since it was created 6 h ago: 3 × ½ + 1 = 2.5; the other: 3 + 1 = 4. */
    @Test
    void idle_time_counts_from_creation_when_there_was_no_use_and_the_future_does_not_fade() {
        SnapshotMetadata created = saved(snapshot("created", 10, 10), SaveReason.UNKNOWN, NOW - SIX_HOURS);
        policy.inserted(used(created, 3, 0));
        policy.inserted(used(snapshot("future", 10, 10), 3, NOW + 5));
        policy.inserted(used(snapshot("between", 10, 30), 0, NOW));
        assertThat(victims(policy, NOW)).containsExactly(id("created"), id("between"), id("future"));
    }

    private static SnapshotMetadata checkpoint(String name, long tokens, long hits, int modelId) {
        return new SnapshotMetadata(id(name), 1000, tokens, hits, NOW, NOW, SaveReason.CONTINUED, modelId, null);
    }

    private static List<SnapshotId> victimsFor(EvictionPolicy policy, SnapshotMetadata incoming) {
        List<SnapshotId> victims = new ArrayList<>();
        policy.victims(new EvictionContext(1, NOW, incoming)).forEachRemaining(victims::add);
        return victims;
    }

    /**
     * The incoming one begins with near, that with far. near: e = 1, (1 + 1) × 1 × (0.05 + 0.45 × ½) = 0.55; far: e =
     * 0, 1 × 1 × 0.05 = 0.05; other, on no path, 1 × 0.1 = 0.1; the old score has 0.1 below 1 below 2.
     */
    @Test
    void U3_a_checkpoint_that_the_incoming_one_supersedes_counts_for_less_in_the_current_score() {
        SnapshotMetadata incoming = checkpoint("incoming", 3000, 0, 1).withAncestor(id("near"));
        for (EvictionPolicy each : List.of(policy, Ds4Policy.current())) {
            each.inserted(checkpoint("far", 1000, 0, 1));
            each.inserted(checkpoint("near", 1000, 1, 1));
            each.inserted(checkpoint("other", 100, 0, 1));
            each.relinked(id("near"), id("far"));
            boolean isCurrent = each != policy;
            assertThat(victimsFor(each, incoming))
                    .containsExactlyElementsOf(
                            isCurrent
                                    ? List.of(id("far"), id("other"), id("near"))
                                    : List.of(id("other"), id("far"), id("near")));
            assertThat(victimsFor(each, incoming.withAncestor(null)))
                    .containsExactly(id("other"), id("far"), id("near"));
        }
    }

    @Test
    void what_is_of_another_model_or_no_checkpoint_is_not_superseded() {
        Ds4Policy current = Ds4Policy.current();
        current.inserted(checkpoint("other model", 900, 0, 2));
        current.inserted(
                saved(snapshot("cold", 1000, 400), SaveReason.COLD, NOW).withAncestor(id("other model")));
        current.inserted(checkpoint("low", 500, 0, 1));
        SnapshotMetadata incoming = checkpoint("incoming", 3000, 0, 1).withAncestor(id("cold"));
        assertThat(victimsFor(current, incoming)).containsExactly(id("low"), id("cold"), id("other model"));
    }
}
