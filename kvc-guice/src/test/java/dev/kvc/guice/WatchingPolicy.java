package dev.kvc.guice;

import dev.kvc.eviction.EvictionContext;
import dev.kvc.eviction.EvictionPolicy;
import dev.kvc.eviction.SnapshotId;
import dev.kvc.eviction.SnapshotMetadata;
import java.util.Iterator;
import java.util.List;

/** A policy that notes what it is told of. */
record WatchingPolicy(EvictionPolicy policy, List<SnapshotId> told) implements EvictionPolicy {
    @Override
    public void inserted(SnapshotMetadata snapshot) {
        told.add(snapshot.id());
        policy.inserted(snapshot);
    }

    @Override
    public void hit(SnapshotMetadata snapshot) {
        policy.hit(snapshot);
    }

    @Override
    public void removed(SnapshotId id) {
        policy.removed(id);
    }

    @Override
    public void relinked(SnapshotId id, SnapshotId ancestor) {
        policy.relinked(id, ancestor);
    }

    @Override
    public Iterator<SnapshotId> victims(EvictionContext context) {
        return policy.victims(context);
    }
}
