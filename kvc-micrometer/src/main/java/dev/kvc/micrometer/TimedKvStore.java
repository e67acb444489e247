package dev.kvc.micrometer;

import dev.kvc.format.KvcKey;
import dev.kvc.format.Namespace;
import dev.kvc.store.ForwardingKvStore;
import dev.kvc.store.KvStore;
import dev.kvc.store.LoadOptions;
import dev.kvc.store.PrefixQuery;
import dev.kvc.store.SaveOptions;
import dev.kvc.store.SaveResult;
import dev.kvc.store.Snapshot;
import dev.kvc.store.SnapshotDraft;
import java.io.IOException;
import java.util.Optional;

/** A store whose loads and saves are timed. */
final class TimedKvStore extends ForwardingKvStore {
    private final Requests requests;

    TimedKvStore(KvStore store, Requests requests) {
        super(store);
        this.requests = requests;
    }

    @FunctionalInterface
    private interface Load {
        Optional<Snapshot> run() throws IOException;
    }

    private Optional<Snapshot> timed(Load load, LoadOptions options) throws IOException {
        long start = requests.now();
        Optional<Snapshot> found;
        try {
            found = load.run();
        } catch (IOException | RuntimeException e) {
            requests.failedToLoad(start);
            throw e;
        }
        requests.loaded(found, options, start);
        return found;
    }

    @Override
    public Optional<Snapshot> load(KvcKey key, LoadOptions options) throws IOException {
        return timed(() -> store().load(key, options), options);
    }

    @Override
    public Optional<Snapshot> loadLongestPrefix(PrefixQuery query, LoadOptions options) throws IOException {
        return timed(() -> store().loadLongestPrefix(query, options), options);
    }

    @Override
    public SaveResult save(KvcKey key, SnapshotDraft draft, SaveOptions options) throws IOException {
        long start = requests.now();
        SaveResult result;
        try {
            result = store().save(key, draft, options);
        } catch (IOException | RuntimeException e) {
            requests.failedToSave(start);
            throw e;
        }
        requests.saved(result, start);
        return result;
    }

    @Override
    public KvStore in(Namespace namespace) {
        return namespace.equals(namespace()) ? this : new TimedKvStore(store().in(namespace), requests);
    }

    @Override
    public String toString() {
        return "timed " + store();
    }
}
