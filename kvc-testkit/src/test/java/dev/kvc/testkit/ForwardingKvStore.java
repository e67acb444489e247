package dev.kvc.testkit;

import dev.kvc.format.KvcKey;
import dev.kvc.store.KvStore;
import dev.kvc.store.LoadOptions;
import dev.kvc.store.SaveOptions;
import dev.kvc.store.SaveResult;
import dev.kvc.store.Snapshot;
import dev.kvc.store.SnapshotDraft;
import dev.kvc.store.SnapshotInfo;
import dev.kvc.store.StoreStats;
import java.io.IOException;
import java.util.Optional;
import java.util.stream.Stream;

/** A store that does what another one does: to be broken in one place by a subclass. */
class ForwardingKvStore implements KvStore {
    final KvStore store;

    ForwardingKvStore(KvStore store) {
        this.store = store;
    }

    @Override
    public SaveResult save(KvcKey key, SnapshotDraft draft, SaveOptions options) throws IOException {
        return store.save(key, draft, options);
    }

    @Override
    public Optional<Snapshot> load(KvcKey key, LoadOptions options) throws IOException {
        return store.load(key, options);
    }

    @Override
    public Optional<SnapshotInfo> stat(KvcKey key) throws IOException {
        return store.stat(key);
    }

    @Override
    public boolean remove(KvcKey key) throws IOException {
        return store.remove(key);
    }

    @Override
    public Stream<SnapshotInfo> list() throws IOException {
        return store.list();
    }

    @Override
    public void close() throws IOException {
        store.close();
    }

    @Override
    public StoreStats stats() {
        return store.stats();
    }
}
