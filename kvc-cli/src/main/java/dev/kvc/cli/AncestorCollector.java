package dev.kvc.cli;

import dev.kvc.eviction.EvictionContext;
import dev.kvc.eviction.EvictionPolicy;
import dev.kvc.eviction.EvictionPolicyFactory;
import dev.kvc.eviction.SnapshotId;
import dev.kvc.eviction.SnapshotMetadata;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A policy that takes note of what goes on from what, and leaves the rest to another one: a store tells its policy
 * everything, and nobody else. For one store; what it has noted may be asked for by another thread.
 */
final class AncestorCollector implements EvictionPolicyFactory, EvictionPolicy {
    private final EvictionPolicy policy;
    private final String name;
    private final Map<SnapshotId, SnapshotId> ancestors = new HashMap<>();

    AncestorCollector(EvictionPolicyFactory factory) {
        name = factory.name();
        policy = factory.create();
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public EvictionPolicy create() {
        return this;
    }

    /** The nearest stored ancestor of each that has one. */
    synchronized Map<SnapshotId, SnapshotId> ancestors() {
        return Map.copyOf(ancestors);
    }

    /** All that the policy would give up, one after the other. */
    synchronized List<SnapshotId> order(long nowUnix) {
        List<SnapshotId> order = new ArrayList<>();
        policy.victims(new EvictionContext(Long.MAX_VALUE, nowUnix, null)).forEachRemaining(order::add);
        return order;
    }

    private void note(SnapshotId id, @Nullable SnapshotId ancestor) {
        if (ancestor == null) {
            ancestors.remove(id);
        } else {
            ancestors.put(id, ancestor);
        }
    }

    @Override
    public boolean usesAncestors() {
        return true;
    }

    @Override
    public synchronized void inserted(SnapshotMetadata snapshot) {
        note(snapshot.id(), snapshot.ancestor());
        policy.inserted(snapshot);
    }

    @Override
    public synchronized void hit(SnapshotMetadata snapshot) {
        policy.hit(snapshot);
    }

    @Override
    public synchronized void removed(SnapshotId id) {
        ancestors.remove(id);
        policy.removed(id);
    }

    @Override
    public synchronized void relinked(SnapshotId id, @Nullable SnapshotId ancestor) {
        note(id, ancestor);
        policy.relinked(id, ancestor);
    }

    @Override
    public synchronized Iterator<SnapshotId> victims(EvictionContext context) {
        return policy.victims(context);
    }
}
