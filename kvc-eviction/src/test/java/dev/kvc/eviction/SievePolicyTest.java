package dev.kvc.eviction;

import static dev.kvc.eviction.Snapshots.evict;
import static dev.kvc.eviction.Snapshots.id;
import static dev.kvc.eviction.Snapshots.ids;
import static dev.kvc.eviction.Snapshots.snapshot;
import static dev.kvc.eviction.Snapshots.used;
import static dev.kvc.eviction.Snapshots.victims;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Iterator;
import org.junit.jupiter.api.Test;

class SievePolicyTest {
    private final SievePolicy policy = new SievePolicy();

    private void insert(String... names) {
        Arrays.stream(names).forEach(name -> policy.inserted(snapshot(name, 10, 10)));
    }

    private void hit(String... names) {
        Arrays.stream(names).forEach(name -> policy.hit(used(snapshot(name, 10, 10), 1, 1)));
    }

    /**
     * The queue, oldest first, is a b c d e f g, of which a, b and g were used. The hand clears a and b, takes c and
     * stops at d. With h come in, and a used again, it takes d, e, f, clears g, and takes h; round at a, it clears a
     * and takes b.
     */
    @Test
    void the_hand_clears_what_was_used_and_takes_what_was_not() {
        insert("a", "b", "c", "d", "e", "f", "g");
        hit("a", "b", "g");
        assertThat(evict(policy)).isEqualTo(id("c"));
        insert("h");
        hit("a");
        assertThat(new SnapshotId[] {evict(policy), evict(policy), evict(policy), evict(policy), evict(policy)})
                .containsExactly(ids("d", "e", "f", "h", "b"));
    }

    @Test
    void victims_of_one_request_are_those_of_single_ones() {
        insert("a", "b", "c", "d");
        hit("b", "d");
        assertThat(victims(policy, 0)).containsExactly(ids("a", "c", "b", "d"));
        assertThat(new SnapshotId[] {evict(policy), evict(policy), evict(policy), evict(policy)})
                .containsExactly(ids("a", "c", "b", "d"));
    }

    /** Asked and not taken: a's bit is still set, so b is the victim once more, and then c and not a. */
    @Test
    void asking_clears_no_bit() {
        insert("a", "b", "c");
        hit("a");
        victims(policy, 0);
        assertThat(victims(policy, 0)).containsExactly(ids("b", "c", "a"));
    }

    /** a is named and pinned, b is taken: the hand stands at c, and comes to a last. */
    @Test
    void the_hand_passes_what_the_store_did_not_take() {
        insert("a", "b", "c");
        Iterator<SnapshotId> victims = policy.victims(new EvictionContext(1, 0, null));
        assertThat(victims.next()).isEqualTo(id("a"));
        policy.removed(victims.next());
        assertThat(victims(policy, 0)).containsExactly(ids("c", "a"));
    }

    @Test
    void removals_out_of_order_do_not_move_the_hand_back() {
        insert("a", "b", "c", "d");
        hit("c");
        victims(policy, 0);
        policy.removed(id("b"));
        policy.removed(id("a"));
        assertThat(victims(policy, 0)).containsExactly(ids("d", "c"));
    }

    @Test
    void a_removal_that_nobody_asked_for_moves_no_hand() {
        insert("a", "b", "c");
        hit("a");
        policy.removed(id("c"));
        assertThat(victims(policy, 0)).containsExactly(ids("b", "a"));
        insert("d");
        policy.removed(id("d"));
        hit("b");
        assertThat(evict(policy)).as("both bits were set, and a is the older").isEqualTo(id("a"));
    }

    @Test
    void the_hand_leaves_what_is_removed_under_it() {
        insert("a", "b", "c");
        evict(policy);
        policy.removed(id("b"));
        assertThat(victims(policy, 0)).containsExactly(ids("c"));
        assertThat(evict(policy)).isEqualTo(id("c"));
        insert("d");
        assertThat(evict(policy)).isEqualTo(id("d"));
    }

    @Test
    void hits_of_an_earlier_life_count_as_one() {
        policy.inserted(used(snapshot("hit before", 10, 10), 9, 1));
        insert("never hit");
        assertThat(victims(policy, 0)).containsExactly(ids("never hit", "hit before"));
    }
}
