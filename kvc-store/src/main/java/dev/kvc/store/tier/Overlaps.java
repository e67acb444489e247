package dev.kvc.store.tier;

import dev.kvc.eviction.SnapshotId;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Which keys are being changed, and whether by several at once.
 *
 * <p>A change takes the tiers one after the other, and no lock is held meanwhile. So two changes of one key may reach
 * two tiers in different orders, and leave one snapshot in front and another behind it. The last of several that
 * overlapped is told, and puts it right. Safe from any thread.
 */
final class Overlaps {
    private final ConcurrentMap<SnapshotId, Changes> underWay = new ConcurrentHashMap<>();

    private record Changes(int count, boolean overlapped) {}

    /** Somebody begins to change a key; {@link #end} must follow. */
    void begin(SnapshotId id) {
        underWay.merge(id, new Changes(1, false), (before, one) -> new Changes(before.count + 1, true));
    }

    /**
     * Ends a change; but if it is the last of several that overlapped, it goes on.
     *
     * @return whether it goes on: the caller settles what the tiers have, and ends it again
     */
    boolean end(SnapshotId id) {
        AtomicBoolean goesOn = new AtomicBoolean();
        underWay.computeIfPresent(id, (key, now) -> {
            if (now.count > 1) {
                return new Changes(now.count - 1, true);
            }
            goesOn.set(now.overlapped);
            return now.overlapped ? new Changes(1, false) : null;
        });
        return goesOn.get();
    }
}
