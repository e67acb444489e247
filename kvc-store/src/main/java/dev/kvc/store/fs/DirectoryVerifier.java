package dev.kvc.store.fs;

import dev.kvc.eviction.EvictionPolicies;
import dev.kvc.eviction.SnapshotId;
import dev.kvc.format.KvcKey;
import dev.kvc.format.Namespace;
import dev.kvc.format.Tail;
import dev.kvc.store.LoadOptions;
import dev.kvc.store.LoadOptions.Verify;
import dev.kvc.store.MissReason;
import dev.kvc.store.VerifyOptions;
import dev.kvc.store.VerifyProgress;
import dev.kvc.store.VerifyReport;
import dev.kvc.store.VerifyReport.Finding;
import dev.kvc.store.VerifyReport.Kind;
import dev.kvc.store.VerifyReport.Remedy;
import dev.kvc.store.internal.BlockWorkers;
import dev.kvc.store.internal.Listeners;
import dev.kvc.store.internal.StoreCounters;
import dev.kvc.store.internal.jfr.StoreEvents;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads every file of a directory as a load would, and says what is not in order. It may run beside stores that have
 * the directory open, here or elsewhere, and mends no more than they would themselves.
 */
final class DirectoryVerifier {
    private static final String CHANGED = "it changed while it was read";

    private final StoreFiles files;
    private final Scanner scanner;
    private final Quarantine quarantine;
    private final FileLoader loader;
    private final Sweeper sweeper;
    private final VerifyOptions options;
    private final LoadOptions reading;
    private final VerifyProgress progress;
    private final List<Finding> findings = new ArrayList<>();
    private long count;
    private long bytes;
    private long verified;
    private long unverified;

    private DirectoryVerifier(
            FileStoreSettings settings,
            StoreFiles files,
            SharedDirectory shared,
            BlockWorkers workers,
            VerifyOptions options,
            VerifyProgress progress) {
        this.files = files;
        this.options = options;
        this.progress = progress;
        scanner = new Scanner(files, settings.clock(), settings.maxTextBytes());
        Catalog catalog = new Catalog(EvictionPolicies.lru().create());
        StoreEvents events = new StoreEvents(files.root().toString());
        Refresher refresher = new Refresher(scanner, catalog, shared, files, settings.clock(), events);
        quarantine = new Quarantine(files, catalog, shared, new StoreCounters(), new Listeners(List.of(), events));
        loader = new FileLoader(settings, files, shared, quarantine, workers);
        sweeper = new Sweeper(files, shared, refresher, settings.clock());
        reading = LoadOptions.DEFAULT.withoutHit().verify(options.payloads() ? Verify.ON_LOAD : Verify.ON_READ);
    }

    /**
     * Verifies a directory, which must be there.
     *
     * @throws IOException if it cannot be read, or what is to be mended cannot be
     */
    static VerifyReport verify(
            Path directory, FileStoreSettings settings, VerifyOptions options, VerifyProgress progress)
            throws IOException {
        if (!Files.exists(directory)) {
            throw new NoSuchFileException(directory.toString(), null, "there is no such directory to verify");
        } else if (!Files.isDirectory(directory)) {
            throw new NotDirectoryException(directory + " is not a directory; a cache directory must be one");
        }
        StoreFiles files = StoreFiles.open(directory, OpenMode.MANAGE);
        try (SharedDirectory shared = SharedDirectory.join(files);
                BlockWorkers workers = new BlockWorkers(settings.readThreads())) {
            return new DirectoryVerifier(settings, files, shared, workers, options, progress).run();
        }
    }

    private VerifyReport run() throws IOException {
        Scanner.Listing root = verify(Namespace.DEFAULT);
        for (Namespace namespace : root.namespaces()) {
            verify(namespace);
        }
        findings.sort(Comparator.comparing(Finding::file));
        return new VerifyReport(count, bytes, verified, unverified, findings);
    }

    private Scanner.Listing verify(Namespace namespace) throws IOException {
        Scanner.Listing listing = scanner.list(namespace);
        for (FileNames.Parsed name : listing.snapshots()) {
            Path path = files.directory(namespace).resolve(name.name());
            @Nullable FileStat stat = seen(path);
            if (stat != null && name.kind() == FileNames.Kind.SET_ASIDE) {
                found(path, stat, Kind.SET_ASIDE, "set aside earlier; the first to be evicted");
            } else if (stat != null) {
                verify(new SnapshotId(namespace, Scanner.keyOf(name)), path, stat);
            }
            progress.at(count, bytes);
        }
        for (Path temporary : listing.temporaries()) {
            @Nullable FileStat stat = seen(temporary);
            if (stat != null) {
                temporary(temporary, stat);
            }
        }
        for (Path other : listing.others()) {
            @Nullable FileStat stat = seen(other);
            if (stat != null) {
                found(other, stat, Kind.OTHER, "none of ours: counted, never deleted");
            }
        }
        return listing;
    }

    /** Counts a file; {@code null} if it has gone. */
    private @Nullable FileStat seen(Path path) throws IOException {
        FileStat stat = files.stat(path);
        if (stat != null) {
            count++;
            bytes += stat.size();
        }
        return stat;
    }

    private void verify(SnapshotId id, Path path, FileStat stat) throws IOException {
        try {
            FileLoader.Found found = loader.open(id, path, null, reading);
            try (OpenFile file = found.file()) {
                inOrder(id, path, stat, found.tail(), file);
            }
        } catch (MissException e) {
            missed(path, stat, e.reason());
        } catch (FileLoader.DamagedException e) {
            try (e) {
                damaged(id, path, e);
            }
        }
    }

    private void inOrder(SnapshotId id, Path path, FileStat stat, Tail tail, OpenFile file) {
        if (tail.footer().isPresent()) {
            verified++;
        } else {
            unverified++;
        }
        KvcKey ofText = KvcKey.of(file.text());
        if (!ofText.equals(id.key())) {
            found(path, stat, Kind.OTHER_KEY, "the text has the key " + ofText + ", so no prefix lookup finds it");
        }
    }

    private void missed(Path path, FileStat stat, MissReason reason) {
        if (reason == MissReason.UNREADABLE) {
            found(path, stat, Kind.UNREADABLE, "no regular file, or it may not be opened");
        } else if (reason != MissReason.ABSENT) {
            found(path, stat, Kind.INCOMPLETE, CHANGED);
        }
    }

    private void damaged(SnapshotId id, Path path, FileLoader.DamagedException e) throws IOException {
        String detail = String.valueOf(e.format().getMessage());
        switch (scanner.kind(e.format(), e.stat())) {
            case OTHER_VERSION -> found(path, e.stat(), Kind.OTHER_VERSION, detail);
            case UNDECIDED -> found(path, e.stat(), Kind.INCOMPLETE, detail);
            default -> {
                if (options.mend() && !setAside(id, path, e)) {
                    found(path, e.stat(), Kind.INCOMPLETE, CHANGED);
                } else {
                    found(path, e.stat(), Kind.DAMAGED, Remedy.SET_ASIDE, detail);
                }
            }
        }
    }

    private boolean setAside(SnapshotId id, Path path, FileLoader.DamagedException e) throws IOException {
        if (!files.isWritable()) {
            throw new AccessDeniedException(
                    path.toString(), null, "is damaged and cannot be set aside in a directory that cannot be written");
        }
        return quarantine.setAside(id, path, e.stat().identity(), e.format());
    }

    private void temporary(Path path, FileStat stat) throws IOException {
        if (!stat.isRegular()) {
            found(path, stat, Kind.OTHER, "named like a temporary, and no regular file");
            return;
        }
        try {
            if (options.mend() ? sweeper.removeIfDead(path, stat) : sweeper.isDead(path, stat)) {
                found(path, stat, Kind.DEAD_TEMPORARY, Remedy.DELETE, "its writer has ended");
            } else {
                found(path, stat, Kind.LIVE_TEMPORARY, "its writer may still be at it");
            }
        } catch (AccessDeniedException e) {
            if (options.mend()) {
                throw e;
            }
            found(path, stat, Kind.UNREADABLE, "it may not be opened");
        }
    }

    private void found(Path path, FileStat stat, Kind kind, String detail) {
        found(path, stat, kind, Remedy.NONE, detail);
    }

    private void found(Path path, FileStat stat, Kind kind, Remedy remedy, String detail) {
        boolean mended = remedy != Remedy.NONE && options.mend();
        findings.add(new Finding(files.root().relativize(path).toString(), stat.size(), kind, remedy, mended, detail));
    }
}
