package dev.kvc.eviction;

import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The least recently used goes first. Recency is the order of events; a store feeds its snapshots oldest use first when
 * it opens.
 *
 * <p>Events cost O(1), and so does the next victim. About 50 bytes a snapshot.
 */
public final class LruPolicy implements EvictionPolicy {
    private final Map<SnapshotId, Boolean> byUse = new LinkedHashMap<>(16, 0.75f, true);

    /** A policy that knows no snapshot yet. */
    public LruPolicy() {}

    @Override
    public void inserted(SnapshotMetadata snapshot) {
        byUse.put(snapshot.id(), true);
    }

    @Override
    public void hit(SnapshotMetadata snapshot) {
        byUse.replace(snapshot.id(), true);
    }

    @Override
    public void removed(SnapshotId id) {
        byUse.remove(id);
    }

    @Override
    public void relinked(SnapshotId id, @Nullable SnapshotId ancestor) {}

    @Override
    public Iterator<SnapshotId> victims(EvictionContext context) {
        return Collections.unmodifiableSet(byUse.keySet()).iterator();
    }
}
