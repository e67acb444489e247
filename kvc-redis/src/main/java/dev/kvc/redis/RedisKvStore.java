package dev.kvc.redis;

import dev.kvc.eviction.SnapshotId;
import dev.kvc.format.KvcKey;
import dev.kvc.format.Namespace;
import dev.kvc.format.ReaderAt;
import dev.kvc.store.Capability;
import dev.kvc.store.KvStore;
import dev.kvc.store.LoadOptions;
import dev.kvc.store.PrefixMatch;
import dev.kvc.store.PrefixQuery;
import dev.kvc.store.SaveOptions;
import dev.kvc.store.SaveResult;
import dev.kvc.store.Snapshot;
import dev.kvc.store.SnapshotDraft;
import dev.kvc.store.SnapshotInfo;
import dev.kvc.store.StoreEnvironment;
import dev.kvc.store.StoreStats;
import dev.kvc.store.StoreUri;
import dev.kvc.store.Touch;
import dev.kvc.store.spi.StoredFiles;
import java.io.IOException;
import java.util.Collection;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Snapshots in Redis, 6.2 or newer, or Valkey, which any number of processes share.
 *
 * <p><b>How a snapshot lies there.</b> Its exact KVC file in parts of about 4 MiB, each a string under a name of its
 * own, so that a cluster spreads them; and a manifest, a hash, written last and in one step: while it is there, so is
 * the snapshot. A file of up to 4 MiB is one string in the same slot: one trip saves it, and one loads it. Parts have
 * names of one save, so that a save that replaces another never mixes with it. A part that is gone, because Redis
 * evicted it, makes the snapshot a miss, and it is taken away. A namespace has an index of keys and of text lengths; it
 * mends itself.
 *
 * <p><b>What goes.</b> Redis evicts: by the time to live that every snapshot is given, and at its {@code maxmemory};
 * with {@code volatile-lru} or {@code volatile-ttl} it leaves the index alone. The store has no budget of its own. What
 * was replaced, removed or rejected can still be read by who has it open, for a grace of a minute.
 *
 * <p><b>Prefix lookup</b> is two trips: the lengths of stored texts, and the manifests of all beginnings of the prompt
 * that have one of them. Hits are counted in the manifest; no part is rewritten.
 *
 * <p><b>Verification.</b> A payload that is verified on load is fetched into memory, up to {@code hold}; a larger one
 * is fetched twice, and so is better loaded with {@link dev.kvc.store.LoadOptions.Verify#ON_READ}, or behind a
 * directory as a {@link dev.kvc.store.tier.Tier}, which streams it to disk in one pass. What arrives damaged is fetched
 * once more, and then taken away.
 *
 * <p><b>When Redis does not answer,</b> a request fails after {@code timeout}, is tried again a few times, and after
 * some failures in a row requests fail at once, for a while: {@link StoreStats#health} tells. The store can be opened
 * while Redis is down. A save whose answer was lost may have been stored.
 *
 * <p>docs/remote.md has the table of settings.
 */
public final class RedisKvStore implements KvStore, StoredFiles {
    private final RedisStore store;
    private final Namespace namespace;

    private RedisKvStore(RedisStore store, Namespace namespace) {
        this.store = store;
        this.namespace = namespace;
    }

    /**
     * A store, which connects when it is first asked something. The caller closes it.
     *
     * @throws IllegalArgumentException if the location or a parameter is wrong; all of them are named
     */
    static RedisKvStore open(StoreUri uri, boolean tls, StoreEnvironment environment) {
        return new RedisKvStore(new RedisStore(RedisSettings.read(uri, tls), environment), Namespace.DEFAULT);
    }

    @Override
    public SaveResult save(KvcKey key, SnapshotDraft draft, SaveOptions options) throws IOException {
        return store.save(new SnapshotId(namespace, key), draft, options);
    }

    @Override
    public Optional<Snapshot> load(KvcKey key, LoadOptions options) throws IOException {
        return store.load(new SnapshotId(namespace, key), options);
    }

    @Override
    public Optional<SnapshotInfo> stat(KvcKey key) throws IOException {
        return store.stat(new SnapshotId(namespace, key));
    }

    @Override
    public Optional<ReaderAt> file(KvcKey key) throws IOException {
        return store.file(new SnapshotId(namespace, key));
    }

    @Override
    public boolean remove(KvcKey key) throws IOException {
        return store.remove(new SnapshotId(namespace, key));
    }

    @Override
    public Stream<SnapshotInfo> list() throws IOException {
        return store.list(namespace);
    }

    @Override
    public PrefixMatch match(PrefixQuery query) throws IOException {
        return store.match(namespace, query);
    }

    @Override
    public Optional<Snapshot> loadLongestPrefix(PrefixQuery query, LoadOptions options) throws IOException {
        return store.loadLongestPrefix(this, query, options);
    }

    @Override
    public void touch(Collection<Touch> touches) throws IOException {
        store.touch(namespace, touches);
    }

    /** Redis evicts; this forgets, in every namespace, what it has evicted. */
    @Override
    public int evictToBudget() throws IOException {
        return store.mend();
    }

    @Override
    public KvStore in(Namespace other) {
        store.requireOpen();
        return other.equals(namespace) ? this : new RedisKvStore(store, other);
    }

    @Override
    public Namespace namespace() {
        return namespace;
    }

    @Override
    public Set<Namespace> namespaces() throws IOException {
        Set<Namespace> all = store.namespaces();
        all.add(namespace);
        return all;
    }

    @Override
    public SnapshotId id(KvcKey key) {
        store.requireOpen();
        return new SnapshotId(namespace, key);
    }

    @Override
    public Set<Capability> capabilities() {
        return EnumSet.of(
                Capability.NAMESPACES,
                Capability.DURABLE,
                Capability.SHARED,
                Capability.INDEXED_PREFIXES,
                Capability.TOUCH,
                Capability.REMOTE);
    }

    /** Asks Redis what it holds; while it does not answer, what it held last is told. */
    @Override
    public StoreStats stats() {
        return store.stats();
    }

    @Override
    public void close() {
        if (namespace.isDefault()) {
            store.close();
        }
    }

    @Override
    public String toString() {
        return store.toString();
    }
}
