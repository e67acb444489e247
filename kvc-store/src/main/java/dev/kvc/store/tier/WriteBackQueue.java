package dev.kvc.store.tier;

import dev.kvc.eviction.SnapshotId;
import dev.kvc.store.SaveOptions;
import dev.kvc.store.SnapshotDraft;
import dev.kvc.store.internal.HeldSnapshot;
import dev.kvc.store.internal.PromotedSource;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What waits to be written to a tier, within a bound of bytes.
 *
 * <p>One thread writes in the order of arrival, so two saves of a key never cross. A snapshot can be looked up from the
 * moment it is queued until the tier has it. What is rejected meanwhile stays as a mark: until the tier has nothing
 * under its key, it is not asked for it.
 *
 * <p>Lookups take no lock; the lock is never held while bytes move.
 */
final class WriteBackQueue {
    private final long maxBytes;
    private final Target target;
    private final ThreadFactory threads;
    private final ConcurrentMap<SnapshotId, Pending> newest = new ConcurrentHashMap<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition arrived = lock.newCondition();
    private final Condition settled = lock.newCondition();
    private final Deque<Pending> line = new ArrayDeque<>();
    private @Nullable Pending beingWritten;
    private long bytes;
    private boolean closed;
    private @Nullable Thread writer;

    /** A queue of at most so many bytes, copies that are still being made included. */
    WriteBackQueue(long maxBytes, Target target) {
        this(maxBytes, target, work -> new Thread(work, "kvc-write-back"));
    }

    WriteBackQueue(long maxBytes, Target target, ThreadFactory threads) {
        this.maxBytes = maxBytes;
        this.target = target;
        this.threads = threads;
    }

    /** The tier behind; what fails is its own business, and no exception is thrown. */
    interface Target {
        void write(SnapshotId id, SnapshotDraft draft, SaveOptions options);

        /** Takes out of the tier what was rejected or removed while it waited or was written. */
        void undo(Pending cancelled);
    }

    /** What was found under a key that is withdrawn. */
    enum Withdrawal {
        /** Nothing: what the tier has is what there is. */
        NOTHING,
        /** A snapshot that waited, or was being written. */
        WAITED,
        /** The mark of one that was cancelled before: for everybody, there was nothing, whatever the tier has. */
        CANCELLED_BEFORE
    }

    /** A snapshot in the queue. Cancelled under the queue's lock, but not by one that replaces it. */
    static final class Pending {
        private final SnapshotId id;
        private final HeldSnapshot held;
        private final SnapshotDraft draft;
        private final SaveOptions options;
        private final boolean isUnderItsText;
        private volatile boolean cancelled;
        private volatile boolean rejected;
        private boolean settled;

        private Pending(SnapshotId id, HeldSnapshot held, SnapshotDraft draft, SaveOptions options) {
            this.id = id;
            this.held = held;
            this.draft = draft;
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

        /** Whether it is a mark: it was rejected, or removed while it was being written. */
        boolean isCancelled() {
            return cancelled;
        }

        /** Whether it is the mark of a copy that was rejected: it was to replace nothing that the tier has. */
        boolean isRejectedCopy() {
            return rejected && PromotedSource.isPromoted(draft);
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
            if (!hasRoom(count)) {
                return false;
            }
            bytes += count;
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Whether there is room for so many bytes, now. */
    boolean hasRoom(long count) {
        lock.lock();
        try {
            return !closed && count <= maxBytes - bytes;
        } finally {
            lock.unlock();
        }
    }

    /** Gives room back that was not filled. */
    void release(long count) {
        lock.lock();
        try {
            bytes -= count;
            settled.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Queues a snapshot in room that was reserved for it; one of the same key that still waits is not written. If this
     * throws, there being no thread to be had, nothing is queued and the room is still the caller's.
     *
     * @param draft what will be written: {@code held}, and whether it is {@linkplain PromotedSource#isWanted wanted},
     *     which is asked under the lock, so that whoever queues another from then on comes after this one
     * @return whether it was wanted; if not, nothing is queued either
     */
    boolean add(SnapshotId id, HeldSnapshot held, SnapshotDraft draft, SaveOptions options) {
        Pending pending = new Pending(id, held, draft, options);
        lock.lock();
        try {
            if (!PromotedSource.isWanted(draft)) {
                return false;
            }
            startWriter();
            @Nullable Pending old = newest.put(id, pending);
            if (old != null && line.remove(old)) {
                settled(old); // no mark: who has found it already has found what was there
            }
            line.add(pending);
            arrived.signal();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Makes one a mark, and takes it out of the line; one that is being written is undone when that has ended. */
    private void drop(Pending pending) {
        pending.cancelled = true;
        if (line.remove(pending)) {
            @Nullable Pending before = beingWritten(pending.id);
            if (before != null) {
                before.cancelled = true; // nor shall that one be left in the tier
                newest.replace(pending.id, pending, before);
            }
            settled(pending);
        }
    }

    private @Nullable Pending beingWritten(SnapshotId id) {
        return beingWritten != null && beingWritten.id.equals(id) ? beingWritten : null;
    }

    private void forget(Pending pending) {
        newest.remove(pending.id, pending);
        settled(pending);
    }

    private void settled(Pending pending) {
        bytes -= pending.held.bytes();
        pending.settled = true;
        settled.signalAll();
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
     * Cancels a snapshot that waits or is being written. It stays as a mark until the tier has nothing under its key:
     * neither itself nor what it was to replace.
     *
     * @return whether it was waiting, or being written
     */
    boolean cancel(SnapshotId id, HeldSnapshot held) {
        lock.lock();
        try {
            @Nullable Pending pending = find(id);
            boolean found = pending != null && !pending.cancelled && pending.held == held;
            if (pending != null && found) {
                pending.rejected = true;
                pending.cancelled = true;
            }
            return found;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Cancels what waits under this key, and waits until the writer is not at it: for who then removes it from the tier
     * by himself. Until he {@linkplain #uncover says} that he has, what the tier has under the key stays covered: it is
     * older than what waited.
     */
    Withdrawal withdraw(SnapshotId id) {
        lock.lock();
        try {
            @Nullable Pending pending = find(id);
            Withdrawal found = pending == null
                    ? Withdrawal.NOTHING
                    : pending.cancelled ? Withdrawal.CANCELLED_BEFORE : Withdrawal.WAITED;
            if (pending != null) {
                drop(pending);
            }
            while (beingWritten(id) != null) {
                settled.awaitUninterruptibly();
            }
            return found;
        } finally {
            lock.unlock();
        }
    }

    /** Forgets the mark of what was withdrawn: the tier is asked again. */
    void uncover(SnapshotId id) {
        lock.lock();
        try {
            @Nullable Pending pending = find(id);
            if (pending != null && pending.cancelled && pending.settled) {
                newest.remove(id, pending);
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Lets what waits under this key be written next, and waits for it: for who then writes another in the tier by
     * himself, and may be refused there. A copy that is not wanted any more is forgotten.
     */
    void settle(SnapshotId id) {
        lock.lock();
        try {
            @Nullable Pending pending = find(id);
            if (pending != null && isVoid(pending) && line.remove(pending)) {
                forget(pending);
            } else if (pending != null) {
                if (line.remove(pending)) {
                    line.addFirst(pending);
                }
                await(pending);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Whether it is a copy that would not be written, and of which there is nothing to undo. */
    private static boolean isVoid(Pending pending) {
        return !pending.cancelled && !PromotedSource.isWanted(pending.draft);
    }

    private void await(Pending pending) {
        while (!pending.settled) {
            settled.awaitUninterruptibly();
        }
    }

    /** Waits until all that is queued now has been written, or removed, or replaced by what is queued later. */
    void drain() {
        lock.lock();
        try {
            all().forEach(this::await);
        } finally {
            lock.unlock();
        }
    }

    /** Writes what is queued or being copied to be, takes nothing more, and ends the thread. */
    void close() {
        lock.lock();
        try {
            closed = true;
            arrived.signalAll();
            while (bytes > 0) {
                settled.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
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
            Thread thread = threads.newThread(this::writeAll);
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
            if (!pending.cancelled && find(pending.id) == pending && PromotedSource.isWanted(pending.draft)) {
                target.write(pending.id, pending.draft, pending.options);
            }
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
            }
            beingWritten = next;
            return next;
        } finally {
            lock.unlock();
        }
    }

    private void finish(Pending pending) {
        if (!forgetUnlessCancelled(pending)) {
            try {
                target.undo(pending);
            } finally {
                lock.lock();
                try {
                    end(pending);
                } finally {
                    lock.unlock();
                }
            }
        }
    }

    private void end(Pending pending) {
        beingWritten = null;
        forget(pending);
    }

    private boolean forgetUnlessCancelled(Pending pending) {
        lock.lock();
        try {
            // Superseded by a later save, it needs no undoing: that one will be written over it.
            boolean undo = pending.cancelled && newest.get(pending.id) == pending;
            if (!undo) {
                end(pending);
            }
            return !undo;
        } finally {
            lock.unlock();
        }
    }
}
