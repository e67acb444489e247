package dev.kvc.store.fs;

import dev.kvc.eviction.SnapshotId;
import dev.kvc.format.KvcCodec;
import dev.kvc.format.Namespace;
import dev.kvc.store.internal.BlockBuffers;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Overwrites files with zeros and deletes them: what a snapshot is stored in, and what earlier attempts to store it, or
 * to serve it, have left.
 *
 * <p>A file gets a temporary's name before it is overwritten, so that no load finds zeros under the name of a snapshot,
 * and is locked like one, so that no sweep removes it before it is overwritten.
 */
final class Wiper {
    private final StoreFiles files;
    private final Scanner scanner;
    private final Catalog catalog;
    private final SharedDirectory shared;
    private final Sweeper sweeper;

    Wiper(StoreFiles files, Scanner scanner, Catalog catalog, SharedDirectory shared, Sweeper sweeper) {
        this.files = files;
        this.scanner = scanner;
        this.catalog = catalog;
        this.shared = shared;
        this.sweeper = sweeper;
    }

    /** A file that holds something of a snapshot. */
    private record Target(SnapshotId id, Path path, FileStat stat, FileNames.Kind kind) {}

    /** What has been looked at and done so far. */
    private static final class Tally {
        private final List<Path> wiped = new ArrayList<>();
        private final List<Path> live = new ArrayList<>();
        private long bytes;
    }

    /**
     * Wipes every file of the snapshots that are wanted, in all namespaces.
     *
     * @param dryRun whether nothing is to be done but to say what would be
     */
    WipeReport wipe(Predicate<SnapshotId> wanted, boolean dryRun) throws IOException {
        Tally tally = new Tally();
        Scanner.Listing root = scanner.list(Namespace.DEFAULT);
        wipe(root, wanted, dryRun, tally);
        for (Namespace namespace : root.namespaces()) {
            wipe(scanner.list(namespace), wanted, dryRun, tally);
        }
        return new WipeReport(tally.wiped, tally.bytes, tally.live);
    }

    private void wipe(Scanner.Listing listing, Predicate<SnapshotId> wanted, boolean dryRun, Tally tally)
            throws IOException {
        for (Target target : targets(listing, wanted)) {
            if (isTemporary(target) && !sweeper.isDead(target.path, target.stat)) {
                tally.live.add(target.path);
            } else if (dryRun || wipe(target)) {
                tally.wiped.add(target.path);
                tally.bytes += target.stat.size();
            }
        }
    }

    private List<Target> targets(Scanner.Listing listing, Predicate<SnapshotId> wanted) throws IOException {
        Path directory = files.directory(listing.namespace());
        List<Path> paths = new ArrayList<>(listing.temporaries());
        listing.snapshots().forEach(name -> paths.add(directory.resolve(name.name())));
        paths.addAll(listing.others()); // a second file of a key, in other digits, is among these
        List<Target> targets = new ArrayList<>();
        for (Path path : paths) {
            FileNames.Parsed name = FileNames.parse(String.valueOf(path.getFileName()));
            boolean isOurs = name.kind() != FileNames.Kind.OTHER && name.kind() != FileNames.Kind.LOCK;
            SnapshotId id = isOurs ? new SnapshotId(listing.namespace(), Scanner.keyOf(name)) : null;
            FileStat stat = id == null || !wanted.test(id) ? null : files.stat(path);
            if (id != null && stat != null && stat.isRegular()) {
                targets.add(new Target(id, path, stat, name.kind()));
            }
        }
        return targets;
    }

    private static boolean isTemporary(Target target) {
        return target.kind == FileNames.Kind.OUR_TEMPORARY || target.kind == FileNames.Kind.OTHER_TEMPORARY;
    }

    /** Whether it was still there. */
    private boolean wipe(Target target) throws IOException {
        Path hidden = files.directory(target.id.namespace()).resolve(FileNames.temporary(target.id.key()));
        ReentrantLock publishing = shared.publishing(target.id);
        publishing.lock();
        shared.liveTemporaries().add(hidden);
        try {
            wipe(target, hidden);
            return true;
        } catch (NoSuchFileException e) {
            return false; // somebody else has removed it
        } finally {
            shared.liveTemporaries().remove(hidden);
            publishing.unlock();
        }
    }

    private void wipe(Target target, Path hidden) throws IOException {
        try (FileChannel file = files.openForWriting(target.path)) {
            SharedDirectory.tryLock(file);
            FileStat opened = FileStat.of(target.path);
            StoreFiles.rename(target.path, hidden);
            forget(target);
            overwrite(file);
            if (opened == null || !opened.isSameFile(FileStat.of(hidden))) {
                try (FileChannel other = files.openForWriting(hidden)) { // saved in its place just before the rename
                    overwrite(other);
                }
            }
            Files.deleteIfExists(hidden);
        }
    }

    private void forget(Target target) {
        @Nullable
        Entry entry =
                target.kind == FileNames.Kind.SET_ASIDE ? catalog.knownSetAside(target.id) : catalog.known(target.id);
        if (entry != null && files.file(entry).equals(target.path)) {
            catalog.remove(entry);
        }
    }

    /** Zeros, flushed to the disk, over every byte of a file. */
    private static void overwrite(FileChannel file) throws IOException {
        try (BlockBuffers.Lease lease = BlockBuffers.lease()) {
            ByteBuffer zeros = lease.buffer();
            while (zeros.hasRemaining()) {
                zeros.putLong(0);
            }
            file.position(0);
            for (long left = file.size(); left > 0; left -= zeros.limit()) {
                zeros.clear().limit((int) Math.min(zeros.capacity(), left));
                KvcCodec.writeFully(zeros, file);
            }
            file.force(true);
        }
    }
}
