package dev.kvc.store.fs;

import dev.kvc.eviction.EvictionPolicy;
import dev.kvc.eviction.SnapshotId;
import dev.kvc.format.KvcCodec;
import dev.kvc.format.KvcFormatException;
import dev.kvc.format.KvcHeader;
import dev.kvc.format.Layout;
import dev.kvc.format.Namespace;
import dev.kvc.format.ReaderAt;
import dev.kvc.format.UnixTime;
import dev.kvc.store.Durability;
import dev.kvc.store.LoadOptions;
import dev.kvc.store.MissReason;
import dev.kvc.store.Pin;
import dev.kvc.store.PrefixLookup;
import dev.kvc.store.PrefixMatch;
import dev.kvc.store.PrefixQuery;
import dev.kvc.store.SaveOptions;
import dev.kvc.store.SaveResult;
import dev.kvc.store.SaveResult.Outcome;
import dev.kvc.store.Snapshot;
import dev.kvc.store.SnapshotDraft;
import dev.kvc.store.SnapshotInfo;
import dev.kvc.store.StoreListener;
import dev.kvc.store.StoreStats;
import dev.kvc.store.Touch;
import dev.kvc.store.internal.BlockWorkers;
import dev.kvc.store.internal.LeakReports;
import dev.kvc.store.internal.Listeners;
import dev.kvc.store.internal.Pins;
import dev.kvc.store.internal.StoreCounters;
import dev.kvc.store.internal.TextBlocks;
import dev.kvc.store.internal.jfr.LoadSpan;
import dev.kvc.store.internal.jfr.StoreEvents;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** All namespaces of one directory: what the views of {@link FileSystemKvStore} share. */
final class DirectoryStore {
    private static final System.Logger LOG = System.getLogger("dev.kvc.store.fs");

    private final FileStoreSettings settings;
    private final StoreFiles files;
    private final SharedDirectory shared;
    private final Catalog catalog;
    private final Scanner scanner;
    private final Refresher refresher;
    private final Evictor evictor;
    private final Quarantine quarantine;
    private final FileLoader loader;
    private final FileSaver saver;
    private final Adopter adopter;
    private final Wiper wiper;
    private final HitCounter hitCounter;
    private final Background background;
    private final BlockWorkers workers;
    private final Pins pins;
    private final StoreCounters counters = new StoreCounters();
    private final Listeners listeners;
    private final LeakReports leaks = LeakReports.ofSystemProperty();
    private final AtomicBoolean closed = new AtomicBoolean();

    private DirectoryStore(
            FileStoreSettings settings, StoreFiles files, EvictionPolicy policy, List<StoreListener> listeners)
            throws IOException {
        this.settings = settings;
        this.files = files;
        this.listeners = new Listeners(listeners, new StoreEvents(files.root().toString()));
        shared = SharedDirectory.join(files);
        catalog = new Catalog(policy);
        pins = new Pins(settings.clock());
        scanner = new Scanner(files, settings.clock(), settings.maxTextBytes());
        refresher = new Refresher(scanner, catalog, shared, files, settings.clock(), events());
        Sweeper sweeper = new Sweeper(files, shared, refresher, settings.clock());
        evictor = new Evictor(settings, files, catalog, shared, refresher, sweeper, pins, counters, this.listeners);
        quarantine = new Quarantine(files, catalog, shared, counters, this.listeners);
        workers = new BlockWorkers(settings.readThreads());
        loader = new FileLoader(settings, files, shared, quarantine, workers);
        saver = new FileSaver(settings, files, catalog, shared, evictor, loader, workers, counters);
        adopter = new Adopter(settings, files, catalog, shared, workers);
        wiper = new Wiper(files, scanner, catalog, shared, sweeper);
        hitCounter = new HitCounter(shared);
        TextLearner learner = new TextLearner(files, catalog, shared, settings.maxTextBytes());
        background = new Background(settings, files, catalog, scanner, refresher, sweeper, learner, events());
        if (catalog.policy().usesAncestors()) {
            background.wantTexts();
        }
    }

    /** Opens a directory and begins to read it in the background. */
    static DirectoryStore open(
            Path directory, FileStoreSettings settings, EvictionPolicy policy, List<StoreListener> listeners)
            throws IOException {
        DirectoryStore store =
                new DirectoryStore(settings, StoreFiles.open(directory, settings.mode()), policy, listeners);
        store.background.scan();
        return store;
    }

    /** What Flight Recorder is told of this store. */
    StoreEvents events() {
        return listeners.events();
    }

    SaveResult save(SnapshotId id, SnapshotDraft draft, SaveOptions options) throws IOException {
        requireChangeable();
        PrefixQuery protect = options.protectOrNull();
        SnapshotId protectedId = protect == null
                ? null
                : stored(id.namespace(), protect).best().map(SnapshotInfo::id).orElse(null);
        SaveResult result = saver.save(id, draft, options, protectedId);
        counters.save(result.outcome());
        if (result.outcome() == Outcome.STORED || result.outcome() == Outcome.REPLACED) {
            quarantine.published(id);
        }
        background.refreshSoon();
        listeners.tell(listener -> listener.saved(id, result));
        return result;
    }

    Optional<Snapshot> load(SnapshotId id, LoadOptions options, LoadSpan span) throws IOException {
        requireOpen();
        Entry known = catalog.get(id);
        Path path = files.file(id, known);
        long then = hitCounter.now(id);
        try {
            FileSnapshot snapshot = found(id, loader.open(id, path, known, options), options, then);
            listeners.tell(listener -> listener.loaded(snapshot.info()));
            span.found(snapshot);
            return Optional.of(snapshot);
        } catch (MissException e) {
            Entry entry = catalog.known(id);
            if (entry != null) {
                refresher.forgetIfGone(entry);
            }
            return miss(id, e.reason(), span);
        } catch (FileLoader.DamagedException e) {
            try (e) {
                return miss(id, damaged(id, path, e), span);
            }
        }
    }

    private FileSnapshot found(SnapshotId id, FileLoader.Found found, LoadOptions options, long then)
            throws IOException {
        KvcHeader header = found.header();
        try {
            if (options.countHit()) {
                header = countHit(id, found, then);
            }
        } catch (IOException | RuntimeException e) {
            found.file().close();
            throw e;
        }
        return new FileSnapshot(found, found.info(id, header), workers, this::reject, leaks);
    }

    /** The header after the hit. */
    private KvcHeader countHit(SnapshotId id, FileLoader.Found found, long then) throws IOException {
        KvcHeader header = found.header();
        HitCounter.Use use = use(id, found, then);
        counters.hit(header.tokenCount());
        catalog.hit(id, found.file().identity(), use);
        return header.withUse(use.hitCount(), use.lastUsedUnix());
    }

    /** Where the file cannot be written, hits are served and not counted in it. */
    private HitCounter.Use use(SnapshotId id, FileLoader.Found found, long then) throws IOException {
        long now = settings.nowUnix();
        FileChannel channel = found.file().channel();
        KvcHeader header = found.file().layout().header();
        if (found.file().writable()) {
            try {
                HitCounter.Reading reading = found.isJustRead()
                        ? new HitCounter.Reading(new HitCounter.Use(header.hitCount(), header.lastUsedUnix()), then)
                        : null;
                return hitCounter.count(id, channel, reading, 1, now);
            } catch (IOException e) {
                if (!channel.isOpen()) {
                    throw e; // this thread was interrupted: there is nothing left to serve
                }
                LOG.log(
                        System.Logger.Level.DEBUG,
                        () -> "a hit of " + found.file().source() + " is not counted",
                        e);
            }
        }
        return new HitCounter.Use(
                Math.min(KvcHeader.MAX_HIT_COUNT, header.hitCount() + 1),
                UnixTime.advanced(header.lastUsedUnix(), now));
    }

    private Optional<Snapshot> miss(SnapshotId id, MissReason reason, LoadSpan span) {
        counters.miss(reason);
        span.missed(reason);
        listeners.tell(listener -> listener.missed(id, reason));
        background.refreshSoon();
        return Optional.empty();
    }

    private MissReason damaged(SnapshotId id, Path path, FileLoader.DamagedException e) {
        switch (e.format().kind()) {
            case UNSUPPORTED_VERSION, TEXT_TOO_LARGE, KEY_MISMATCH -> {
                return MissReason.UNREADABLE;
            }
            case TRUNCATED -> {
                if (scanner.isArriving(e.stat())) {
                    return MissReason.INCOMPLETE;
                }
            }
            case BAD_MAGIC, PAYLOAD_TOO_LARGE, CHECKSUM_MISMATCH -> {}
        }
        try {
            background.awaitScan();
            quarantine.setAside(id, path, e.stat().identity(), e.format());
        } catch (IOException failure) {
            LOG.log(System.Logger.Level.WARNING, () -> path + " is damaged and cannot be set aside", failure);
        }
        return MissReason.CORRUPT;
    }

    private void reject(FileSnapshot snapshot) throws IOException {
        background.awaitScan();
        SnapshotId id = snapshot.info().id();
        Path path = files.file(id, catalog.get(id));
        quarantine.setAside(
                id,
                path,
                () -> files.identity(snapshot.file(), path),
                new IOException("rejected by the engine that loaded it"));
        flushRemoval(id);
    }

    /** In a durable store, what was removed or rejected is not served again after a power cut either. */
    private void flushRemoval(SnapshotId id) throws IOException {
        if (settings.durability() == Durability.FSYNC && files.isWritable()) {
            files.syncNames(id.namespace());
        }
    }

    Optional<SnapshotInfo> stat(SnapshotId id) throws IOException {
        return Optional.ofNullable(served(id)).map(Entry::info);
    }

    private @Nullable Entry served(SnapshotId id) throws IOException {
        requireOpen();
        background.refreshSoon();
        Entry entry = catalog.get(id);
        if (entry == null) {
            entry = lookAt(id);
        }
        return entry != null && isServed(entry) ? entry : null;
    }

    /** Asks the file system for a snapshot that the index does not know; somebody else may have saved it. */
    private @Nullable Entry lookAt(SnapshotId id) throws IOException {
        ReentrantLock publishing = shared.publishing(id);
        publishing.lock();
        try {
            FileNames.Parsed name = FileNames.parse(FileNames.snapshot(id.key()));
            Entry entry = scanner.entry(id.namespace(), name);
            if (entry != null && background.isScanned()) {
                catalog.put(entry);
            }
            return entry;
        } finally {
            publishing.unlock();
        }
    }

    private boolean isServed(Entry entry) {
        return entry.isSnapshot() && !settings.isExpired(entry.createdUnix(), entry.lastUsedUnix());
    }

    boolean remove(SnapshotId id) throws IOException {
        requireChangeable();
        boolean removed = removeFile(id);
        flushRemoval(id); // whoever removed it, it shall not come back
        return removed;
    }

    private boolean removeFile(SnapshotId id) throws IOException {
        ReentrantLock publishing = shared.publishing(id);
        publishing.lock();
        try {
            boolean removed = removeFile(files.snapshot(id));
            Entry entry = catalog.known(id);
            if (entry != null) {
                removed |= entry.otherName != null && removeFile(files.file(entry));
                catalog.remove(entry);
            }
            return removed;
        } finally {
            publishing.unlock();
        }
    }

    private boolean removeFile(Path path) throws IOException {
        FileStat stat = files.stat(path);
        return stat != null && stat.isRegular() && Files.deleteIfExists(path);
    }

    Stream<SnapshotInfo> list(Namespace namespace) throws IOException {
        requireScanned();
        background.refreshSoon();
        return catalog.snapshots(namespace).stream().filter(this::isServed).map(Entry::info);
    }

    PrefixMatch match(Namespace namespace, PrefixQuery query) throws IOException {
        PrefixMatch match = stored(namespace, query);
        background.wantTexts();
        return match.sharing(catalog.sharedBytes(namespace, TextBlocks.of(query.prompt())));
    }

    /** The snapshots that begin a prompt. */
    private PrefixMatch stored(Namespace namespace, PrefixQuery query) throws IOException {
        requireScanned();
        background.refreshSoon();
        List<SnapshotInfo> found = new ArrayList<>();
        for (Entry entry : catalog.beginningsOf(namespace, query.prompt())) {
            if (isServed(entry)) {
                if (!entry.footerRead() && query.needsFooterOf(entry.header())) {
                    readFooter(entry);
                }
                found.add(entry.info());
            }
        }
        return PrefixLookup.sift(found, query);
    }

    Optional<Snapshot> loadLongestPrefix(FileSystemKvStore view, PrefixQuery query, LoadOptions options)
            throws IOException {
        PrefixMatch match = match(view.namespace(), query);
        if (match.candidates().isEmpty()) {
            counters.miss(MissReason.NO_PREFIX);
            events().noPrefix(view.namespace());
        }
        return PrefixLookup.load(view, match, query, options);
    }

    /** Learns model and ABI of a snapshot whose header has lost them to a hit by an older writer. */
    private void readFooter(Entry entry) throws IOException {
        Path path = files.file(entry);
        FileStat stat = files.stat(path);
        if (stat == null || !stat.isRegular()) {
            return; // opening what is no file may block; a load will find it gone
        }
        try (FileChannel channel = files.openForReading(path)) {
            ReaderAt reader = ReaderAt.of(channel);
            Layout layout = KvcCodec.readLayout(reader, settings.maxTextBytes(), path.toString());
            KvcHeader effective =
                    KvcCodec.readTail(reader, layout, path.toString()).effective(layout.header());
            catalog.footerRead(entry, effective);
        } catch (NoSuchFileException | AccessDeniedException e) {
            LOG.log(System.Logger.Level.DEBUG, () -> path + " has gone or may not be opened; no footer is read", e);
        } catch (KvcFormatException e) {
            LOG.log(System.Logger.Level.DEBUG, () -> "a load will set it aside: " + e.getMessage());
        }
    }

    void touch(Namespace namespace, Collection<Touch> touches) throws IOException {
        requireScanned();
        for (Touch touch : touches) {
            Entry entry = catalog.get(new SnapshotId(namespace, touch.key()));
            if (entry != null && files.isWritable()) {
                touch(entry, touch);
            }
        }
    }

    private void touch(Entry entry, Touch touch) throws IOException {
        Path path = files.file(entry);
        try {
            FileStat stat = files.stat(path);
            if (entry.file().isOf(stat)) {
                touch(entry, path, touch);
            }
        } catch (ClosedChannelException e) {
            throw e; // this thread was interrupted: the others would fail, too
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, () -> path + " has gone or cannot be written; hits are not counted", e);
        }
    }

    private void touch(Entry entry, Path path, Touch touch) throws IOException {
        try (FileChannel channel = files.openForWriting(path)) {
            HitCounter.Use use = hitCounter.count(entry.id, channel, null, touch.hits(), touch.lastUsedUnix());
            catalog.hit(entry.id, entry.file(), use);
        }
    }

    Pin pin(SnapshotId id, @Nullable Duration deadline) {
        requireOpen();
        return pins.pin(id, deadline);
    }

    int evictToBudget() throws IOException {
        requireChangeable();
        return evictor.evictToBudget();
    }

    EvictionPlan planEviction() throws IOException {
        requireScanned();
        return evictor.planToBudget();
    }

    WipeReport wipe(Predicate<SnapshotId> wanted, boolean dryRun) throws IOException {
        if (dryRun) {
            requireScanned();
        } else {
            requireChangeable();
        }
        return wiper.wipe(wanted, dryRun);
    }

    SaveResult adopt(SnapshotId id, ReadableByteChannel file, long bytes, boolean replace) throws IOException {
        requireChangeable();
        SaveResult result = adopter.adopt(id, file, bytes, replace);
        if (result.outcome() == Outcome.STORED || result.outcome() == Outcome.REPLACED) {
            quarantine.published(id);
        }
        return result;
    }

    Optional<Path> file(SnapshotId id) throws IOException {
        requireScanned();
        return Optional.ofNullable(served(id)).map(files::file);
    }

    StoreStats stats() {
        return counters.stats(catalog.snapshotCount(), catalog.heldBytes(), settings.budgetBytes());
    }

    Set<Namespace> namespaces() throws IOException {
        requireScanned();
        return catalog.namespacesInUse();
    }

    OpenReport openReport() throws IOException {
        return background.awaitScan();
    }

    Path directory() {
        return files.root();
    }

    boolean isWritable() {
        return files.isWritable();
    }

    void requireOpen() {
        if (closed.get()) {
            throw new IllegalStateException("the store of " + files.root() + " is closed");
        }
    }

    private void requireScanned() throws IOException {
        requireOpen();
        background.awaitScan();
    }

    private void requireChangeable() throws IOException {
        if (settings.mode() == OpenMode.READ) {
            throw new AccessDeniedException(files.root().toString(), null, "was opened to be read, not to be changed");
        }
        requireScanned();
    }

    void close() throws IOException {
        if (closed.compareAndSet(false, true)) {
            background.close();
            workers.close();
            shared.close();
        }
    }
}
