package dev.kvc.store.fs;

import dev.kvc.format.Namespace;
import dev.kvc.store.internal.Daemons;
import dev.kvc.store.internal.jfr.RescanSpan;
import dev.kvc.store.internal.jfr.StoreEvents;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * What happens beside requests: the first scan of the directory, its refreshes, and the reading of texts. Threads are
 * daemons that end with their work.
 */
final class Background {
    private static final System.Logger LOG = System.getLogger("dev.kvc.store.fs");

    private final FileStoreSettings settings;
    private final StoreFiles files;
    private final Catalog catalog;
    private final Scanner scanner;
    private final Refresher refresher;
    private final Sweeper sweeper;
    private final TextLearner learner;
    private final StoreEvents events;
    private final CompletableFuture<OpenReport> scanned = new CompletableFuture<>();
    private final AtomicBoolean refreshing = new AtomicBoolean();
    private final AtomicBoolean learning = new AtomicBoolean();
    private volatile boolean textsAreWanted;
    private volatile boolean closed;

    Background(
            FileStoreSettings settings,
            StoreFiles files,
            Catalog catalog,
            Scanner scanner,
            Refresher refresher,
            Sweeper sweeper,
            TextLearner learner,
            StoreEvents events) {
        this.settings = settings;
        this.files = files;
        this.catalog = catalog;
        this.scanner = scanner;
        this.refresher = refresher;
        this.sweeper = sweeper;
        this.learner = learner;
        this.events = events;
    }

    /** Begins the first scan. */
    void scan() {
        start("kvc-scan", () -> {
            try {
                OpenReport report = scanAll();
                LOG.log(
                        report.removedTemporaries().isEmpty() && report.unreadable() == 0
                                ? System.Logger.Level.DEBUG
                                : System.Logger.Level.INFO,
                        () -> files.root() + " is open: " + report);
                scanned.complete(report);
                learnSoon();
            } catch (IOException | RuntimeException | Error e) {
                scanned.completeExceptionally(e); // whoever waits is told, whatever it was
            }
        });
    }

    boolean isScanned() {
        return scanned.isDone() && !scanned.isCompletedExceptionally();
    }

    /**
     * Waits for the first scan.
     *
     * @throws IOException if it failed
     */
    OpenReport awaitScan() throws IOException {
        try {
            return scanned.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(files.root() + ": interrupted while the directory was being read", e);
        } catch (ExecutionException e) {
            throw new IOException(files.root() + " could not be read when it was opened", e.getCause());
        }
    }

    private OpenReport scanAll() throws IOException {
        try (RescanSpan span = events.rescan(true)) {
            OpenReport report = scanAll(span);
            span.complete();
            return report;
        }
    }

    private OpenReport scanAll(RescanSpan span) throws IOException {
        Map<Namespace, List<Entry>> found = new LinkedHashMap<>();
        List<Scanner.Listing> listings = new ArrayList<>();
        Deque<Namespace> open = new ArrayDeque<>(List.of(Namespace.DEFAULT));
        while (!open.isEmpty()) {
            Namespace namespace = open.remove();
            DirectoryScan.Result result = new DirectoryScan(settings, files, scanner, namespace, () -> closed).run();
            span.listed(result.listing().snapshots().size());
            open.addAll(result.listing().namespaces());
            found.put(namespace, result.entries());
            listings.add(result.listing());
        }
        catalog.install(found, settings.nowUnix());
        for (Scanner.Listing listing : listings) {
            refresher.note(listing);
        }
        if (settings.textsFirst()) {
            learner.learnAtOnce();
        }
        boolean sweeps = settings.mode() == OpenMode.SERVE && files.isWritable();
        List<Path> removed = sweeps ? sweeper.sweep() : List.of();
        return report(found.values(), removed);
    }

    private OpenReport report(Collection<List<Entry>> found, List<Path> removed) {
        List<Entry> notSnapshots = found.stream()
                .flatMap(List::stream)
                .filter(entry -> !entry.isSnapshot())
                .toList();
        return new OpenReport(
                found.stream().mapToLong(List::size).sum() - notSnapshots.size(),
                catalog.heldBytes(),
                count(notSnapshots, Entry.Kind.UNREADABLE),
                count(notSnapshots, Entry.Kind.OTHER_VERSION),
                count(notSnapshots, Entry.Kind.SET_ASIDE),
                removed,
                refresher.others().stream().map(Refresher.Other::path).toList());
    }

    private static int count(List<Entry> entries, Entry.Kind kind) {
        return (int) entries.stream().filter(entry -> entry.kind == kind).count();
    }

    /** Refreshes the index, soon, if it is time to and the directory has changed, and learns what it does not know. */
    void refreshSoon() {
        learnSoon();
        if (closed || !isScanned() || !refresher.isDue() || !refreshing.compareAndSet(false, true)) {
            return;
        }
        start("kvc-refresh", () -> {
            try {
                refresher.refreshIfDue();
            } catch (IOException | RuntimeException e) {
                // A file system may be closed before its store; then this is nothing to act on.
                System.Logger.Level level = closed ? System.Logger.Level.DEBUG : System.Logger.Level.WARNING;
                LOG.log(level, () -> "cannot refresh the index of " + files.root(), e);
            } finally {
                refreshing.set(false);
            }
            learnSoon();
        });
    }

    /** From now on, texts that are not known are read: somebody wants to know how they begin each other. */
    void wantTexts() {
        if (!textsAreWanted) {
            textsAreWanted = true;
            learnSoon();
        }
    }

    private void learnSoon() {
        if (textsAreWanted && !closed && isScanned() && catalog.hasUnlearnt() && learning.compareAndSet(false, true)) {
            start("kvc-texts", () -> {
                try {
                    learner.learnAll();
                } finally {
                    learning.set(false);
                }
                learnSoon(); // what came while the thread was about to end
            });
        }
    }

    private static void start(String name, Runnable work) {
        Daemons.thread(name, work).start();
    }

    /** Stops the first scan, and begins nothing new. */
    void close() {
        closed = true;
        learner.close();
    }
}
