package dev.kvc.cli;

import dev.kvc.eviction.EvictionContext;
import dev.kvc.eviction.EvictionPolicy;
import dev.kvc.eviction.EvictionPolicyFactory;
import dev.kvc.eviction.SnapshotId;
import dev.kvc.eviction.SnapshotMetadata;
import java.util.Collections;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/** For a store that is only looked at, or told what to do: remembers nothing and names no victim. */
final class NothingToEvict implements EvictionPolicyFactory, EvictionPolicy {
    @Override
    public String name() {
        return "nothing";
    }

    @Override
    public EvictionPolicy create() {
        return this;
    }

    @Override
    public void inserted(SnapshotMetadata snapshot) {}

    @Override
    public void hit(SnapshotMetadata snapshot) {}

    @Override
    public void removed(SnapshotId id) {}

    @Override
    public void relinked(SnapshotId id, @Nullable SnapshotId ancestor) {}

    @Override
    public Iterator<SnapshotId> victims(EvictionContext context) {
        return Collections.emptyIterator();
    }
}
