package dev.kvc.store.fs;

import dev.kvc.eviction.EvictionContext;
import dev.kvc.eviction.EvictionPolicy;
import dev.kvc.eviction.SnapshotId;
import dev.kvc.eviction.SnapshotMetadata;
import dev.kvc.store.internal.FailureLog;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * Somebody's policy, whose mistakes cost it its say and nothing else: what it throws is logged and goes no further, so
 * that the index and the bytes in use stay right; from where it throws or names {@code null}, it names no more victims.
 */
final class GuardedPolicy implements EvictionPolicy {
    private final EvictionPolicy policy;
    private final FailureLog failures;

    GuardedPolicy(EvictionPolicy policy) {
        this.policy = policy;
        this.failures =
                new FailureLog("the eviction policy " + policy.getClass().getName());
    }

    private void tell(Runnable event) {
        try {
            event.run();
        } catch (RuntimeException e) {
            failures.failed("take an event", e);
        }
    }

    @Override
    public void inserted(SnapshotMetadata snapshot) {
        tell(() -> policy.inserted(snapshot));
    }

    @Override
    public void hit(SnapshotMetadata snapshot) {
        tell(() -> policy.hit(snapshot));
    }

    @Override
    public void removed(SnapshotId id) {
        tell(() -> policy.removed(id));
    }

    @Override
    public void relinked(SnapshotId id, @Nullable SnapshotId ancestor) {
        tell(() -> policy.relinked(id, ancestor));
    }

    @Override
    public boolean usesAncestors() {
        try {
            return policy.usesAncestors();
        } catch (RuntimeException e) {
            failures.failed("say whether it uses ancestors", e);
            return false;
        }
    }

    @Override
    public Iterator<SnapshotId> victims(EvictionContext context) {
        return new Victims(context);
    }

    private final class Victims implements Iterator<SnapshotId> {
        private final EvictionContext context;
        private @Nullable Iterator<SnapshotId> named;
        private @Nullable SnapshotId next;
        private boolean ended;

        Victims(EvictionContext context) {
            this.context = context;
        }

        @Override
        public boolean hasNext() {
            if (next == null && !ended) {
                next = ask();
                ended = next == null;
            }
            return next != null;
        }

        private @Nullable SnapshotId ask() {
            try {
                if (named == null) {
                    named = policy.victims(context);
                }
                return named.hasNext() ? named.next() : null;
            } catch (RuntimeException e) {
                failures.failed("name victims", e);
                return null;
            }
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
    }
}
