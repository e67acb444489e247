package dev.kvc.eviction;

import static dev.kvc.eviction.Snapshots.id;
import static dev.kvc.eviction.Snapshots.snapshot;
import static dev.kvc.eviction.Snapshots.used;
import static dev.kvc.eviction.Snapshots.victims;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LfuPolicyTest {
    private final LfuPolicy policy = new LfuPolicy();

    /** priority = L + hits + 1, L = 0: a 3, b 1, c 2, whatever their sizes. */
    @Test
    void the_least_often_used_goes_first_whatever_its_size() {
        policy.inserted(snapshot("a", 1, 1000));
        policy.inserted(snapshot("b", 1000, 1));
        policy.inserted(snapshot("c", 10, 10));
        policy.hit(used(snapshot("a", 1, 1000), 1, 1));
        policy.hit(used(snapshot("a", 1, 1000), 2, 2));
        policy.hit(used(snapshot("c", 10, 10), 1, 3));
        assertThat(victims(policy, 0)).containsExactly(id("b"), id("c"), id("a"));
    }

    /**
     * old has 2 hits: priority 3. L grows by 1 with each newcomer that goes: they come in at 1, 2 and 3, and the last
     * is as dear as old, which was set before it.
     */
    @Test
    void U2_what_was_popular_once_falls_behind_what_comes_in() {
        policy.inserted(used(snapshot("old", 10, 10), 2, 1));
        for (int i = 0; i < 2; i++) {
            policy.inserted(snapshot("new " + i, 10, 10));
            assertThat(victims(policy, 0)).containsExactly(id("new " + i), id("old"));
            policy.removed(id("new " + i));
        }
        policy.inserted(snapshot("new 2", 10, 10));
        assertThat(victims(policy, 0)).containsExactly(id("old"), id("new 2"));
    }
}
