package dev.kvc.store;

import dev.kvc.eviction.SnapshotId;
import dev.kvc.format.KvcKey;
import dev.kvc.format.Namespace;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A store that leaves everything to another one, but for what a subclass does itself: to count, time, record or check
 * requests. Only {@link #in} is always the subclass's: a view of it must do the same.
 *
 * <p>A lookup of the longest prefix is the other store's whole, and does not pass through {@link #load(KvcKey,
 * LoadOptions)} here; the methods of {@link KvStore} with fewer parameters pass through those with more.
 */
public abstract class ForwardingKvStore implements KvStore {
    private final KvStore store;

    /** Forwards to {@code store}. */
    protected ForwardingKvStore(KvStore store) {
        this.store = store;
    }

    /** The other one. */
    protected final KvStore store() {
        return store;
    }

    @Override
    public abstract KvStore in(Namespace namespace);

    @Override
    public SaveResult save(KvcKey key, SnapshotDraft draft, SaveOptions options) throws IOException {
        return store.save(key, draft, options);
    }

    @Override
    public Optional<Snapshot> load(KvcKey key, LoadOptions options) throws IOException {
        return store.load(key, options);
    }

    @Override
    public PrefixMatch match(PrefixQuery query) throws IOException {
        return store.match(query);
    }

    @Override
    public Optional<Snapshot> loadLongestPrefix(PrefixQuery query, LoadOptions options) throws IOException {
        return store.loadLongestPrefix(query, options);
    }

    @Override
    public Optional<SnapshotInfo> stat(KvcKey key) throws IOException {
        return store.stat(key);
    }

    @Override
    public boolean contains(KvcKey key) throws IOException {
        return store.contains(key);
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
    public void touch(Collection<Touch> touches) throws IOException {
        store.touch(touches);
    }

    @Override
    public Pin pin(KvcKey key, @Nullable Duration deadline) {
        return store.pin(key, deadline);
    }

    @Override
    public int evictToBudget() throws IOException {
        return store.evictToBudget();
    }

    @Override
    public Namespace namespace() {
        return store.namespace();
    }

    @Override
    public Set<Namespace> namespaces() throws IOException {
        return store.namespaces();
    }

    @Override
    public SnapshotId id(KvcKey key) {
        return store.id(key);
    }

    @Override
    public Set<Capability> capabilities() {
        return store.capabilities();
    }

    @Override
    public StoreStats stats() {
        return store.stats();
    }

    @Override
    public void close() throws IOException {
        store.close();
    }
}
