package dev.kvc.s3;

import dev.kvc.eviction.SnapshotId;
import dev.kvc.format.Namespace;
import dev.kvc.format.UnixTime;
import dev.kvc.store.StoreStats;
import dev.kvc.store.spi.StoreReport;
import java.io.IOException;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What the views of all namespaces share. Safe from any thread. */
final class S3Store {
    private static final long CLOSE_SECONDS = 30;
    private static final int MOST_BEHIND = 8;

    final Bucket bucket;
    final ObjectNames names;
    final S3Settings settings;
    final InstantSource clock;
    final StoreReport report;
    private final ExecutorService threads;
    private final Map<Namespace, Index> indexes = new ConcurrentHashMap<>();
    private final Semaphore behind = new Semaphore(MOST_BEHIND);
    private final Refused refused = new Refused();
    private volatile boolean closed;

    S3Store(
            Bucket bucket,
            ObjectNames names,
            S3Settings settings,
            InstantSource clock,
            StoreReport report,
            ExecutorService threads) {
        this.bucket = bucket;
        this.names = names;
        this.settings = settings;
        this.clock = clock;
        this.report = report;
        this.threads = threads;
    }

    /** Objects that are damaged or were rejected, and may not have been deleted: the last of them. */
    private static final class Refused extends LinkedHashMap<SnapshotId, ObjectHead> {
        private static final long serialVersionUID = 1L;
        private static final int MOST = 1000;

        @Override
        protected boolean removeEldestEntry(Map.Entry<SnapshotId, ObjectHead> eldest) {
            return size() > MOST;
        }
    }

    Index index(Namespace namespace) {
        return indexes.computeIfAbsent(namespace, any -> new Index(this, namespace));
    }

    Catalog catalog(SnapshotId id) {
        return index(id.namespace()).catalog();
    }

    /**
     * What an object is that has just been read, hits included, which is noted. What its bytes say counts, also where
     * the service gives it another tag.
     *
     * @param known what was known of the key before the service was asked
     * @param label what the bytes say it is
     */
    Catalog.Item seen(SnapshotId id, Catalog.@Nullable Item known, ObjectHead head, Label label) {
        if (known != null && known.isOf(head) && known.has(label.header())) {
            return known;
        }
        return catalog(id).observe(id.key(), known, Items.of(id, head, label, clock.millis()));
    }

    /** What is known of the snapshot of a key, by asking for its metadata. */
    Optional<Catalog.Item> look(SnapshotId id) throws IOException {
        Catalog.@Nullable Item known = catalog(id).get(id.key());
        Optional<ObjectHead> head = bucket.head(names.object(id)).filter(found -> !isRefused(id, found));
        if (head.isEmpty()) {
            forget(id, known);
            return Optional.empty();
        } else if (known != null && known.isOf(head.get())) {
            return Optional.of(known);
        }
        Catalog.@Nullable Item item =
                Items.learn(bucket, names.object(id), id, head.get(), settings.maxTextBytes(), clock.millis());
        return item == null ? Optional.empty() : Optional.of(catalog(id).observe(id.key(), known, item));
    }

    boolean remove(SnapshotId id) throws IOException {
        Catalog.@Nullable Item known = catalog(id).get(id.key());
        boolean isThere = bucket.head(names.object(id)).isPresent();
        if (isThere) {
            bucket.delete(names.object(id));
        }
        forget(id, known);
        return isThere;
    }

    boolean isRefused(SnapshotId id, ObjectHead head) {
        synchronized (refused) {
            @Nullable ObjectHead never = refused.get(id);
            return never != null && never.isSame(head);
        }
    }

    /**
     * Sets aside this very object: deletes it. A bucket that keeps versions still has it.
     *
     * @param cause what is wrong with it
     * @throws IOException if it could not be deleted; it is not served here any more
     */
    void setAside(SnapshotId id, ObjectHead head, IOException cause) throws IOException {
        synchronized (refused) {
            refused.put(id, head);
        }
        Catalog.@Nullable Item known = catalog(id).get(id.key());
        String name = names.object(id);
        boolean isStillThere = bucket.head(name).filter(head::isSame).isPresent();
        boolean deleted = isStillThere && bucket.delete(name, head);
        if (known != null && known.isOf(head)) {
            forget(id, known);
        }
        if (deleted) {
            report.setAside(id, cause);
        }
    }

    /** There is no such object: whoever was told of it shall not look for it again. */
    void forget(SnapshotId id, Catalog.@Nullable Item known) throws IOException {
        if (known != null) {
            index(id.namespace()).forget(known);
        }
    }

    StoreStats stats() {
        long snapshots = 0;
        long bytes = 0;
        for (Index index : indexes.values()) {
            snapshots += index.catalog().size();
            bytes += index.catalog().bytes();
        }
        return report.stats(snapshots, bytes, settings.budgetBytes())
                .with(bucket.calls().health());
    }

    long nowUnix() {
        return UnixTime.now(clock);
    }

    void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the store " + bucket.uri(names.root()) + " is closed");
        }
    }

    /**
     * Does something on another thread; on the caller's where there is none to be had, or the store is being closed.
     */
    void run(Runnable work) {
        try {
            threads.execute(work);
        } catch (RejectedExecutionException | OutOfMemoryError e) { // the latter where there is no thread to be had
            work.run();
        }
    }

    /** Does something small on another thread; on the caller's where so much is under way behind others. */
    void runBehind(Runnable work) {
        if (behind.tryAcquire()) {
            run(() -> {
                try {
                    work.run();
                } finally {
                    behind.release();
                }
            });
        } else {
            work.run();
        }
    }

    /**
     * Writes what the index does not say yet, for so long, and lets go of threads and connections. What is under way
     * keeps its connections until it ends.
     */
    void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
        }
        run(() -> indexes.values().forEach(Index::writeHits));
        threads.shutdown();
        awaitThreads();
        bucket.release();
    }

    /** Waits also if the thread is interrupted: what was saved is not found by others before it is in the index. */
    private void awaitThreads() {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(CLOSE_SECONDS);
        boolean interrupted = false;
        boolean ended = false;
        while (!ended) {
            try {
                long left = end - System.nanoTime();
                ended = threads.awaitTermination(left, TimeUnit.NANOSECONDS) || left <= 0;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
