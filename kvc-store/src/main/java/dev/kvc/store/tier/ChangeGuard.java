package dev.kvc.store.tier;

import dev.kvc.eviction.SnapshotId;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Keeps a promotion from bringing back what a save, a removal or a reject has just taken away.
 *
 * <p>Copying up takes a while, and no lock is held meanwhile. So whoever changes a key says when it begins and when it
 * ends, and a promotion asks afterwards whether somebody has. One counter stands for all keys of a hash: a promotion
 * that is called off for another key's sake, also while it waits in a queue, is only a copy that is made at a later
 * hit.
 *
 * <p>The low half of a counter says how many are changing, the high half how many have begun. Safe from any thread.
 */
final class ChangeGuard {
    private static final int STRIPES = 1 << 10;
    private static final int BEGUN_SHIFT = 32;
    private static final long BEGIN = (1L << BEGUN_SHIFT) + 1;
    private static final long BUSY_MASK = (1L << BEGUN_SHIFT) - 1;

    private final AtomicLongArray stripes = new AtomicLongArray(STRIPES);

    /** Somebody begins to change a key; {@link #end} must follow. */
    void begin(SnapshotId id) {
        stripes.addAndGet(stripe(id), BEGIN);
    }

    void end(SnapshotId id) {
        stripes.decrementAndGet(stripe(id));
    }

    /** What {@link #isUnchanged} needs to know of now. */
    long now(SnapshotId id) {
        return stripes.get(stripe(id));
    }

    /** Whether nobody was changing the key then, and nobody has begun since. */
    boolean isUnchanged(SnapshotId id, long then) {
        return (then & BUSY_MASK) == 0 && stripes.get(stripe(id)) == then;
    }

    private static int stripe(SnapshotId id) {
        int hash = id.hashCode();
        return (hash ^ (hash >>> 16)) & (STRIPES - 1);
    }
}
