package dev.kvc.eviction;

import static dev.kvc.eviction.Snapshots.id;
import static dev.kvc.eviction.Snapshots.snapshot;
import static dev.kvc.eviction.Snapshots.victims;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LruPolicyTest {
    private final LruPolicy policy = new LruPolicy();

    @Test
    void the_least_recently_used_goes_first() {
        policy.inserted(snapshot("a", 1, 1));
        policy.inserted(snapshot("b", 1, 1));
        policy.inserted(snapshot("c", 1, 1));
        policy.hit(snapshot("a", 1, 1));
        assertThat(victims(policy, 0)).containsExactly(id("b"), id("c"), id("a"));
    }

    @Test
    void a_replacement_is_a_use() {
        policy.inserted(snapshot("a", 1, 1));
        policy.inserted(snapshot("b", 1, 1));
        policy.inserted(snapshot("a", 2, 1));
        assertThat(victims(policy, 0)).containsExactly(id("b"), id("a"));
    }

    @Test
    void asking_does_not_count_as_a_use() {
        policy.inserted(snapshot("a", 1, 1));
        policy.inserted(snapshot("b", 1, 1));
        victims(policy, 0);
        assertThat(victims(policy, 0)).containsExactly(id("a"), id("b"));
    }
}
