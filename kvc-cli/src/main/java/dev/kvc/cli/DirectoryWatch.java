package dev.kvc.cli;

import dev.kvc.eviction.SnapshotId;
import dev.kvc.store.SnapshotInfo;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Tells what was asked of a directory from what headers say, look by look: a snapshot that was not there has been
 * saved, one whose hit count has grown has been hit, one that is missing has been removed. Of those removed it
 * remembers the last {@value #MOST_GONE}, in some 10 MB, however long it watches. For one thread.
 */
final class DirectoryWatch {
    /** A count that grows by more between two looks was not counted up but written. */
    static final long MOST_HITS = 1000;

    /** One that comes back later than so many other removals counts as new. */
    static final int MOST_GONE = 100_000;

    private static final long NEVER = -1;

    private final Map<SnapshotId, SnapshotInfo> present = new HashMap<>();
    private final Set<SnapshotId> gone = new LinkedHashSet<>();
    private final int mostGone;
    private long lastLookMillis = NEVER;
    private long removals;

    DirectoryWatch() {
        this(MOST_GONE);
    }

    /** Remembers the last {@code mostGone} that were removed. */
    DirectoryWatch(int mostGone) {
        this.mostGone = mostGone;
    }

    /** What happened to a snapshot. */
    enum Event {
        /** It was saved, or was there at the first look. */
        SAVED,
        /** It was saved after it had been removed: somebody missed it, and had to compute it anew. */
        SAVED_AGAIN,
        /** It was hit. */
        HIT
    }

    /**
     * An event.
     *
     * @param atMillis when, as near as the header says it: to the second, and not before the last look
     */
    record Change(long atMillis, Event event, SnapshotInfo snapshot) {}

    /**
     * What has happened since the last look, in the order of the times. What is there at the first one counts as saved
     * when its header says.
     *
     * @param found all snapshots that are there now
     */
    List<Change> look(List<SnapshotInfo> found, long nowMillis) {
        List<Change> changes = new ArrayList<>();
        Set<SnapshotId> missing = new HashSet<>(present.keySet());
        for (SnapshotInfo info : found) {
            missing.remove(info.id());
            compare(present.put(info.id(), info), info, nowMillis, changes);
        }
        missing.forEach(this::removed);
        changes.sort(Comparator.comparingLong(Change::atMillis));
        lastLookMillis = nowMillis;
        return changes;
    }

    private void removed(SnapshotId id) {
        present.remove(id);
        gone.add(id);
        if (gone.size() > mostGone) {
            gone.remove(gone.iterator().next());
        }
        removals++;
    }

    private void compare(@Nullable SnapshotInfo before, SnapshotInfo now, long nowMillis, List<Change> changes) {
        long hits = now.header().hitCount();
        long known;
        if (before == null || before.header().createdUnix() != now.header().createdUnix()) {
            long saved = within(now.header().createdUnix(), nowMillis);
            changes.add(new Change(saved, gone.remove(now.id()) ? Event.SAVED_AGAIN : Event.SAVED, now));
            known = isNew(now) ? 0 : hits; // what came from elsewhere has brought its hits along
        } else {
            known = before.header().hitCount();
        }
        long used = within(now.header().lastUsedUnix(), nowMillis);
        for (long i = Math.max(known, hits - MOST_HITS); i < hits; i++) {
            changes.add(new Change(used, Event.HIT, now));
        }
    }

    /** Whether it was made since the last look; headers tell whole seconds. */
    private boolean isNew(SnapshotInfo info) {
        return lastLookMillis != NEVER && info.header().createdUnix() >= lastLookMillis / 1000;
    }

    private long within(long unix, long nowMillis) {
        boolean isPast = unix >= 0 && unix <= nowMillis / 1000;
        return Math.max(Math.max(0, lastLookMillis), isPast ? unix * 1000 : nowMillis);
    }

    /** How many snapshots have been removed while they were watched. */
    long removals() {
        return removals;
    }
}
