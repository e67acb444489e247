package dev.kvc.store.tier;

import dev.kvc.eviction.SnapshotId;
import dev.kvc.format.Namespace;
import dev.kvc.store.Touch;
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
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Gathers the hits that faster tiers have served, and tells a slower one in batches: else what is hot in memory would
 * look idle on disk, and go first.
 *
 * <p>A batch goes before the tier chooses victims, when it has grown large, and some seconds after its first hit. Hits
 * that a crash loses are lost. Safe from any thread; {@link #hit} takes no lock.
 */
final class HitForwarder {
    private static final int LARGE_BATCH = 1 << 12;
    private static final long DELAY_SECONDS = 5;

    private final Predicate<SnapshotId> isPending;
    private final BiConsumer<Namespace, Collection<Touch>> touch;
    private final ConcurrentMap<SnapshotId, Touch> hits = new ConcurrentHashMap<>();
    private final AtomicBoolean due = new AtomicBoolean();
    private final Executor later = CompletableFuture.delayedExecutor(DELAY_SECONDS, TimeUnit.SECONDS, this::onThread);

    /**
     * Forwards to {@code touch}.
     *
     * @param isPending snapshots that the tier does not have yet: their hits wait
     */
    HitForwarder(Predicate<SnapshotId> isPending, BiConsumer<Namespace, Collection<Touch>> touch) {
        this.isPending = isPending;
        this.touch = touch;
    }

    private void onThread(Runnable work) {
        Thread thread = new Thread(work, "kvc-tier-hits");
        thread.setDaemon(true);
        thread.start();
    }

    void hit(SnapshotId id, long atUnix) {
        hits.merge(id, new Touch(id.key(), 1, atUnix), HitForwarder::sum);
        if (hits.size() >= LARGE_BATCH) {
            flush();
        } else if (!due.get() && due.compareAndSet(false, true)) {
            later.execute(this::flush);
        }
    }

    private static Touch sum(Touch one, Touch other) {
        return new Touch(
                one.key(),
                Math.min(0xFFFF_FFFFL, one.hits() + other.hits()),
                Math.max(one.lastUsedUnix(), other.lastUsedUnix()));
    }

    /** Tells the tier now. */
    void flush() {
        due.set(false);
        if (hits.isEmpty()) {
            return;
        }
        Map<Namespace, List<Touch>> batch = new HashMap<>();
        for (SnapshotId id : hits.keySet()) {
            @Nullable Touch told = isPending.test(id) ? null : hits.remove(id);
            if (told != null) {
                batch.computeIfAbsent(id.namespace(), name -> new ArrayList<>()).add(told);
            }
        }
        batch.forEach(touch);
    }
}
