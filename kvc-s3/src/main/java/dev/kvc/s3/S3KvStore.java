package dev.kvc.s3;

import dev.kvc.eviction.EvictionPolicyFactory;
import dev.kvc.eviction.SnapshotId;
import dev.kvc.format.KvcKey;
import dev.kvc.format.Namespace;
import dev.kvc.format.ReaderAt;
import dev.kvc.remote.RemoteCalls;
import dev.kvc.store.Capability;
import dev.kvc.store.KvStore;
import dev.kvc.store.LoadOptions;
import dev.kvc.store.PrefixLookup;
import dev.kvc.store.PrefixMatch;
import dev.kvc.store.PrefixQuery;
import dev.kvc.store.SaveOptions;
import dev.kvc.store.SaveResult;
import dev.kvc.store.Settings;
import dev.kvc.store.Snapshot;
import dev.kvc.store.SnapshotDraft;
import dev.kvc.store.SnapshotInfo;
import dev.kvc.store.StoreEnvironment;
import dev.kvc.store.StoreStats;
import dev.kvc.store.Touch;
import dev.kvc.store.spi.ImageReader;
import dev.kvc.store.spi.ImageWriter;
import dev.kvc.store.spi.StoreReport;
import dev.kvc.store.spi.StoredFiles;
import java.io.IOException;
import java.util.Collection;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CommonPrefix;

/**
 * A store in S3, or in whatever else speaks its protocol, that engines on many machines share.
 *
 * <p>What it does beside the contract, and what it does not:
 *
 * <ul>
 *   <li>A prefix is looked up without a request. What others saved is found within {@code refresh}, once it is in the
 *       index, where it is entered behind its save; what they removed is found out by a load.
 *   <li>Hits are counted in the process, and written into the index every {@code hits-every} and when the store is
 *       closed; no object is rewritten. Counts of several processes are not added up.
 *   <li>Nothing is evicted by a save. {@link #evictToBudget} lists everything and removes what is beyond the budget.
 *   <li>A loaded snapshot of at most {@code hold} bytes is in memory and outlives everything. A larger one, or one that
 *       is verified on reading, is fetched when it is read, and there is nothing more to read once its object has been
 *       replaced or deleted, unless the bucket keeps versions.
 * </ul>
 *
 * <p>Safe from any thread.
 */
public final class S3KvStore implements KvStore, StoredFiles {
    private final S3Store store;
    private final Saver saver;
    private final Loader loader;
    private final ImageReader reader;
    private final Evictor evictor;
    private final Namespace namespace;
    private final boolean isRoot;

    private S3KvStore(S3Store store, ImageReader reader, Saver saver, Loader loader, Evictor evictor) {
        this.store = store;
        this.reader = reader;
        this.saver = saver;
        this.loader = loader;
        this.evictor = evictor;
        this.namespace = Namespace.DEFAULT;
        this.isRoot = true;
    }

    private S3KvStore(S3KvStore root, Namespace namespace) {
        this.store = root.store;
        this.reader = root.reader;
        this.saver = root.saver;
        this.loader = root.loader;
        this.evictor = root.evictor;
        this.namespace = namespace;
        this.isRoot = false;
    }

    /**
     * A builder of a store in a part of a bucket.
     *
     * @param prefix what the names of its objects begin with; may be empty
     * @throws IllegalArgumentException if the service would not take the bucket's name, or the prefix has characters
     *     that need care in a name
     */
    public static Builder builder(String bucket, String prefix) {
        return new Builder(S3Location.of(bucket, prefix));
    }

    /** Opens a store. A second call of a setter replaces what the first has set. */
    public static final class Builder {
        private final S3Location location;
        private StoreEnvironment environment = StoreEnvironment.system();
        private Settings settings = new Settings("s3", Map.of());
        private @Nullable S3Client client;

        Builder(S3Location location) {
            this.location = location;
        }

        /** The clock, the eviction policies, and who is told what the store does. */
        public Builder environment(StoreEnvironment value) {
            environment = value;
            return this;
        }

        /** The settings that a URI has as parameters; docs/remote.md lists them. */
        public Builder settings(Settings value) {
            settings = value;
            return this;
        }

        /**
         * A client of the caller's own, with its credentials, timeouts and retries; the settings of those do not count
         * then. The caller closes it, after the store and the snapshots loaded from it.
         */
        public Builder client(S3Client value) {
            client = value;
            return this;
        }

        /**
         * Opens the store; nothing is asked of the service before it is used. The caller closes it.
         *
         * @throws IllegalArgumentException if a setting is wrong; all of them are named
         * @throws IOException if the client cannot be made: no region, for instance
         */
        public KvStore open() throws IOException {
            S3Settings read = S3Settings.read(settings);
            EvictionPolicyFactory policy = settings.read(
                            "policy",
                            "the name of an eviction policy",
                            name -> environment.policies().apply(name))
                    .orElseGet(() -> environment.policies().apply("lru"));
            settings.requireValid();
            return open(read, policy);
        }

        private KvStore open(S3Settings read, EvictionPolicyFactory policy) throws IOException {
            RemoteCalls calls = new RemoteCalls(
                    location.toString(), read.client().remote(), environment.clock(), ServiceException::isTransient);
            Bucket bucket = client == null
                    ? ownBucket(read, calls)
                    : new Bucket(client, () -> {}, location.bucket(), read.encryption(), calls);
            ExecutorService threads = Executors.newCachedThreadPool(Builder::daemon);
            S3Store store = new S3Store(
                    bucket,
                    new ObjectNames(location.prefix()),
                    read,
                    environment.clock(),
                    new StoreReport(location.toString(), environment.listeners()),
                    threads);
            ImageReader reader = new ImageReader(read.partBytes(), read.parts(), read.maxTextBytes(), read.heldBytes());
            Uploads uploads = new Uploads(
                    bucket,
                    new OtherUploads(bucket, time -> Thread.sleep(time.toMillis())),
                    new ImageWriter(read.partBytes(), read.parts()),
                    store::run);
            return new S3KvStore(
                    store, reader, new Saver(store, uploads), new Loader(store, reader), new Evictor(store, policy));
        }

        private Bucket ownBucket(S3Settings read, RemoteCalls calls) throws IOException {
            ScheduledExecutorService timer = Clients.timer(read.client(), Builder::daemon);
            boolean made = false;
            try {
                S3Client own = Clients.builder(read.client(), timer).build();
                made = true;
                return new Bucket(own, () -> close(own, timer), location.bucket(), read.encryption(), calls);
            } catch (SdkClientException e) {
                throw new IOException(location + ": " + e.getMessage(), e);
            } finally {
                if (!made) {
                    timer.shutdown();
                }
            }
        }

        /** Requests that are still under way keep their limit: the timer ends with the last of them. */
        private static void close(S3Client client, ScheduledExecutorService timer) {
            try {
                client.close();
            } finally {
                timer.shutdown();
            }
        }

        static Thread daemon(Runnable work) {
            Thread thread = new Thread(work, "kvc-s3");
            thread.setDaemon(true);
            return thread;
        }
    }

    @Override
    public SaveResult save(KvcKey key, SnapshotDraft draft, SaveOptions options) throws IOException {
        store.requireOpen();
        return store.report.save(id(key), draft, () -> saver.save(id(key), draft, options));
    }

    @Override
    public Optional<Snapshot> load(KvcKey key, LoadOptions options) throws IOException {
        store.requireOpen();
        return store.report.load(id(key), options, () -> loader.load(id(key), options));
    }

    @Override
    public Optional<SnapshotInfo> stat(KvcKey key) throws IOException {
        store.requireOpen();
        return store.look(id(key)).map(Catalog.Item::info);
    }

    @Override
    public Optional<ReaderAt> file(KvcKey key) throws IOException {
        store.requireOpen();
        return loader.file(id(key));
    }

    @Override
    public boolean remove(KvcKey key) throws IOException {
        store.requireOpen();
        return store.remove(id(key));
    }

    @Override
    public Stream<SnapshotInfo> list() throws IOException {
        store.requireOpen();
        return store.index(namespace).listAll().stream();
    }

    @Override
    public PrefixMatch match(PrefixQuery query) throws IOException {
        store.requireOpen();
        return PrefixLookup.sift(store.index(namespace).fresh().beginningsOf(query.prompt()), query);
    }

    @Override
    public Optional<Snapshot> loadLongestPrefix(PrefixQuery query, LoadOptions options) throws IOException {
        return store.report.loadLongestPrefix(this, query, options);
    }

    @Override
    public void touch(Collection<Touch> touches) throws IOException {
        store.requireOpen();
        Catalog catalog = store.index(namespace).fresh();
        for (Touch touch : touches) {
            Catalog.@Nullable Item item = catalog.get(touch.key());
            if (item != null) {
                catalog.update(touch.key(), item, now -> now.used(touch.hits(), touch.lastUsedUnix()));
            }
        }
    }

    @Override
    public int evictToBudget() throws IOException {
        store.requireOpen();
        return evictor.evict(namespaces());
    }

    @Override
    public KvStore in(Namespace other) {
        return other.equals(namespace) ? this : new S3KvStore(this, other);
    }

    @Override
    public Namespace namespace() {
        return namespace;
    }

    /** Asks twice for each namespace: whether there is a folder of its name, and whether a snapshot is in it. */
    @Override
    public Set<Namespace> namespaces() throws IOException {
        store.requireOpen();
        Set<Namespace> found = new TreeSet<>();
        found.add(namespace);
        String root = store.names.root();
        Set<Namespace> folders = new TreeSet<>();
        store.bucket.list(root, null, true, page -> {
            for (CommonPrefix folder : page.commonPrefixes()) {
                @Nullable Namespace named = store.names.namespace(folder.prefix());
                if (named != null) {
                    folders.add(named);
                }
            }
            return true;
        });
        folders.add(Namespace.DEFAULT);
        for (Namespace each : folders) {
            if (!each.equals(namespace) && holdsSnapshot(each)) {
                found.add(each);
            }
        }
        return found;
    }

    private boolean holdsSnapshot(Namespace other) throws IOException {
        boolean[] holds = {false};
        store.bucket.list(store.names.folder(other), store.names.behindIndex(other), true, page -> {
            holds[0] = page.contents().stream().anyMatch(object -> store.names.key(other, object.key()) != null);
            return !holds[0];
        });
        return holds[0];
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

    @Override
    public StoreStats stats() {
        return store.stats();
    }

    @Override
    public void close() {
        if (isRoot) {
            store.close();
            reader.close();
        }
    }

    @Override
    public String toString() {
        return store.bucket.uri(store.names.root());
    }

    @Override
    public SnapshotId id(KvcKey key) {
        return new SnapshotId(namespace, key);
    }
}
