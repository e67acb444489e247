package dev.kvc.testkit;

import dev.kvc.eviction.SnapshotId;
import dev.kvc.store.MissReason;
import dev.kvc.store.SaveResult;
import dev.kvc.store.SnapshotInfo;
import dev.kvc.store.StoreListener;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Keeps what a store told. */
final class RecordingListener implements StoreListener {
    final List<SnapshotId> saved = new CopyOnWriteArrayList<>();
    final List<SnapshotId> loaded = new CopyOnWriteArrayList<>();
    final List<Miss> missed = new CopyOnWriteArrayList<>();
    final List<SnapshotId> evicted = new CopyOnWriteArrayList<>();
    final List<SnapshotId> setAside = new CopyOnWriteArrayList<>();

    /** One load that found nothing. */
    record Miss(SnapshotId id, MissReason reason) {}

    @Override
    public void saved(SnapshotId id, SaveResult result) {
        saved.add(id);
    }

    @Override
    public void loaded(SnapshotInfo snapshot) {
        loaded.add(snapshot.id());
    }

    @Override
    public void missed(SnapshotId id, MissReason reason) {
        missed.add(new Miss(id, reason));
    }

    @Override
    public void evicted(SnapshotInfo snapshot) {
        evicted.add(snapshot.id());
    }

    @Override
    public void setAside(SnapshotId id, IOException cause) {
        setAside.add(id);
    }
}
