package dev.kvc.store.fs;

import dev.kvc.format.Namespace;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileSystem;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What all stores of one directory in this process share, found by the directory's file key.
 *
 * <p>It exists because of how files are locked: closing any channel of a file releases all locks that the process has
 * on it. So the lock file has one channel, temporaries that are being written are remembered and never opened a second
 * time, and threads of this process exclude each other by ordinary locks.
 */
final class SharedDirectory implements AutoCloseable {
    private static final Map<Identity, SharedDirectory> OPEN = new HashMap<>();
    private static final long POLL_MILLIS = 5;
    private static final int STRIPES = 64;

    private final Identity identity;
    private final StoreFiles files;
    private final ReentrantLock eviction = new ReentrantLock();
    private final Semaphore learning = new Semaphore(1);
    private final ReentrantLock[] publishing = stripes();
    private final HitLock[] counting =
            Stream.generate(HitLock::new).limit(STRIPES).toArray(HitLock[]::new);
    private final Set<Path> liveTemporaries = ConcurrentHashMap.newKeySet();
    private @Nullable LockFile lockFile;
    private int users;

    private SharedDirectory(Identity identity, StoreFiles files) {
        this.identity = identity;
        this.files = files;
    }

    private record Identity(FileSystem fileSystem, Object fileKey) {}

    /** The open lock file, and which file that is. */
    private record LockFile(FileChannel channel, @Nullable FileStat stat) {
        /** Whether others find the same file under its name: if not, a lock on it keeps out nobody. */
        boolean isAt(Path path) throws IOException {
            return channel.isOpen() && stat != null && stat.isSameFile(FileStat.of(path));
        }
    }

    /** Joins the other stores of this directory. Close it to leave. */
    static SharedDirectory join(StoreFiles files) throws IOException {
        FileStat stat = FileStat.of(files.root());
        Object key = stat == null || stat.fileKey() == null ? files.root() : stat.fileKey();
        Identity identity = new Identity(files.root().getFileSystem(), key);
        synchronized (OPEN) {
            SharedDirectory shared = OPEN.get(identity);
            if (shared == null || shared.hasMoved()) {
                shared = new SharedDirectory(identity, files);
                OPEN.put(identity, shared);
            }
            shared.users++;
            return shared;
        }
    }

    /** Whether the directory was deleted or replaced since, so that its file key may belong to another one now. */
    private boolean hasMoved() throws IOException {
        FileStat stat = FileStat.of(files.root());
        return stat == null || (stat.fileKey() != null && !stat.fileKey().equals(identity.fileKey));
    }

    /** Names that this process is writing right now. */
    Set<Path> liveTemporaries() {
        return liveTemporaries;
    }

    /** Held while a name is published, removed or set aside, so that index and directory agree. */
    ReentrantLock publishing(Object id) {
        return publishing[id.hashCode() & (STRIPES - 1)];
    }

    /** Held while a file is open so that its text can be learnt: if it is deleted then, its room is not free before. */
    Semaphore learning() {
        return learning;
    }

    /** Waits until the room of what has been deleted is free, as far as its text was being learnt. */
    void awaitLearner() {
        learning.acquireUninterruptibly();
        learning.release();
    }

    /** Held while a hit is counted, so that none is lost. */
    HitLock counting(Object id) {
        return counting[id.hashCode() & (STRIPES - 1)];
    }

    /** A lock that knows how often hits were counted under it. */
    static final class HitLock extends ReentrantLock {
        private static final long serialVersionUID = 1L;

        private final AtomicLong counts = new AtomicLong();

        long counts() {
            return counts.get();
        }

        /** Says that hits have been counted. */
        void counted() {
            counts.incrementAndGet();
        }
    }

    /** What is done under the eviction lock. */
    interface Eviction<T> {
        T run() throws IOException;
    }

    /**
     * Does something under the lock under which victims are deleted, in this process and across all.
     *
     * @throws IOException if others hold it for longer than {@code timeout}
     */
    <T> T evicting(Duration timeout, Eviction<T> action) throws IOException {
        long patience = TimeUnit.NANOSECONDS.convert(timeout);
        long start = System.nanoTime();
        lockInProcess(patience, timeout);
        try {
            FileLock acrossProcesses = lockFile(start, patience, timeout);
            try {
                return action.run();
            } finally {
                if (acrossProcesses.acquiredBy().isOpen()) {
                    acrossProcesses.release();
                }
            }
        } finally {
            eviction.unlock();
        }
    }

    private void lockInProcess(long patience, Duration timeout) throws IOException {
        try {
            if (!eviction.tryLock(patience, TimeUnit.NANOSECONDS)) {
                throw new IOException(files.root() + ": another thread evicts for longer than " + timeout);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(files.root() + ": interrupted while waiting for another eviction", e);
        }
    }

    private FileLock lockFile(long start, long patience, Duration timeout) throws IOException {
        Path path = files.root().resolve(FileNames.LOCK);
        while (true) {
            FileLock lock = tryLock(lockFile(path), path);
            if (lock != null) {
                return lock;
            }
            if (System.nanoTime() - start >= patience) {
                throw new IOException(path + " is locked by another process for longer than " + timeout);
            }
            pause();
        }
    }

    /** Locks a file if it is the one that others lock too; keeps no lock that nobody would release. */
    private static @Nullable FileLock tryLock(LockFile file, Path path) throws IOException {
        FileLock lock = tryLock(file.channel);
        boolean holds = false;
        try {
            holds = lock != null && file.isAt(path);
            return holds ? lock : null;
        } finally {
            if (lock != null && !holds) {
                lock.release();
            }
        }
    }

    /** The lock file, opened anew where somebody has deleted it, or the directory with it. */
    private LockFile lockFile(Path path) throws IOException {
        LockFile file = lockFile;
        if (file == null || !file.isAt(path)) {
            if (file != null) {
                file.channel.close();
            }
            files.makeDirectory(Namespace.DEFAULT);
            file = openLockFile(path);
            lockFile = file;
        }
        return file;
    }

    private LockFile openLockFile(Path path) throws IOException {
        FileChannel channel = files.openOrCreate(path);
        boolean known = false;
        try {
            LockFile file = new LockFile(channel, FileStat.of(path));
            known = true;
            return file;
        } finally {
            if (!known) {
                channel.close();
            }
        }
    }

    /** {@code null} if another process, or another class loader's copy of this class, holds it. */
    static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        return tryLock(channel, false);
    }

    /** The same; a lock that is shared keeps out those that are not, and is all that a channel to read can have. */
    static @Nullable FileLock tryLock(FileChannel channel, boolean shared) throws IOException {
        try {
            return channel.tryLock(0, Long.MAX_VALUE, shared);
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }

    private void pause() throws IOException {
        try {
            Thread.sleep(POLL_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(files.root() + ": interrupted while waiting for another process's eviction", e);
        }
    }

    @Override
    public void close() throws IOException {
        synchronized (OPEN) {
            if (--users == 0) {
                OPEN.remove(identity, this);
                if (lockFile != null) {
                    lockFile.channel.close();
                }
            }
        }
    }

    private static ReentrantLock[] stripes() {
        ReentrantLock[] locks = new ReentrantLock[STRIPES];
        for (int i = 0; i < STRIPES; i++) {
            locks[i] = new ReentrantLock();
        }
        return locks;
    }
}
