package dev.kvc.eviction;

import static dev.kvc.eviction.Snapshots.id;
import static dev.kvc.eviction.Snapshots.saved;
import static dev.kvc.eviction.Snapshots.snapshot;
import static dev.kvc.eviction.Snapshots.used;
import static dev.kvc.eviction.Snapshots.victims;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kvc.format.SaveReason;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PrefixAwarePolicyTest {
    private final PrefixAwarePolicy policy = new PrefixAwarePolicy();

    private static SnapshotMetadata upon(SnapshotMetadata snapshot, String ancestor) {
        return snapshot.withAncestor(id(ancestor));
    }

    private void hit(SnapshotMetadata snapshot, int hits) {
        policy.hit(used(snapshot, hits, 0));
    }

    /** Lets four events pass, after which two or three that were stored together are of one age: 4 to 7. */
    private void letThemAge() {
        SnapshotMetadata dear = snapshot("dear", 1, 1_000_000);
        policy.inserted(dear);
        for (int i = 1; i <= 3; i++) {
            hit(dear, i);
        }
    }

    private List<SnapshotId> victimsFor(SnapshotMetadata incoming) {
        List<SnapshotId> victims = new ArrayList<>();
        policy.victims(new EvictionContext(1, 0, incoming)).forEachRemaining(victims::add);
        return victims;
    }

    @Test
    void with_nothing_learned_the_least_recently_used_goes_first() {
        for (String name : List.of("a", "b", "c", "d")) {
            policy.inserted(snapshot(name, 10, 10));
        }
        hit(snapshot("a", 10, 10), 1);
        assertThat(victims(policy, 0)).containsExactly(id("b"), id("c"), id("d"), id("a"));
    }

    /** a 100 ÷ 10 = 10, b 200 ÷ 100 = 2, c 40 ÷ 10 = 4 tokens for a byte. */
    @Test
    void fewest_tokens_for_the_bytes_go_first() {
        policy.inserted(snapshot("a", 10, 100));
        policy.inserted(snapshot("b", 100, 200));
        policy.inserted(snapshot("c", 10, 40));
        letThemAge();
        assertThat(victims(policy, 0)).containsExactly(id("b"), id("c"), id("a"), id("dear"));
    }

    /**
     * U5: short saves 1000 ÷ 10 = 100 a byte. long saves 1200, but only 200 over short: 20 a byte, less than lone's 50.
     */
    @Test
    void U5_tokens_count_that_the_nearest_stored_ancestor_does_not_save() {
        policy.inserted(snapshot("lone", 10, 500));
        policy.inserted(snapshot("short", 10, 20_000));
        policy.inserted(upon(snapshot("long", 10, 20_200), "short"));
        letThemAge();
        assertThat(victims(policy, 0)).containsExactly(id("long"), id("lone"), id("short"), id("dear"));
        policy.removed(id("short"));
        policy.relinked(id("long"), null);
        assertThat(victims(policy, 0)).startsWith(id("lone"), id("long"));
    }

    /** U3: turn 1 saves as much for its bytes as the older stranger, but one longer was stored upon it. */
    @Test
    void U3_an_ancestor_that_serves_nobody_but_its_descendant_is_demoted() {
        policy.inserted(snapshot("stranger", 10, 100));
        policy.inserted(snapshot("turn 1", 10, 100));
        assertThat(victims(policy, 0)).startsWith(id("stranger"));
        policy.inserted(upon(snapshot("turn 2", 10, 200), "turn 1"));
        assertThat(victims(policy, 0)).startsWith(id("turn 1"));
    }

    @Test
    void U3_an_ancestor_that_branches_is_kept() {
        policy.inserted(snapshot("stranger", 10, 100));
        policy.inserted(snapshot("system prompt", 10, 100));
        policy.inserted(upon(snapshot("alice", 10, 200), "system prompt"));
        policy.inserted(upon(snapshot("bob", 10, 200), "system prompt"));
        assertThat(victims(policy, 0)).startsWith(id("stranger"));
    }

    @Test
    void U6_the_ancestor_of_the_incoming_snapshot_is_demoted_before_that_is_stored() {
        policy.inserted(snapshot("stranger", 10, 100));
        policy.inserted(snapshot("turn 1", 10, 100));
        assertThat(victimsFor(upon(snapshot("turn 2", 10, 200), "turn 1")))
                .containsExactly(id("turn 1"), id("stranger"));
        assertThat(victims(policy, 0)).as("asking changes nothing").containsExactly(id("stranger"), id("turn 1"));
    }

    @Test
    void U4_a_save_that_a_user_would_miss_counts_twice() {
        policy.inserted(saved(snapshot("live session", 10, 100), SaveReason.EVICT, 1));
        policy.inserted(saved(snapshot("checkpoint", 10, 100), SaveReason.CONTINUED, 2));
        letThemAge();
        assertThat(victims(policy, 0)).startsWith(id("checkpoint"), id("live session"));
    }

    /** The header says a thousand hits. Nobody comes for it while others, stored since, are hit again and again. */
    @Test
    void U2_hits_fade() {
        policy.inserted(used(snapshot("popular once", 10, 100), 1000, 1));
        for (int i = 0; i < 300; i++) {
            SnapshotMetadata young = snapshot("young " + i, 10, 100);
            policy.inserted(young);
            hit(young, 1);
            if (i >= 20) {
                policy.removed(id("young " + (i - 20)));
            }
        }
        SnapshotMetadata last = snapshot("young 299", 10, 100);
        hit(last, 2);
        assertThat(victims(policy, 0)).endsWith(last.id()).startsWith(id("popular once"));
    }

    /** Both are of one age at the end. */
    @Test
    void what_is_hit_more_than_others_of_its_kind_is_kept() {
        SnapshotMetadata often = snapshot("often", 10, 100);
        policy.inserted(often);
        for (int i = 1; i <= 40; i++) {
            policy.inserted(snapshot("once " + i, 10, 100));
            hit(often, i);
        }
        letThemAge();
        assertThat(victims(policy, 0)).endsWith(often.id(), id("dear")).contains(id("once 40"));
    }

    @Test
    void a_snapshot_that_comes_back_goes_on_with_its_past() {
        SnapshotMetadata back = snapshot("back", 10, 100);
        for (int i = 0; i < 20; i++) {
            policy.inserted(back);
            policy.inserted(snapshot("stranger " + i, 10, 100));
            policy.removed(back.id());
        }
        policy.inserted(back);
        policy.inserted(snapshot("new", 10, 100));
        assertThat(victims(policy, 0).indexOf(back.id()))
                .isGreaterThan(victims(policy, 0).indexOf(id("new")));
    }

    /**
     * Ten sessions take turns and six of their snapshots fit: of 1000 turns LRU serves none, four in ten is the bound.
     */
    @Test
    void sessions_that_take_turns_do_not_push_each_other_out() {
        assertThat(turnsServed(new LruPolicy())).isZero();
        assertThat(turnsServed(policy)).isGreaterThan(350);
    }

    private static int turnsServed(EvictionPolicy policy) {
        Set<SnapshotId> stored = new HashSet<>();
        int served = 0;
        for (int turn = 1; turn <= 100; turn++) {
            for (int session = 0; session < 10; session++) {
                SnapshotMetadata before = snapshot("session " + session + " turn " + (turn - 1), 10, 100L * turn);
                SnapshotMetadata now = snapshot("session " + session + " turn " + turn, 10, 100L * turn + 100);
                if (stored.contains(before.id())) {
                    served++;
                    policy.hit(used(before, 1, turn));
                    now = now.withAncestor(before.id());
                }
                if (stored.size() == 6) {
                    SnapshotId victim =
                            policy.victims(new EvictionContext(10, turn, now)).next();
                    stored.remove(victim);
                    policy.removed(victim);
                    now = stored.contains(before.id()) ? now : now.withAncestor(null);
                }
                stored.add(now.id());
                policy.inserted(now);
            }
        }
        return served;
    }

    @Test
    void ancestors_that_are_told_late_rank_as_those_told_in_time() {
        policy.inserted(upon(snapshot("turn 2", 10, 1100), "turn 1"));
        policy.inserted(snapshot("lone", 10, 300));
        policy.inserted(snapshot("turn 1", 10, 1000));
        assertThat(victims(policy, 0)).containsExactly(id("turn 2"), id("turn 1"), id("lone"));
        PrefixAwarePolicy told = new PrefixAwarePolicy();
        told.inserted(snapshot("turn 2", 10, 1100));
        told.inserted(snapshot("lone", 10, 300));
        told.inserted(snapshot("turn 1", 10, 1000));
        told.relinked(id("turn 2"), id("turn 1"));
        assertThat(victims(told, 0)).isEqualTo(victims(policy, 0));
    }

    @Test
    void no_more_pasts_are_kept_than_snapshots_and_64() {
        for (int i = 0; i < 1000; i++) {
            policy.inserted(snapshot("s" + i, 10, 100));
            if (i >= 10) {
                policy.removed(id("s" + (i - 10)));
            }
        }
        assertThat(policy.ghosts()).isEqualTo(64 + 10);
    }

    /** An evicted and returned snapshot's old descendants point at what is gone until they are told. */
    @Test
    void an_ancestor_that_goes_and_returns_before_its_descendants_are_told_is_counted_right() {
        policy.inserted(snapshot("turn 1", 10, 100));
        policy.inserted(upon(snapshot("turn 2", 10, 200), "turn 1"));
        policy.removed(id("turn 1"));
        policy.inserted(snapshot("turn 1", 10, 100));
        policy.relinked(id("turn 2"), null);
        policy.relinked(id("turn 2"), id("turn 1"));
        policy.relinked(id("turn 1"), id("turn 1"));
        policy.removed(id("turn 1"));
        policy.removed(id("turn 2"));
        Iterator<SnapshotId> none = policy.victims(new EvictionContext(1, 0, null));
        assertThat(none.hasNext()).isFalse();
    }

    /**
     * Snapshots age when they are asked about: whether that is after each event or at the end must make no difference.
     */
    @Test
    void how_often_victims_are_asked_for_changes_nothing() {
        for (long seed = 0; seed < 20; seed++) {
            PrefixAwarePolicy asked = new PrefixAwarePolicy();
            PrefixAwarePolicy left = new PrefixAwarePolicy();
            Random random = new Random(seed);
            Set<String> stored = new HashSet<>();
            for (int i = 0; i < 2_000; i++) {
                tellBoth(asked, left, random, stored);
                asked.victims(new EvictionContext(1, 0, null));
            }
            assertThat(victims(left, 0)).as("seed %d", seed).containsExactlyElementsOf(victims(asked, 0));
        }
    }

    private static void tellBoth(EvictionPolicy one, EvictionPolicy other, Random random, Set<String> stored) {
        String name = "s" + random.nextInt(1 + random.nextInt(400)); // the first ones more often
        SnapshotMetadata snapshot = snapshot(name, 1 + name.length(), 100 + random.nextInt(5));
        if (stored.add(name)) {
            one.inserted(snapshot);
            other.inserted(snapshot);
        } else if (random.nextInt(4) > 0) {
            one.hit(snapshot);
            other.hit(snapshot);
        } else {
            stored.remove(name);
            one.removed(snapshot.id());
            other.removed(snapshot.id());
        }
    }
}
