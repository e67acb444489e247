package dev.kvc.store.tier;

import dev.kvc.store.internal.Daemons;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Copies to slower tiers what they take at a hit: one at a time, on a thread of its own, so that no hit waits for it.
 * What more comes than it can do is passed over; it will be hit again if it matters. Nothing is begun after it is
 * closed.
 */
final class Admitter implements AutoCloseable {
    private static final int MOST_WAITING = 256;
    private static final long IDLE_SECONDS = 10;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition done = lock.newCondition();
    /** What waits or is being copied, by what it is. */
    private final Set<Object> waiting = new HashSet<>();

    private boolean closed;
    private final ThreadPoolExecutor copier = new ThreadPoolExecutor(
            1,
            1,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            work -> Daemons.thread("kvc-admit", work));

    Admitter() {
        copier.allowCoreThreadTimeOut(true);
    }

    /**
     * Copies, some time later.
     *
     * @param what tells this copy from others, and may be waiting already
     */
    void copy(Object what, Runnable work) {
        lock.lock();
        try {
            if (!closed && waiting.size() < MOST_WAITING && waiting.add(what)) {
                copier.execute(() -> run(what, work));
            }
        } finally {
            lock.unlock();
        }
    }

    private void run(Object what, Runnable work) {
        try {
            if (!isClosed()) {
                work.run();
            }
        } finally {
            lock.lock();
            try {
                waiting.remove(what);
                done.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    private boolean isClosed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until nothing waits any more. */
    void drain() {
        lock.lock();
        try {
            while (!waiting.isEmpty()) {
                done.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Waits for the copy that is under way, so that its tiers may be closed after this, and forgets the others. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
        } finally {
            lock.unlock();
        }
        drain();
        copier.shutdown();
    }
}
