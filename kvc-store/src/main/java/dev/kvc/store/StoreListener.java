package dev.kvc.store;

import dev.kvc.eviction.SnapshotId;
import java.io.IOException;

/**
 * Is told what a store does, after it is done. Called on the thread that did it, which may be one of the store's own or
 * of the tiers that it is one of, without a lock; it must be quick, safe from any thread, and change nothing in them.
 * What it throws is logged and goes no further.
 */
public interface StoreListener {
    /** A save ended. */
    default void saved(SnapshotId id, SaveResult result) {}

    /** A load found its snapshot. */
    default void loaded(SnapshotInfo snapshot) {}

    /** A load did not. */
    default void missed(SnapshotId id, MissReason reason) {}

    /** A snapshot was removed to make room, or because it was too old. */
    default void evicted(SnapshotInfo snapshot) {}

    /**
     * A snapshot was set aside and is not served any more.
     *
     * @param cause what is wrong with it
     */
    default void setAside(SnapshotId id, IOException cause) {}
}
