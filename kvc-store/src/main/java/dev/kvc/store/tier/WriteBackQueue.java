package dev.kvc.store.tier;

import dev.kvc.eviction.SnapshotId;
import dev.kvc.store.SaveOptions;
import dev.kvc.store.SnapshotDraft;
import dev.kvc.store.internal.HeldSnapshot;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What waits to be written to a tier, within a bound of bytes.
 *
 * <p>One thread writes in the order of arrival, so two saves of a key never cross. A snapshot can be looked up from the
 * moment it is queued until the tier has it. Whoever removes one while it is being written leaves a mark: until the
 * write has ended and has been undone, the tier is not asked for that key.
 *
 * <p>Lookups take no lock; the lock is never held while bytes move.
 */
final class WriteBackQueue {
    private final long maxBytes;
    private final Target target;
    private final ConcurrentMap<SnapshotId, Pending> newest = new ConcurrentHashMap<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition arrived = lock.newCondition();
    private final Condition written = lock.newCondition();
    private final Deque<Pending> line = new ArrayDeque<>();
    private long bytes;
    private int unwritten;
    private boolean closed;
    private @Nullable Thread writer;

    WriteBackQueue(long maxBytes, Target target) {
        this.maxBytes = maxBytes;
        this.target = target;
    }

    /** The tier behind; what fails is its own business, and nothing is thrown. */
    interface Target {
        void write(SnapshotId id, SnapshotDraft draft, SaveOptions options);

        void remove(SnapshotId id);
    }

    /** A snapshot in the queue. The fields that change are guarded by the queue's lock. */
    static final class Pending {
        private final SnapshotId id;
        private final HeldSnapshot held;
        private final SaveOptions options;
        private final boolean isUnderItsText;
        private volatile boolean cancelled;
        private boolean beingWritten;

        private Pending(SnapshotId id, HeldSnapshot held, SaveOptions options) {
            this.id = id;
            this.held = held;
            this.options = options;
            this.isUnderItsText = held.isUnder(id.key());
        }

        SnapshotId id() {
            return id;
        }

        HeldSnapshot held() {
            return held;
        }

        /** Whether it can be found by its prefix. */
        boolean isUnderItsText() {
            return isUnderItsText;
        }

        /** Whether it is a mark: it was removed while it was being written. */
        boolean isCancelled() {
            return cancelled;
        }
    }

    /**
     * Takes room, before the copy that is to fill it is made.
     *
     * @return whether there is so much
     */
    boolean reserve(long count) {
        lock.lock();
        try {
            if (closed || count > maxBytes - bytes) {
                return false;
            }
            bytes += count;
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Gives room back that was not filled. */
    void release(long count) {
        lock.lock();
        try {
            bytes -= count;
        } finally {
            lock.unlock();
        }
    }

    /** Queues a snapshot in room that was reserved for it; one of the same key that still waits is not written. */
    void add(SnapshotId id, HeldSnapshot held, SaveOptions options) {
        Pending pending = new Pending(id, held, options);
        lock.lock();
        try {
            @Nullable Pending old = newest.put(id, pending);
            if (old != null) {
                drop(old);
            }
            line.add(pending);
            unwritten++;
            startWriter();
            arrived.signal();
        } finally {
            lock.unlock();
        }
    }

    private void drop(Pending pending) {
        pending.cancelled = true;
        if (!pending.beingWritten && line.remove(pending)) {
            forget(pending);
        }
    }

    private void forget(Pending pending) {
        newest.remove(pending.id, pending);
        bytes -= pending.held.bytes();
        unwritten--;
        written.signalAll();
    }

    /** What waits under this key, or the mark of what was cancelled; {@code null} if the tier is to be asked. */
    @Nullable
    Pending find(SnapshotId id) {
        return newest.isEmpty() ? null : newest.get(id);
    }

    /** Everything of which {@link #find} would tell. */
    Collection<Pending> all() {
        return newest.isEmpty() ? List.of() : List.copyOf(newest.values());
    }

    /**
     * Cancels what waits under this key.
     *
     * @param isIt whether that is what is meant
     * @return whether there was such a one
     */
    boolean cancel(SnapshotId id, Predicate<HeldSnapshot> isIt) {
        lock.lock();
        try {
            @Nullable Pending pending = find(id);
            if (pending == null || pending.cancelled || !isIt.test(pending.held)) {
                return false;
            }
            drop(pending);
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Cancels what waits under this key, and waits until the writer is not at it: for a save that writes by itself. */
    void withdraw(SnapshotId id) {
        lock.lock();
        try {
            for (Pending pending = find(id); pending != null; pending = find(id)) {
                drop(pending);
                if (newest.containsKey(id)) {
                    written.awaitUninterruptibly();
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /** Waits until all that is queued has been written. */
    void drain() {
        lock.lock();
        try {
            while (unwritten > 0) {
                written.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Writes what is queued, takes nothing more, and ends the thread. */
    void close() {
        lock.lock();
        try {
            closed = true;
            arrived.signalAll();
        } finally {
            lock.unlock();
        }
        drain();
    }

    long bytes() {
        lock.lock();
        try {
            return bytes;
        } finally {
            lock.unlock();
        }
    }

    int snapshots() {
        return newest.size();
    }

    private void startWriter() {
        if (writer == null) {
            Thread thread = new Thread(this::writeAll, "kvc-write-back");
            thread.setDaemon(true);
            thread.start();
            writer = thread;
        }
    }

    private void writeAll() {
        boolean ended = false;
        try {
            for (@Nullable Pending next = take(); next != null; next = take()) {
                write(next);
            }
            ended = true;
        } finally {
            if (!ended) {
                replaceWriter();
            }
        }
    }

    private void write(Pending pending) {
        try {
            target.write(pending.id, pending.held.draft(), pending.options);
        } finally {
            finish(pending);
        }
    }

    /** An error, such as a lack of memory, has ended the thread; what is still in the line shall not wait for ever. */
    private void replaceWriter() {
        lock.lock();
        try {
            writer = null;
            if (!line.isEmpty()) {
                startWriter();
            }
        } finally {
            lock.unlock();
        }
    }

    private @Nullable Pending take() {
        lock.lock();
        try {
            while (line.isEmpty() && !closed) {
                arrived.awaitUninterruptibly();
            }
            @Nullable Pending next = line.poll();
            if (next == null) {
                writer = null;
            } else {
                next.beingWritten = true;
            }
            return next;
        } finally {
            lock.unlock();
        }
    }

    private void finish(Pending pending) {
        if (!forgetUnlessCancelled(pending)) {
            try {
                target.remove(pending.id);
            } finally {
                lock.lock();
                try {
                    forget(pending);
                } finally {
                    lock.unlock();
                }
            }
        }
    }

    private boolean forgetUnlessCancelled(Pending pending) {
        lock.lock();
        try {
            // Superseded by a later save, it needs no undoing: that one will be written over it.
            boolean undo = pending.cancelled && newest.get(pending.id) == pending;
            if (!undo) {
                forget(pending);
            }
            return !undo;
        } finally {
            lock.unlock();
        }
    }
}
