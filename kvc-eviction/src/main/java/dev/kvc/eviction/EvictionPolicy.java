package dev.kvc.eviction;

import java.util.Iterator;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Chooses which snapshots a store gives up.
 *
 * <p>The contract, which {@code EvictionPolicyContract} in {@code kvc-testkit} tests:
 *
 * <ol>
 *   <li>One instance serves one store. The store calls it under one lock: an implementation needs no synchronization,
 *       but must not block, do I/O or call back into the store.
 *   <li>The store tells every change. When it opens it tells {@link #inserted} for what it found, oldest use first.
 *       Events for a snapshot that was not told, or is gone, are ignored; {@link #inserted} for one that is there
 *       replaces it.
 *   <li>The policy is deterministic: equal events and contexts give equal victims. Time is what contexts and metadata
 *       say; a policy reads no clock. Randomness comes from a seed it was made with.
 *   <li>{@link #victims} names each snapshot that it was told of and that is not gone at most once. It may leave some
 *       out. Asking changes nothing: what is removed in the end is told by {@link #removed}.
 *   <li>The store has the last word: it skips what is pinned, protected, unknown to it or cannot be deleted, and stops
 *       when it has enough.
 * </ol>
 */
public interface EvictionPolicy {
    /** A snapshot was stored, or found when the store was opened, or replaced by another of the same id. */
    void inserted(SnapshotMetadata snapshot);

    /**
     * A load found the snapshot.
     *
     * @param snapshot its metadata after the hit: hits and last-used time are the new ones
     */
    void hit(SnapshotMetadata snapshot);

    /** The snapshot is gone from the store, evicted or removed. */
    void removed(SnapshotId id);

    /**
     * The snapshot has another nearest stored ancestor than was told before: one was stored, removed, or learnt late.
     *
     * @param ancestor the nearest one now; {@code null} if there is none
     */
    void relinked(SnapshotId id, @Nullable SnapshotId ancestor);

    /**
     * Whether the policy makes use of {@linkplain SnapshotMetadata#ancestor ancestors}. For those that do, a store
     * reads the texts of what it found when it was opened, in the background; it may tell ancestors to others, too. The
     * same whenever it is asked.
     */
    default boolean usesAncestors() {
        return false;
    }

    /**
     * Candidates for removal, the best first.
     *
     * <p>The iterator is used at once, under the store's lock, and dropped before the next event. It should be lazy
     * where ranking everything costs more than the few victims that are usually wanted.
     */
    Iterator<SnapshotId> victims(EvictionContext context);

    /**
     * This policy, without ever naming a snapshot that {@code isProtected} holds for. The predicate sees the metadata
     * as it was last told; the result replaces this policy, which must not be used by itself any more.
     */
    default EvictionPolicy protecting(Predicate<SnapshotMetadata> isProtected) {
        return new ProtectingPolicy(this, isProtected);
    }
}
