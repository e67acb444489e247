package dev.kvc.eviction;

import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Another policy, which never names what a predicate holds for. */
final class ProtectingPolicy implements EvictionPolicy {
    private final EvictionPolicy policy;
    private final Predicate<SnapshotMetadata> isProtected;
    private final Map<SnapshotId, SnapshotMetadata> known = new HashMap<>();

    ProtectingPolicy(EvictionPolicy policy, Predicate<SnapshotMetadata> isProtected) {
        this.policy = policy;
        this.isProtected = isProtected;
    }

    @Override
    public void inserted(SnapshotMetadata snapshot) {
        known.put(snapshot.id(), snapshot);
        policy.inserted(snapshot);
    }

    @Override
    public void hit(SnapshotMetadata snapshot) {
        known.replace(snapshot.id(), snapshot);
        policy.hit(snapshot);
    }

    @Override
    public void removed(SnapshotId id) {
        known.remove(id);
        policy.removed(id);
    }

    @Override
    public void relinked(SnapshotId id, @Nullable SnapshotId ancestor) {
        known.computeIfPresent(id, (key, snapshot) -> snapshot.withAncestor(ancestor));
        policy.relinked(id, ancestor);
    }

    @Override
    public boolean usesAncestors() {
        return policy.usesAncestors();
    }

    @Override
    public Iterator<SnapshotId> victims(EvictionContext context) {
        Iterator<SnapshotId> all = policy.victims(context);
        return new Iterator<>() {
            private @Nullable SnapshotId next;

            @Override
            public boolean hasNext() {
                while (next == null && all.hasNext()) {
                    SnapshotId id = all.next();
                    SnapshotMetadata snapshot = known.get(id);
                    next = snapshot != null && isProtected.test(snapshot) ? null : id;
                }
                return next != null;
            }

            @Override
            public SnapshotId next() {
                if (!hasNext() || next == null) {
                    throw new NoSuchElementException();
                }
                SnapshotId id = next;
                next = null;
                return id;
            }
        };
    }
}
