package dev.kvc.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvc.eviction.EvictionContext;
import dev.kvc.eviction.EvictionPolicies;
import dev.kvc.eviction.EvictionPolicy;
import dev.kvc.eviction.EvictionPolicyFactory;
import dev.kvc.eviction.SnapshotMetadata;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** The contract, run on the policies that come with KVC. */
class EvictionPoliciesTest {
    @Nested
    class Lru extends EvictionPolicyContract {
        @Override
        protected EvictionPolicyFactory factory() {
            return EvictionPolicies.lru();
        }
    }

    @Nested
    class Lfu extends EvictionPolicyContract {
        @Override
        protected EvictionPolicyFactory factory() {
            return EvictionPolicies.lfu();
        }
    }

    @Nested
    class S3Fifo extends EvictionPolicyContract {
        @Override
        protected EvictionPolicyFactory factory() {
            return EvictionPolicies.s3Fifo();
        }
    }

    @Nested
    class Sieve extends EvictionPolicyContract {
        @Override
        protected EvictionPolicyFactory factory() {
            return EvictionPolicies.sieve();
        }
    }

    @Nested
    class SizeWeighted extends EvictionPolicyContract {
        @Override
        protected EvictionPolicyFactory factory() {
            return EvictionPolicies.sizeWeighted();
        }
    }

    @Nested
    class Ds4 extends EvictionPolicyContract {
        @Override
        protected EvictionPolicyFactory factory() {
            return EvictionPolicies.ds4();
        }
    }

    @Nested
    class Ds4Current extends EvictionPolicyContract {
        @Override
        protected EvictionPolicyFactory factory() {
            return EvictionPolicies.ds4Current();
        }
    }

    @Nested
    class PrefixAware extends EvictionPolicyContract {
        @Override
        protected EvictionPolicyFactory factory() {
            return EvictionPolicies.prefixAware();
        }
    }

    /** What a predicate protects is never named; everything else is, as the policy below says. */
    @Nested
    class Protecting extends EvictionPolicyContract {
        @Override
        protected EvictionPolicyFactory factory() {
            return protecting(EvictionPolicies.ds4());
        }

        @Override
        protected boolean mayLeaveOut(SnapshotMetadata snapshot) {
            return isProtected(snapshot);
        }

        @Test
        void whatIsProtectedIsNeverNamed() {
            EvictionPolicy policy = factory().create();
            PolicyWalk walk = new PolicyWalk(policy, seed.random(), 100);
            walk.steps(1_000);
            assertThat(walk.stored()).as("some are protected").anyMatch(EvictionPoliciesTest::isProtected);
            policy.victims(new EvictionContext(Long.MAX_VALUE, 0, null))
                    .forEachRemaining(id -> assertThat(walk.stored())
                            .filteredOn(snapshot -> snapshot.id().equals(id))
                            .noneMatch(EvictionPoliciesTest::isProtected));
        }
    }

    private static boolean isProtected(SnapshotMetadata snapshot) {
        return snapshot.hits() >= 3;
    }

    private static EvictionPolicyFactory protecting(EvictionPolicyFactory factory) {
        return new EvictionPolicyFactory() {
            @Override
            public String name() {
                return factory.name() + "-protecting";
            }

            @Override
            public EvictionPolicy create() {
                return factory.create().protecting(EvictionPoliciesTest::isProtected);
            }
        };
    }
}
