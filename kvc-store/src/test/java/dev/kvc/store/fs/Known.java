package dev.kvc.store.fs;

import dev.kvc.eviction.SnapshotId;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a test knows of the snapshots that it has saved: which of its versions each may be, and whether it may be
 * missing, after a crash of the process and after a power cut. A version is a number that no two saves share.
 */
final class Known {
    private final Map<SnapshotId, State> afterCrash = new TreeMap<>();
    private final Map<SnapshotId, State> afterPowerCut = new TreeMap<>();

    /** What a snapshot may be. */
    static final class State {
        private final Set<Integer> versions = new TreeSet<>();
        private boolean mayBeMissing = true;

        boolean mayBe(int version) {
            return versions.contains(version);
        }

        boolean mayBeMissing() {
            return mayBeMissing;
        }

        private void is(int version) {
            versions.clear();
            versions.add(version);
            mayBeMissing = false;
        }

        private void isGone() {
            versions.clear();
            mayBeMissing = true;
        }

        @Override
        public String toString() {
            return versions + (mayBeMissing ? " or missing" : "");
        }
    }

    State afterCrash(SnapshotId id) {
        return afterCrash.computeIfAbsent(id, key -> new State());
    }

    State afterPowerCut(SnapshotId id) {
        return afterPowerCut.computeIfAbsent(id, key -> new State());
    }

    /** A save begins: from now on it may have happened. */
    void saving(SnapshotId id, int version, boolean flushed) {
        afterCrash(id).versions.add(version);
        State state = afterPowerCut(id);
        state.versions.add(version);
        state.mayBeMissing |= !flushed; // its name may be there without its bytes
    }

    /** A save is acknowledged. */
    void saved(SnapshotId id, int version, boolean flushed) {
        afterCrash(id).is(version);
        if (flushed) {
            afterPowerCut(id).is(version);
        }
    }

    /** A save was refused. */
    void notSaved(SnapshotId id, int version) {
        afterCrash(id).versions.remove(version);
        afterPowerCut(id).versions.remove(version);
    }

    /** What is there serves as well as what was to be saved, and is flushed now, if that was wanted. */
    void alreadyPresent(SnapshotId id, boolean flushed) {
        if (flushed) {
            afterPowerCut(id).is(afterCrash(id).versions.iterator().next());
        }
    }

    /** A snapshot is being removed, set aside or rejected: from now on it may be gone. */
    void removing(SnapshotId id) {
        afterCrash(id).mayBeMissing = true;
        afterPowerCut(id).mayBeMissing = true;
    }

    /** It is gone; a power cut may bring it back unless that was flushed too. */
    void removed(SnapshotId id, boolean flushed) {
        afterCrash(id).isGone();
        afterPowerCut(id).mayBeMissing = true;
        if (flushed) {
            afterPowerCut(id).isGone();
        }
    }

    /** What was found on the disk, when it was looked at. */
    void found(SnapshotId id, int version) {
        afterCrash(id).is(version);
        afterPowerCut(id).is(version);
    }

    void missing(SnapshotId id) {
        removed(id, true);
    }
}
