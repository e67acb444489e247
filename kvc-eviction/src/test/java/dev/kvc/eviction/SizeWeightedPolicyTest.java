package dev.kvc.eviction;

import static dev.kvc.eviction.Snapshots.id;
import static dev.kvc.eviction.Snapshots.snapshot;
import static dev.kvc.eviction.Snapshots.used;
import static dev.kvc.eviction.Snapshots.victims;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SizeWeightedPolicyTest {
    private final SizeWeightedPolicy policy = new SizeWeightedPolicy();

    /** priority = L + frequency × tokens ÷ bytes; L = 0: a 1 × 10/10 = 1, b 1 × 30/10 = 3, c 1 × 20/10 = 2. */
    @Test
    void fewest_tokens_for_the_bytes_go_first() {
        policy.inserted(snapshot("a", 10, 10));
        policy.inserted(snapshot("b", 10, 30));
        policy.inserted(snapshot("c", 10, 20));
        assertThat(victims(policy, 0)).containsExactly(id("a"), id("c"), id("b"));
    }

    /** A hit of a: frequency 2, priority 2, as c's, which was set earlier; a second one: 3, as b's. */
    @Test
    void a_hit_raises_the_frequency_and_of_equals_the_older_goes_first() {
        policy.inserted(snapshot("a", 10, 10));
        policy.inserted(snapshot("b", 10, 30));
        policy.inserted(snapshot("c", 10, 20));
        policy.hit(used(snapshot("a", 10, 10), 1, 5));
        assertThat(victims(policy, 0)).containsExactly(id("c"), id("a"), id("b"));
        policy.hit(used(snapshot("a", 10, 10), 2, 6));
        assertThat(victims(policy, 0)).containsExactly(id("c"), id("b"), id("a"));
    }

    /**
     * U2: old has 9 hits: 0 + 10 × 1 = 10. Each newcomer is worth 1 and evicts the one before it, so L grows by 1 a
     * victim: after 9 victims a newcomer comes in at 10 too, and old, which was used before it, goes first.
     */
    @Test
    void U2_an_old_popular_snapshot_falls_behind_what_comes_in() {
        policy.inserted(used(snapshot("old", 10, 10), 9, 1));
        policy.inserted(snapshot("new 0", 10, 10));
        for (int i = 1; i <= 9; i++) {
            assertThat(victims(policy, 0).get(0)).isEqualTo(id("new " + (i - 1)));
            policy.removed(id("new " + (i - 1)));
            policy.inserted(snapshot("new " + i, 10, 10));
        }
        assertThat(victims(policy, 0)).containsExactly(id("old"), id("new 9"));
    }

    @Test
    void removing_something_valuable_by_hand_ages_nobody() {
        policy.inserted(snapshot("dear", 10, 1000));
        policy.inserted(snapshot("a", 10, 20));
        policy.victims(new EvictionContext(1, 0, null)).next();
        policy.removed(id("dear"));
        policy.inserted(snapshot("b", 10, 10));
        assertThat(victims(policy, 0)).containsExactly(id("b"), id("a"));
    }

    @Test
    void sizes_of_several_gigabytes_and_of_nothing_are_ranked() {
        policy.inserted(snapshot("large", 5L << 30, 100_000));
        policy.inserted(snapshot("empty", 0, 1));
        policy.inserted(snapshot("worthless", 10, 0));
        assertThat(victims(policy, 0)).containsExactly(id("worthless"), id("large"), id("empty"));
    }
}
