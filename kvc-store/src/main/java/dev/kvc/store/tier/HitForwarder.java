package dev.kvc.store.tier;

import dev.kvc.eviction.SnapshotId;
import dev.kvc.format.KvcHeader;
import dev.kvc.format.Namespace;
import dev.kvc.store.Touch;
import dev.kvc.store.internal.Daemons;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
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
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Gathers the hits that faster tiers have served, and tells a slower one in batches: else what is hot in memory would
 * look idle on disk, and go first.
 *
 * <p>A batch goes before the tier chooses victims, when it has grown large, and some seconds after its first hit; the
 * last two on a thread of its own, so that no load waits for the tier. One batch goes at a time: of a tier that does
 * not answer, one thread is left waiting and not one for each batch. Hits that a crash loses are lost.
 *
 * <p>Safe from any thread; {@link #hit} takes no lock, and makes no object for a snapshot that waits to be told of.
 */
final class HitForwarder {
    private static final int LARGE_BATCH = 1 << 12;
    private static final long DELAY_SECONDS = 5;

    private final Predicate<SnapshotId> isPending;
    private final BiConsumer<Namespace, Collection<Touch>> touch;
    private final Executor soon;
    private final Executor later;
    private final ConcurrentMap<SnapshotId, Hits> untold = new ConcurrentHashMap<>();
    private final AtomicInteger newcomers = new AtomicInteger();
    private final AtomicBoolean due = new AtomicBoolean();
    private final ReentrantLock telling = new ReentrantLock();
    private volatile boolean closed;

    /**
     * Forwards to {@code touch}.
     *
     * @param isPending snapshots that the tier does not have yet: their hits wait
     */
    HitForwarder(Predicate<SnapshotId> isPending, BiConsumer<Namespace, Collection<Touch>> touch) {
        this(
                isPending,
                touch,
                HitForwarder::onThread,
                CompletableFuture.delayedExecutor(DELAY_SECONDS, TimeUnit.SECONDS, HitForwarder::onThread));
    }

    HitForwarder(
            Predicate<SnapshotId> isPending,
            BiConsumer<Namespace, Collection<Touch>> touch,
            Executor soon,
            Executor later) {
        this.isPending = isPending;
        this.touch = touch;
        this.soon = soon;
        this.later = later;
    }

    private static void onThread(Runnable work) {
        Daemons.thread("kvc-tier-hits", work).start();
    }

    /** The hits of one snapshot that the tier has not been told of. */
    private static final class Hits {
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

        /** Ends it; {@code null} if there was no hit. */
        @Nullable
        Touch tell(SnapshotId id) {
            long hits = count.getAndSet(TOLD);
            return hits > 0 ? new Touch(id.key(), hits, lastUsedUnix) : null;
        }
    }

    /** Notes a hit; after {@link #close}, nothing. */
    void hit(SnapshotId id, long atUnix) {
        if (closed) {
            return;
        }
        @Nullable Hits known = untold.get(id);
        if (known == null || !known.add(atUnix)) {
            addNew(id, atUnix);
        }
        if (!due.get() && due.compareAndSet(false, true)) {
            later.execute(this::tellUnlessOthersDo);
        }
    }

    private void addNew(SnapshotId id, long atUnix) {
        boolean added;
        do {
            added = untold.computeIfAbsent(id, key -> new Hits()).add(atUnix);
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

    /** Tells the tier now; a batch that is on its way arrives before this returns. */
    void flush() {
        telling.lock();
        try {
            tell();
        } finally {
            telling.unlock();
        }
    }

    /** Tells the tier for the last time. */
    void close() {
        closed = true;
        flush();
    }

    private void tell() {
        newcomers.set(0);
        if (untold.isEmpty()) {
            return;
        }
        Map<Namespace, List<Touch>> batch = new HashMap<>();
        for (SnapshotId id : untold.keySet()) {
            @Nullable Hits hits = isPending.test(id) ? null : untold.remove(id);
            @Nullable Touch told = hits == null ? null : hits.tell(id);
            if (told != null) {
                batch.computeIfAbsent(id.namespace(), name -> new ArrayList<>()).add(told);
            }
        }
        batch.forEach(touch);
    }
}
