package dev.kvc.store.spi;

import dev.kvc.format.KvcHeader;
import dev.kvc.store.internal.Daemons;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Gathers hits, and tells of them in batches who is to count them: a disk, of those that memory in front of it has
 * served, for else what is hot there would look idle and go first; a service, of those of its own loads, each of which
 * would be a request more.
 *
 * <p>A batch goes when it is asked for, when it has grown large, and five seconds after its first hit; the last two on
 * a thread of its own, so that no load waits. One batch goes at a time: of a store that does not answer, one thread is
 * left waiting and not one for each batch. Hits that a crash loses are lost.
 *
 * <p>Safe from any thread; {@link #hit} takes no lock, and makes no object for a snapshot that waits to be told of.
 *
 * @param <K> what a snapshot is called
 */
public final class HitForwarder<K> {
    private static final int LARGE_BATCH = 1 << 12;
    private static final long DELAY_SECONDS = 5;

    private final Predicate<K> mustWait;
    private final Consumer<Map<K, Hits>> teller;
    private final Executor soon;
    private final Executor later;
    private final ConcurrentMap<K, Counter> untold = new ConcurrentHashMap<>();
    private final AtomicInteger newcomers = new AtomicInteger();
    private final AtomicBoolean due = new AtomicBoolean();
    private final ReentrantLock telling = new ReentrantLock();
    private volatile boolean closed;

    /**
     * Hits of one snapshot.
     *
     * @param count how many, 1 to 2^32-1
     * @param lastUsedUnix the time of the last one, in seconds since 1970
     */
    public record Hits(long count, long lastUsedUnix) {}

    /**
     * Forwards hits.
     *
     * @param mustWait snapshots that cannot be told of yet
     * @param teller takes a batch; what it throws, the caller of {@link #flush} gets
     */
    public HitForwarder(Predicate<K> mustWait, Consumer<Map<K, Hits>> teller) {
        this(
                mustWait,
                teller,
                HitForwarder::onThread,
                CompletableFuture.delayedExecutor(DELAY_SECONDS, TimeUnit.SECONDS, HitForwarder::onThread));
    }

    HitForwarder(Predicate<K> mustWait, Consumer<Map<K, Hits>> teller, Executor soon, Executor later) {
        this.mustWait = mustWait;
        this.teller = teller;
        this.soon = soon;
        this.later = later;
    }

    private static void onThread(Runnable work) {
        Daemons.thread("kvc-hits", work).start();
    }

    /** The hits of one snapshot that nobody has been told of. */
    private static final class Counter {
        private static final long TOLD = -1;

        private final AtomicLong count = new AtomicLong();
        private volatile long lastUsedUnix;

        /** Counts one more, unless they have been told meanwhile. */
        boolean add(long atUnix) {
            if (lastUsedUnix < atUnix) {
                lastUsedUnix = atUnix;
            }
            for (long now = count.get(); now != TOLD; now = count.get()) {
                if (count.compareAndSet(now, Math.min(KvcHeader.MAX_HIT_COUNT, now + 1))) {
                    return true;
                }
            }
            return false;
        }

        long hits() {
            return Math.max(0, count.get());
        }

        /** Ends it; {@code null} if there was no hit. */
        @Nullable
        Hits tell() {
            long hits = count.getAndSet(TOLD);
            return hits > 0 ? new Hits(hits, lastUsedUnix) : null;
        }
    }

    /**
     * Notes a hit; after {@link #close}, nothing.
     *
     * @param atUnix when it was, in seconds since 1970
     */
    public void hit(K id, long atUnix) {
        if (closed) {
            return;
        }
        @Nullable Counter known = untold.get(id);
        if (known == null || !known.add(atUnix)) {
            addNew(id, atUnix);
        }
        if (!due.get() && due.compareAndSet(false, true)) {
            later.execute(this::tellUnlessOthersDo);
        }
    }

    private void addNew(K id, long atUnix) {
        boolean added;
        do {
            added = untold.computeIfAbsent(id, key -> new Counter()).add(atUnix);
        } while (!added);
        if (newcomers.incrementAndGet() == LARGE_BATCH) {
            soon.execute(this::tellUnlessOthersDo);
        }
    }

    private void tellUnlessOthersDo() {
        due.set(false);
        if (telling.tryLock()) {
            try {
                if (!closed) {
                    tell();
                }
            } finally {
                telling.unlock();
            }
        }
    }

    /** How many hits of a snapshot nobody has been told of. */
    public long untold(K id) {
        @Nullable Counter known = untold.get(id);
        return known == null ? 0 : known.hits();
    }

    /** Whether there is a hit that nobody has been told of. */
    public boolean hasUntold() {
        return !untold.isEmpty();
    }

    /** Tells of all now; a batch that is on its way arrives before this returns. */
    public void flush() {
        telling.lock();
        try {
            tell();
        } finally {
            telling.unlock();
        }
    }

    /** Tells for the last time. */
    public void close() {
        closed = true;
        flush();
    }

    private void tell() {
        newcomers.set(0);
        if (untold.isEmpty()) {
            return;
        }
        Map<K, Hits> batch = new HashMap<>();
        for (K id : untold.keySet()) {
            @Nullable Counter counter = mustWait.test(id) ? null : untold.remove(id);
            @Nullable Hits hits = counter == null ? null : counter.tell();
            if (hits != null) {
                batch.put(id, hits);
            }
        }
        if (!batch.isEmpty()) {
            teller.accept(batch);
        }
    }
}
