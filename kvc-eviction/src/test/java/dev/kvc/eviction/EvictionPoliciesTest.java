package dev.kvc.eviction;

import static dev.kvc.eviction.Snapshots.id;
import static dev.kvc.eviction.Snapshots.snapshot;
import static dev.kvc.eviction.Snapshots.victims;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class EvictionPoliciesTest {
    private record Factory(String name) implements EvictionPolicyFactory {
        @Override
        public EvictionPolicy create() {
            return new LruPolicy();
        }
    }

    @Test
    void policies_are_found_by_name_and_each_call_makes_one() {
        EvictionPolicies policies = EvictionPolicies.load();
        assertThat(policies.names())
                .contains("ds4", "ds4-current", "lfu", "lru", "prefix-aware", "s3-fifo", "sieve", "size-weighted");
        assertThat(policies.byName("ds4").create()).isInstanceOf(Ds4Policy.class);
        assertThat(policies.byName("lru").create())
                .isInstanceOf(LruPolicy.class)
                .isNotSameAs(policies.byName("lru").create());
        assertThat(policies.byName("size-weighted").create()).isInstanceOf(SizeWeightedPolicy.class);
    }

    @Test
    void an_unknown_name_is_refused_with_the_names_there_are() {
        EvictionPolicies policies = new EvictionPolicies(List.of(new Factory("mine")));
        assertThat(policies.byName("mine").create()).isInstanceOf(LruPolicy.class);
        assertThatThrownBy(() -> policies.byName("random"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(
                        "no eviction policy is named \"random\"; there are ds4, ds4-current, lfu, lru, mine, "
                                + "prefix-aware, ");
    }

    @Test
    void names_that_are_taken_or_malformed_are_refused() {
        assertThatThrownBy(() -> new EvictionPolicies(List.of(new Factory("lru"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("two policies are named \"lru\"");
        assertThatThrownBy(() -> new EvictionPolicies(List.of(new Factory("My Policy"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("\"My Policy\"");
    }

    @Test
    void a_protecting_policy_passes_over_what_the_predicate_holds_for() {
        EvictionPolicy policy = new LruPolicy().protecting(snapshot -> snapshot.tokens() > 10);
        policy.inserted(snapshot("big", 1, 100));
        policy.inserted(snapshot("small", 1, 5));
        policy.inserted(snapshot("later big", 1, 5));
        policy.hit(snapshot("later big", 1, 50));
        policy.relinked(id("small"), id("big"));
        assertThat(victims(policy, 0)).containsExactly(id("small"));
        policy.removed(id("small"));
        assertThat(victims(policy, 0)).isEmpty();
    }
}
