package dev.kvc.store.tier;

import dev.kvc.eviction.SnapshotId;
import java.util.LinkedHashMap;
import java.util.Map;

/** Remembers which snapshots have been hit behind the fastest tier, for as long as some thousands of others. */
final class PromotionGate {
    /** Stands for the second hit and all that follow. */
    static final int LATER_HIT = 2;

    private static final int REMEMBERED = 1 << 13;

    private final Map<SnapshotId, Boolean> seen = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<SnapshotId, Boolean> eldest) {
            return size() > REMEMBERED;
        }
    };

    /** Which hit the next one of this snapshot will be: the 1st, or the 2nd for any later one. */
    int nextHit(SnapshotId id) {
        synchronized (seen) {
            return seen.containsKey(id) ? LATER_HIT : 1;
        }
    }

    /** Counts a hit. */
    void hit(SnapshotId id) {
        synchronized (seen) {
            seen.put(id, true);
        }
    }
}
