package dev.kvc.store.fs;

import dev.kvc.eviction.SnapshotId;
import dev.kvc.store.internal.Listeners;
import dev.kvc.store.internal.StoreCounters;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Sets files aside as {@code <key>.kv.bad}: damaged ones, and those that an engine rejected.
 *
 * <p>Only the very file that was read is set aside. It is told by file key and size before the rename and after it, not
 * by time, which every hit moves. Another file that came under the name in between is put back by a hard link, which
 * fails rather than replace one saved meanwhile.
 */
final class Quarantine {
    private static final System.Logger LOG = System.getLogger("dev.kvc.store.fs");

    private final StoreFiles files;
    private final Catalog catalog;
    private final SharedDirectory shared;
    private final StoreCounters counters;
    private final Listeners listeners;
    /** Files that could not be renamed, so that they are not served again by this process at least. */
    private final Set<Refused> refused = ConcurrentHashMap.newKeySet();

    Quarantine(StoreFiles files, Catalog catalog, SharedDirectory shared, StoreCounters counters, Listeners listeners) {
        this.files = files;
        this.catalog = catalog;
        this.shared = shared;
        this.counters = counters;
        this.listeners = listeners;
    }

    private record Refused(SnapshotId id, FileIdentity file) {}

    /** Whether this file was to be set aside and could not be renamed. */
    boolean isRefused(SnapshotId id, FileIdentity file) {
        return !refused.isEmpty() && refused.contains(new Refused(id, file));
    }

    /** Whether any file of this name was. */
    boolean hasRefused(SnapshotId id) {
        return !refused.isEmpty() && refused.stream().anyMatch(each -> each.id.equals(id));
    }

    /** Forgets what was refused under a name that has been given to a new file: that may have an old one's file key. */
    void published(SnapshotId id) {
        if (!refused.isEmpty()) {
            refused.removeIf(each -> each.id.equals(id));
        }
    }

    /**
     * Sets aside the file that was read.
     *
     * @param path its name
     * @param read what it was when it was read
     * @param cause why
     * @return whether it was; not if the name is another file's by now, or nobody's
     * @throws IOException if it can be neither renamed nor told apart; it is not served again by this process
     */
    boolean setAside(SnapshotId id, Path path, FileIdentity read, IOException cause) throws IOException {
        return setAside(id, path, () -> read, cause);
    }

    /** Finds out which file was read; {@code null} if it has no name any more. */
    @FunctionalInterface
    interface Identification {
        @Nullable
        FileIdentity identify() throws IOException;
    }

    /** The same, where that is to be found out first: no other file takes the name meanwhile. */
    boolean setAside(SnapshotId id, Path path, Identification file, IOException cause) throws IOException {
        ReentrantLock publishing = shared.publishing(id);
        publishing.lock();
        try {
            @Nullable FileIdentity read = file.identify();
            if (read == null || !setAside(id, path, read)) {
                return false;
            }
        } finally {
            publishing.unlock();
        }
        counters.setAside();
        LOG.log(System.Logger.Level.WARNING, () -> path + " is set aside: " + cause.getMessage());
        listeners.setAside(id, cause);
        return true;
    }

    private boolean setAside(SnapshotId id, Path path, FileIdentity read) throws IOException {
        try {
            if (!read.isOf(files.stat(path))) {
                return false;
            }
            if (!files.isWritable()) {
                refused.add(new Refused(id, read));
                catalog.removeServed(id);
            } else if (!rename(id, path, read)) {
                return false;
            }
            return true;
        } catch (IOException e) {
            refused.add(new Refused(id, read));
            throw e;
        }
    }

    /** Whether it was the right file. */
    private boolean rename(SnapshotId id, Path path, FileIdentity read) throws IOException {
        Path bad = files.setAside(id);
        makeWay(bad, read);
        StoreFiles.rename(path, bad);
        FileStat moved = FileStat.of(bad);
        if (moved != null && read.isOf(moved)) {
            catalog.removeServed(id);
            catalog.put(new Entry(id, Entry.Kind.SET_ASIDE, moved, null));
            return true;
        }
        putBack(bad, path);
        return false;
    }

    /**
     * Sees to it that the rename takes the old name away: between two names of one file, which a crash while one was
     * put back leaves, it does nothing and says nothing. What is no regular file is not ours to replace.
     */
    private static void makeWay(Path bad, FileIdentity read) throws IOException {
        FileStat there = FileStat.of(bad);
        if (there != null && !there.isRegular()) {
            throw new FileSystemException(
                    bad.toString(), null, "is no regular file; a damaged snapshot cannot be set aside there");
        } else if (read.isOf(there)) {
            Files.deleteIfExists(bad);
        }
    }

    private static void putBack(Path bad, Path path) throws IOException {
        try {
            Files.createLink(path, bad);
        } catch (FileAlreadyExistsException e) {
            LOG.log(System.Logger.Level.DEBUG, "a newer {0} was saved meanwhile; the older is dropped", path);
        } catch (UnsupportedOperationException e) {
            Files.move(bad, path); // fails too rather than replace, if not at once
            return;
        }
        Files.deleteIfExists(bad);
    }
}
