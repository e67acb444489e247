package dev.kvc.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvc.eviction.EvictionContext;
import dev.kvc.eviction.EvictionPolicy;
import dev.kvc.eviction.EvictionPolicyFactory;
import dev.kvc.eviction.SnapshotId;
import dev.kvc.eviction.SnapshotMetadata;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What the contract of policies stands on: a seed, and words for telling a policy and for judging its victims. */
abstract class PolicyFixture {
    static final long NOW = 1_770_000_000;
    /** Wants everything. */
    static final EvictionContext ALL = new EvictionContext(Long.MAX_VALUE, NOW, null);

    @RegisterExtension
    final Seed seed = new Seed();

    /** Makes the policy under test. */
    protected abstract EvictionPolicyFactory factory();

    /**
     * Whether the policy may name this snapshot never, as the interface allows. By default it may not: a store that is
     * over its budget could then not get below.
     *
     * @param snapshot its metadata as last told
     */
    protected boolean mayLeaveOut(SnapshotMetadata snapshot) {
        return false;
    }

    final EvictionPolicy policy() {
        return factory().create();
    }

    static EvictionPolicy with(EvictionPolicy policy, int snapshots) {
        for (int i = 0; i < snapshots; i++) {
            policy.inserted(PolicyWalk.snapshot(PolicyWalk.id(i)));
        }
        return policy;
    }

    /** All victims; a million at most, so that an iterator without an end fails instead of hanging. */
    static List<SnapshotId> drain(EvictionPolicy policy, EvictionContext context) {
        List<SnapshotId> named = new ArrayList<>();
        Iterator<SnapshotId> victims = policy.victims(context);
        while (victims.hasNext() && named.size() < 1_000_000) {
            named.add(victims.next());
        }
        return named;
    }

    /** Each that is stored once, unless it may be left out, and nothing else. */
    final void assertNames(List<SnapshotId> named, Collection<SnapshotMetadata> stored) {
        assertThat(named).as("named at most once").doesNotHaveDuplicates();
        Set<SnapshotId> missing = new HashSet<>();
        Set<SnapshotId> strange = new HashSet<>(named);
        for (SnapshotMetadata snapshot : stored) {
            boolean isNamed = strange.remove(snapshot.id());
            if (!isNamed && !mayLeaveOut(snapshot)) {
                missing.add(snapshot.id());
            }
        }
        assertThat(strange).as("named though it is not stored").isEmpty();
        assertThat(missing).as("stored and not named").isEmpty();
    }

    final void assertNames(EvictionPolicy policy, int... numbers) {
        List<SnapshotMetadata> stored = new ArrayList<>();
        for (int number : numbers) {
            stored.add(PolicyWalk.snapshot(PolicyWalk.id(number)));
        }
        assertNames(drain(policy, ALL), stored);
    }
}
