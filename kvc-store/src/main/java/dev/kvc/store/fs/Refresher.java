package dev.kvc.store.fs;

import dev.kvc.eviction.SnapshotId;
import dev.kvc.format.Namespace;
import dev.kvc.store.internal.jfr.RescanSpan;
import dev.kvc.store.internal.jfr.StoreEvents;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Brings the catalog up to date with a directory that others write to as well.
 *
 * <p>A directory is listed again when its modification time differs from the one read before the last listing. A time
 * that was younger than 20 ms then counts as moved, because a change within the same tick of the file system's clock
 * does not move it. Listings are at least a second apart, and twenty times as long as the last one took, unless a
 * caller insists.
 */
final class Refresher {
    private static final long TICK_MILLIS = 20;
    private static final long INTERVAL_MILLIS = 1_000;
    private static final int LOAD_FACTOR = 20;

    private final Scanner scanner;
    private final Catalog catalog;
    private final SharedDirectory shared;
    private final StoreFiles files;
    private final InstantSource clock;
    private final StoreEvents events;
    private final ReentrantLock refreshing = new ReentrantLock();
    private final Map<Namespace, Seen> seen = new ConcurrentHashMap<>();
    private volatile Rest rest = new Rest(0, 0);

    Refresher(
            Scanner scanner,
            Catalog catalog,
            SharedDirectory shared,
            StoreFiles files,
            InstantSource clock,
            StoreEvents events) {
        this.scanner = scanner;
        this.catalog = catalog;
        this.shared = shared;
        this.files = files;
        this.clock = clock;
        this.events = events;
    }

    /** What the last listing of one directory saw beside snapshots. */
    private record Seen(long modifiedMillis, boolean moved, List<Path> temporaries, List<Other> others) {
        long otherBytes() {
            return others.stream().mapToLong(Other::bytes).sum();
        }
    }

    /** How long no directory is listed, from when on. */
    private record Rest(long fromMillis, long millis) {}

    /** A file that is neither a snapshot nor one set aside. */
    record Other(Path path, long bytes) {}

    /** Whether enough time has passed since the last listing; a clock that was set back does not hold it up. */
    boolean isDue() {
        Rest last = rest;
        long passed = clock.millis() - last.fromMillis;
        return passed < 0 || passed >= last.millis;
    }

    /** Whether a directory has changed since it was listed. Costs one look at each. */
    boolean isStale() throws IOException {
        for (Map.Entry<Namespace, Seen> directory : seen.entrySet()) {
            long modified = Scanner.modifiedMillis(files.directoryStat(directory.getKey()));
            if (directory.getValue().moved || modified != directory.getValue().modifiedMillis) {
                return true;
            }
        }
        return false;
    }

    void refreshIfDue() throws IOException {
        if (isDue()) {
            refreshIfStale();
        }
    }

    void refreshIfStale() throws IOException {
        refreshing.lock();
        long start = System.nanoTime();
        try {
            if (isStale()) {
                try (RescanSpan span = events.rescan(false)) {
                    refresh(span);
                    span.complete();
                }
            } else {
                decide();
            }
        } finally {
            long took = (System.nanoTime() - start) / 1_000_000;
            rest = new Rest(clock.millis(), Math.max(INTERVAL_MILLIS, LOAD_FACTOR * took));
            refreshing.unlock();
        }
    }

    private void refresh(RescanSpan span) throws IOException {
        Deque<Namespace> open = new ArrayDeque<>(catalog.namespaces());
        Set<Namespace> done = new HashSet<>();
        ByteBuffer buffer = ByteBuffer.allocateDirect(64);
        while (!open.isEmpty()) {
            Namespace namespace = open.poll();
            if (done.add(namespace)) {
                Scanner.Listing listing = scanner.list(namespace);
                span.listed(listing.snapshots().size());
                open.addAll(listing.namespaces());
                reconcile(listing, buffer);
                note(listing);
            }
        }
    }

    /** Remembers what a listing saw beside snapshots, and when. */
    void note(Scanner.Listing listing) throws IOException {
        List<Path> temporaries = new ArrayList<>();
        List<Other> others = new ArrayList<>();
        for (Path path : listing.temporaries()) {
            if (!shared.liveTemporaries().contains(path)) {
                temporaries.add(path);
                addOther(others, path);
            }
        }
        for (Path path : listing.others()) {
            addOther(others, path);
        }
        boolean moved = listing.isYoungerThan(TICK_MILLIS);
        seen.put(listing.namespace(), new Seen(listing.modifiedMillis(), moved, temporaries, others));
        countOthers();
    }

    /** One at a time, so that what is counted last is what was seen last. */
    private synchronized void countOthers() {
        catalog.otherBytes(seen.values().stream().mapToLong(Seen::otherBytes).sum());
    }

    private static void addOther(List<Other> others, Path path) throws IOException {
        FileStat stat = FileStat.of(path);
        if (stat != null && stat.isRegular()) {
            others.add(new Other(path, stat.size()));
        }
    }

    private void reconcile(Scanner.Listing listing, ByteBuffer buffer) throws IOException {
        Set<Entry> listed = new HashSet<>();
        try (FileDirectory directory = FileDirectory.open(files, listing.namespace())) {
            for (FileNames.Parsed name : listing.snapshots()) {
                Entry asItIs = knownAsItIs(directory, listing.namespace(), name);
                if (asItIs != null) {
                    listed.add(asItIs);
                } else {
                    lookAgain(directory, listing.namespace(), name, buffer);
                }
            }
        }
        for (Entry entry : catalog.files(listing.namespace())) {
            if (!listed.contains(entry)) {
                forgetIfGone(entry);
            }
        }
    }

    /** Looks again at files that may be whole by now: filling a file that is there does not change its directory. */
    private void decide() throws IOException {
        for (Entry entry : catalog.undecided()) {
            ReentrantLock lock = shared.publishing(entry.id);
            lock.lock();
            try {
                if (catalog.isCurrent(entry)) {
                    reconsider(entry);
                }
            } finally {
                lock.unlock();
            }
        }
    }

    private @Nullable Entry known(Namespace namespace, FileNames.Parsed name) {
        SnapshotId id = new SnapshotId(namespace, Scanner.keyOf(name));
        return name.kind() == FileNames.Kind.SET_ASIDE ? catalog.knownSetAside(id) : catalog.known(id);
    }

    /** What is known of a file, if that is what it is. */
    private @Nullable Entry knownAsItIs(FileDirectory directory, Namespace namespace, FileNames.Parsed name)
            throws IOException {
        Entry known = known(namespace, name);
        if (known == null || known.kind == Entry.Kind.UNDECIDED) {
            return null;
        }
        return known.file().isOf(directory.stat(directory.name(name.name()))) ? known : null;
    }

    private void lookAgain(FileDirectory directory, Namespace namespace, FileNames.Parsed name, ByteBuffer buffer)
            throws IOException {
        ReentrantLock lock = shared.publishing(new SnapshotId(namespace, Scanner.keyOf(name)));
        lock.lock();
        try {
            // A save that was in between its file and the index a moment ago has told of it by now.
            boolean isKnown = knownAsItIs(directory, namespace, name) != null;
            Entry entry = isKnown ? null : scanner.entry(directory, namespace, name, buffer);
            if (entry != null) {
                catalog.put(entry);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Forgets a file that is not there any more, or in whose place there is no file. */
    void forgetIfGone(Entry entry) throws IOException {
        ReentrantLock lock = shared.publishing(entry.id);
        lock.lock();
        try {
            FileStat stat = files.stat(files.file(entry));
            if (stat == null || !stat.isRegular()) {
                catalog.remove(entry);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Looks again at a file that is not what was known under its name. The caller holds the lock of the name. */
    void reconsider(Entry entry) throws IOException {
        FileNames.Parsed name = FileNames.parse(entry.fileName());
        Entry now = scanner.entry(entry.id.namespace(), name);
        if (now == null) {
            catalog.remove(entry);
        } else {
            catalog.put(now);
        }
    }

    /** Files under temporary names, as of the last listing. */
    List<Path> temporaries() {
        return seen.values().stream().flatMap(s -> s.temporaries.stream()).toList();
    }

    /** Takes note that a temporary is gone. */
    void swept(Path temporary) {
        seen.replaceAll((namespace, s) -> new Seen(
                s.modifiedMillis,
                s.moved,
                s.temporaries.stream().filter(path -> !path.equals(temporary)).toList(),
                s.others.stream().filter(other -> !other.path.equals(temporary)).toList()));
        countOthers();
    }

    /** Files that are counted and never deleted, as of the last listing. */
    List<Other> others() {
        return seen.values().stream().flatMap(s -> s.others.stream()).toList();
    }
}
