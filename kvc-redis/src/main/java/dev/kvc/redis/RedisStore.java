package dev.kvc.redis;

import dev.kvc.eviction.SnapshotId;
import dev.kvc.format.KvcFormatException;
import dev.kvc.format.Namespace;
import dev.kvc.format.ReaderAt;
import dev.kvc.format.UnixTime;
import dev.kvc.remote.RemoteCalls;
import dev.kvc.store.KvStore;
import dev.kvc.store.LoadOptions;
import dev.kvc.store.MissReason;
import dev.kvc.store.PrefixLookup;
import dev.kvc.store.PrefixMatch;
import dev.kvc.store.PrefixQuery;
import dev.kvc.store.SaveOptions;
import dev.kvc.store.SaveResult;
import dev.kvc.store.SaveResult.Outcome;
import dev.kvc.store.Snapshot;
import dev.kvc.store.SnapshotDraft;
import dev.kvc.store.SnapshotInfo;
import dev.kvc.store.StoreEnvironment;
import dev.kvc.store.StoreStats;
import dev.kvc.store.Touch;
import dev.kvc.store.prefix.PrefixIndex;
import dev.kvc.store.spi.Answer;
import dev.kvc.store.spi.BufferPool;
import dev.kvc.store.spi.FileImage;
import dev.kvc.store.spi.HitForwarder;
import dev.kvc.store.spi.ImageReader;
import dev.kvc.store.spi.StoreReport;
import dev.kvc.store.spi.StoredImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the views of all namespaces share: the flows of load, match, list and removal. {@link Saver} has those of saves.
 */
final class RedisStore {
    private static final System.Logger LOG = System.getLogger("dev.kvc.redis");
    private static final int ATTEMPTS = 3;

    private final RedisSettings settings;
    private final InstantSource clock;
    private final StoreReport report;
    private final RemoteCalls calls;
    private final Link link;
    private final Keys keys;
    private final Manifests manifests;
    private final Catalog catalog;
    private final Saver saver;
    private final ImageReader reader;
    private final BufferPool files;
    private final HitForwarder<Loaded> hits;
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile Catalog.Totals lastTotals = new Catalog.Totals(0, 0);
    /** The last hits that Redis has been told of. */
    private volatile List<Link.Request<Long>> lastTold = List.of();

    RedisStore(RedisSettings settings, StoreEnvironment environment) {
        this.settings = settings;
        this.clock = environment.clock();
        this.report = new StoreReport(settings.toString(), environment.listeners());
        this.calls = new RemoteCalls(settings.toString(), settings.calls(), clock, RedisStore::mayPass);
        this.link = new Link(new Connector(settings));
        this.keys = new Keys(settings.prefix());
        this.manifests = new Manifests(link, keys, settings.maxTextBytes());
        this.catalog = new Catalog(link, keys, manifests);
        this.saver = new Saver(settings, link, keys, manifests, catalog);
        this.reader =
                new ImageReader(settings.partBytes(), settings.connections(), settings.maxTextBytes(), settings.hold());
        this.files = new BufferPool(Saver.SMALL_BYTES, 2 * settings.connections());
        this.hits = new HitForwarder<>(any -> false, this::tell);
    }

    private static boolean mayPass(IOException failure) {
        return failure instanceof RedisFailure redis && redis.mayPass();
    }

    void requireOpen() {
        if (closed.get()) {
            throw new IllegalStateException("the store is closed");
        }
    }

    SaveResult save(SnapshotId id, SnapshotDraft draft, SaveOptions options) throws IOException {
        requireOpen();
        return report.save(id, draft, () -> write(id, draft, options));
    }

    private SaveResult write(SnapshotId id, SnapshotDraft draft, SaveOptions options) throws IOException {
        FileImage image = FileImage.of(draft, nowUnix());
        if (options.ifAbsent()) {
            Manifests.Found present = calls.call("save", () -> manifests.find(id));
            if (isServed(draft, present.manifestOrNull()) && hasItsFile(present)) {
                return SaveResult.of(Outcome.ALREADY_PRESENT, present.info().storedBytes());
            }
        }
        if (image.bytes() > settings.maxEntry()) {
            return SaveResult.of(Outcome.TOO_LARGE, image.bytes());
        }
        try {
            Outcome outcome = calls.callOnce("save", () -> saver.save(id, draft.textKey(), image));
            report.wrote(image.bytes());
            return SaveResult.of(outcome, image.bytes());
        } catch (RedisFailure e) {
            if (e.isOutOfMemory()) {
                return SaveResult.of(Outcome.NO_ROOM, image.bytes());
            }
            throw e;
        }
    }

    /** Redis may have evicted a small file by itself: what is asked for more often is its manifest. */
    private boolean hasItsFile(Manifests.Found present) throws IOException {
        Manifest manifest = Objects.requireNonNull(present.manifestOrNull());
        return !manifest.hasFileBeside() || calls.call("save", () -> manifests.hasFile(present.id()));
    }

    /** Texts of one hash are one text. */
    private static boolean isServed(SnapshotDraft draft, @Nullable Manifest present) {
        return present != null
                && present.textKey().equals(draft.textKey())
                && draft.isServedBy(present.header(), draft.text());
    }

    Optional<Snapshot> load(SnapshotId id, LoadOptions options) throws IOException {
        requireOpen();
        return report.load(id, options, () -> find(id, options));
    }

    /** A save may come in between: then what is missing or does not fit is of the one before. */
    private Answer find(SnapshotId id, LoadOptions options) throws IOException {
        @Nullable IOException damage = null;
        String save = "";
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Manifests.Found found = calls.call("load", () -> manifests.findWithFile(id, files::take));
            if (!found.isThere()) {
                give(found);
                return missing(found);
            }
            if (damage != null && found.save().equals(save) && attempt > 1) {
                give(found);
                break;
            }
            save = found.save();
            try {
                return open(found, options);
            } catch (KvcFormatException | MissingPartException e) {
                damage = e;
            }
        }
        return damaged(id, save, damage);
    }

    private Answer missing(Manifests.Found found) {
        return Answer.missed(found.isGone() ? MissReason.ABSENT : MissReason.UNREADABLE);
    }

    /** What is incomplete or damaged, also when it has been fetched again, is taken away. */
    private Answer damaged(SnapshotId id, String save, @Nullable IOException damage) throws IOException {
        boolean removed = calls.call("remove", () -> retract(id, save));
        if (damage instanceof MissingPartException) {
            return Answer.missed(MissReason.ABSENT);
        }
        if (removed && damage != null) {
            report.setAside(id, damage);
        }
        return Answer.missed(MissReason.CORRUPT);
    }

    private Answer open(Manifests.Found found, LoadOptions options) throws IOException {
        Origin origin = new Origin(found);
        boolean opened = false;
        try {
            Answer answer = open(found, options, origin);
            opened = answer.snapshot().isPresent();
            return answer;
        } finally {
            if (!opened) {
                origin.release();
            }
        }
    }

    private Answer open(Manifests.Found found, LoadOptions options, Origin origin) throws IOException {
        SnapshotId id = found.id();
        Manifest manifest = Objects.requireNonNull(found.manifestOrNull());
        @Nullable PrefixQuery expected = options.expectOrNull();
        if (expected != null && expected.refusal(manifest.header()).isPresent()) {
            return Answer.missed(MissReason.NOT_EXPECTED);
        }
        StoredImage image = manifest.hasFileBeside()
                ? reader.open(found.file(), options.verify(), id.toString())
                : reader.open(parts(id, manifest), options.verify(), id.toString());
        Optional<MissReason> refusal = options.refusal(image.header(), image.text(), image.isVerifiable());
        if (refusal.isPresent()) {
            return Answer.missed(refusal.get());
        }
        if (!options.countHit()) {
            return Answer.found(image.snapshot(found.info(), options.verify(), origin));
        }
        Loaded loaded = new Loaded(id, found.save());
        SnapshotInfo info = found.info().used(hits.untold(loaded) + 1, nowUnix());
        Snapshot snapshot = image.snapshot(info, options.verify(), origin);
        hits.hit(loaded, nowUnix());
        return Answer.found(snapshot);
    }

    /** What was hit: a save after it has hits of its own. */
    private record Loaded(SnapshotId id, String save) {}

    /**
     * Has hits counted where all see them. Nobody waits for it; those that cannot be counted were hits all the same.
     * One by one: a list is sent to a cluster when there is a connection to each node that it is for, and lost if there
     * is none to one of them.
     */
    private void tell(Map<Loaded, HitForwarder.Hits> batch) {
        List<Link.Request<Long>> told = batch.entrySet().stream()
                .map(each -> hit(each.getKey(), each.getValue()))
                .toList();
        lastTold = told;
        told.forEach(link::tell);
    }

    private Link.Request<Long> hit(Loaded loaded, HitForwarder.Hits told) {
        return manifests.hit(loaded.id, loaded.save, told.count(), told.lastUsedUnix());
    }

    /** What an open snapshot needs of its store, which may have been closed; and what it has of it. */
    private final class Origin implements StoredImage.Origin {
        private final Manifests.Found found;

        Origin(Manifests.Found found) {
            this.found = found;
            link.retain();
        }

        @Override
        public void reject() throws IOException {
            SnapshotId id = found.id();
            if (calls.call("reject", () -> retract(id, found.save()))) {
                report.setAside(id, new IOException(id + " was rejected by the engine that loaded it"));
            }
        }

        @Override
        public void release() {
            give(found);
            link.close();
        }
    }

    private void give(Manifests.Found found) {
        if (found.fileOrNull() != null) {
            files.give(found.fileOrNull());
        }
    }

    /** Takes away what is there, if it is of this save; its parts stay for who is reading them. */
    private boolean retract(SnapshotId id, String save) throws IOException {
        Optional<Manifests.Old> old = manifests.retract(id, save);
        if (old.isPresent()) {
            saver.letGo(id, old.get());
            catalog.forget(id.namespace(), List.of(id.key()));
        }
        return old.isPresent();
    }

    Optional<SnapshotInfo> stat(SnapshotId id) throws IOException {
        requireOpen();
        hits.flush(); // over the same connection, while that is up, and so before it is asked
        Manifests.Found found = calls.call("stat", () -> manifests.find(id));
        return found.isThere() ? Optional.of(found.info()) : Optional.empty();
    }

    /** What is there, as one file. */
    Optional<ReaderAt> file(SnapshotId id) throws IOException {
        requireOpen();
        Manifests.Found found = calls.call("look", () -> manifests.findWithFile(id, ByteBuffer::allocate));
        if (found.damageOrNull() != null) {
            throw found.damageOrNull();
        }
        @Nullable Manifest manifest = found.manifestOrNull();
        if (manifest == null) {
            return Optional.empty();
        }
        return Optional.of(manifest.hasFileBeside() ? ReaderAt.of(found.file()) : parts(id, manifest));
    }

    private ReaderAt parts(SnapshotId id, Manifest manifest) {
        return new PartReader(link, calls, keys, id, manifest);
    }

    boolean remove(SnapshotId id) throws IOException {
        requireOpen();
        return calls.call("remove", () -> retract(id, ""));
    }

    /**
     * Two trips: the lengths of texts, and then the manifests of all beginnings of the prompt that have one of them.
     */
    PrefixMatch match(Namespace namespace, PrefixQuery query) throws IOException {
        requireOpen();
        return calls.call("match", () -> {
            ByteBuffer prompt = query.prompt();
            List<Beginning> longestFirst = PrefixIndex.beginningsOf(
                    prompt,
                    catalog.lengths(namespace, prompt.remaining()),
                    (key, length) -> new Beginning(new SnapshotId(namespace, key), length));
            List<Manifests.Found> stored =
                    manifests.findAll(longestFirst.stream().map(Beginning::id).toList());
            List<SnapshotInfo> found = new ArrayList<>();
            for (int i = 0; i < stored.size(); i++) {
                Manifests.Found each = stored.get(i);
                if (each.isThere()
                        && each.info().textBytes() == longestFirst.get(i).textBytes()) {
                    found.add(each.info());
                }
            }
            return PrefixLookup.sift(found, query);
        });
    }

    /** A beginning of a prompt, which may be stored. */
    private record Beginning(SnapshotId id, int textBytes) {}

    Optional<Snapshot> loadLongestPrefix(KvStore view, PrefixQuery query, LoadOptions options) throws IOException {
        return report.loadLongestPrefix(view, query, options);
    }

    Stream<SnapshotInfo> list(Namespace namespace) throws IOException {
        requireOpen();
        hits.flush();
        return Listing.of(cursor -> calls.call("list", () -> catalog.page(namespace, cursor)));
    }

    /** Looks at every entry of the index, and forgets those that are gone. */
    int mend() throws IOException {
        requireOpen();
        int forgotten = 0;
        for (Namespace namespace : namespaces()) {
            Catalog.Page page = Catalog.Page.BEFORE_FIRST;
            do {
                String cursor = page.cursor();
                page = calls.call("evict", () -> catalog.page(namespace, cursor));
                forgotten += page.forgotten();
            } while (!page.isLast());
        }
        return forgotten;
    }

    void touch(Namespace namespace, Collection<Touch> touches) throws IOException {
        requireOpen();
        calls.callOnce(
                "touch",
                () -> link.askAll(touches.stream()
                        .map(touch -> manifests.hit(
                                new SnapshotId(namespace, touch.key()), "", touch.hits(), touch.lastUsedUnix()))
                        .toList()));
    }

    Set<Namespace> namespaces() throws IOException {
        requireOpen();
        return new HashSet<>(calls.call("list namespaces", catalog::namespaces));
    }

    /** What it holds is as it was when it was last asked, while it cannot be. */
    StoreStats stats() {
        if (!closed.get()) {
            try {
                lastTotals = calls.call("tell its statistics", catalog::totals);
            } catch (IOException e) {
                // In the health that is told with them.
            }
        }
        Catalog.Totals totals = lastTotals;
        return report.stats(totals.snapshots(), totals.bytes(), Long.MAX_VALUE).with(calls.health());
    }

    void close() {
        if (closed.compareAndSet(false, true)) {
            try {
                tellTheRest();
            } finally {
                reader.close();
                link.close();
            }
        }
    }

    private void tellTheRest() {
        hits.close();
        try {
            for (Link.Request<Long> told : lastTold) {
                link.settle(told.command());
            }
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "the last hits were not counted", e);
        }
    }

    private long nowUnix() {
        return UnixTime.now(clock);
    }

    @Override
    public String toString() {
        return settings.toString();
    }
}
