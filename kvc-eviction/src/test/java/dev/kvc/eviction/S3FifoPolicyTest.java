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

class S3FifoPolicyTest {
    private final S3FifoPolicy policy = new S3FifoPolicy();

    private void insert(String... names) {
        Arrays.stream(names).forEach(name -> policy.inserted(snapshot(name, 10, 10)));
    }

    private void hit(String name, int times) {
        for (int i = 1; i <= times; i++) {
            policy.hit(used(snapshot(name, 10, 10), i, 1));
        }
    }

    /** All are in the small queue: a was hit twice and moves to the main one; b, hit once, is the first to go. */
    @Test
    void what_was_hit_more_than_once_leaves_the_small_queue_for_the_main_one() {
        insert("a", "b", "c");
        hit("a", 2);
        hit("b", 1);
        assertThat(victims(policy, 0)).containsExactly(ids("b", "c", "a"));
    }

    /** b goes as above and is remembered: it comes back into the main queue, and so c, though older, goes before it. */
    @Test
    void a_ghost_that_comes_back_joins_the_main_queue() {
        insert("a", "b", "c");
        hit("a", 2);
        assertThat(evict(policy)).isEqualTo(id("b"));
        insert("b");
        insert("d");
        assertThat(victims(policy, 0)).containsExactly(ids("c", "d", "a", "b"));
    }

    /**
     * Main: a, b and c, moved there while room was made, a and b hit there since; small: x, of 1 byte of 31, less than
     * a tenth. So the main queue gives: a and b move to its new end with no hit left, and c is the victim; then they,
     * and x last.
     */
    @Test
    void the_main_queue_gives_while_the_small_one_is_small() {
        insert("a", "b", "c");
        hit("a", 2);
        hit("b", 2);
        hit("c", 2);
        insert("gone");
        assertThat(evict(policy)).isEqualTo(id("gone"));
        hit("a", 1);
        hit("b", 1);
        policy.inserted(snapshot("x", 1, 1));
        assertThat(victims(policy, 0)).containsExactly(ids("c", "a", "b", "x"));
        assertThat(evict(policy)).isEqualTo(id("c"));
        assertThat(victims(policy, 0)).as("a and b have lost their hits").startsWith(ids("a", "b"));
    }

    /**
     * The small queue is down to a, which is 1 of 21 bytes, and the main one is empty: a moves there, and goes last.
     */
    @Test
    void what_is_left_in_the_small_queue_is_named_though_it_moves() {
        policy.inserted(snapshot("b", 20, 10));
        policy.inserted(snapshot("a", 1, 10));
        policy.hit(used(snapshot("a", 1, 10), 1, 1));
        policy.hit(used(snapshot("a", 1, 10), 2, 2));
        assertThat(victims(policy, 0)).containsExactly(ids("b", "a"));
    }

    @Test
    void asking_moves_nothing() {
        insert("a", "b", "c");
        hit("a", 2);
        victims(policy, 0);
        hit("b", 2);
        assertThat(victims(policy, 0)).containsExactly(ids("c", "a", "b"));
    }

    /** b is named and pinned, c is taken: a has moved on the way to both; b stays where it was, and no ghost. */
    @Test
    void what_the_store_did_not_take_stays_where_it_is() {
        insert("a", "b", "c");
        hit("a", 2);
        Iterator<SnapshotId> victims = policy.victims(new EvictionContext(1, 0, null));
        assertThat(victims.next()).isEqualTo(id("b"));
        policy.removed(victims.next());
        assertThat(victims(policy, 0)).containsExactly(ids("b", "a"));
    }

    /**
     * Eleven of 10 bytes, one of which goes: 99 bytes of ghosts, which are nine; the tenth ends the first. So s9 comes
     * back into the main queue, and s0 as new into the small one, which gives until it has less than a tenth of 120.
     */
    @Test
    void ghosts_are_forgotten_when_they_would_fill_nine_tenths() {
        for (int i = 0; i < 20; i++) {
            insert("s" + i);
            if (i >= 10) {
                assertThat(evict(policy)).isEqualTo(id("s" + (i - 10)));
            }
        }
        insert("s0", "s9");
        assertThat(victims(policy, 0)).endsWith(ids("s19", "s9", "s0"));
    }

    @Test
    void removal_that_nobody_asked_for_leaves_no_ghost() {
        insert("a", "b");
        policy.removed(id("a"));
        insert("a");
        hit("b", 2);
        assertThat(victims(policy, 0)).as("a is new").containsExactly(ids("a", "b"));
    }
}
