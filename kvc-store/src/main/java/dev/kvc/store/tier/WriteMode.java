package dev.kvc.store.tier;

/** How saves reach a tier. */
public enum WriteMode {
    /** A save returns when the tier has written it. A copy of what was found behind the tier may be queued. */
    WRITE_THROUGH,
    /**
     * A save is queued, and written by a thread of the tier's own. What is queued can be loaded; it is lost if the
     * process ends before it is written, but not if the store is closed. Where the queue has no room, and for a save
     * that asks for {@link dev.kvc.store.Durability#FSYNC}, the tier is written through: nothing is ever dropped.
     */
    WRITE_BACK,
    /** Never written; snapshots can still be removed from it and rejected. */
    READ_ONLY
}
