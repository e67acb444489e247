package dev.kvc.engine;

import dev.kvc.format.SaveReason;
import dev.kvc.store.KvStore;
import dev.kvc.store.PrefixQuery;
import dev.kvc.store.SaveOptions;
import dev.kvc.store.SaveResult;
import dev.kvc.store.SnapshotDraft;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Saves in threads of its own, one after the other in each, and bounds the bytes in flight: those of all saves that
 * were taken and have not ended. Safe from any thread.
 */
final class Saver {
    /** What the semaphore counts in: an {@code int} of them is 2 TiB. */
    private static final int UNIT_BYTES = 1024;

    private static final long IDLE_SECONDS = 30;

    private final KvStore store;
    private final Counters counters;
    private final PrefixCache.WhenFull whenFull;
    private final int units;
    private final Semaphore room;
    private final ThreadPoolExecutor threads;
    /** Those that have not ended, each with its text. */
    private final Map<SaveHandle, ByteBuffer> underWay = new ConcurrentHashMap<>();

    private final AtomicLong bytesInFlight = new AtomicLong();

    Saver(KvStore store, Counters counters, long limitBytes, PrefixCache.WhenFull whenFull, int threadCount) {
        this.store = store;
        this.counters = counters;
        this.whenFull = whenFull;
        this.units = (int) Math.min(Integer.MAX_VALUE, unitsOf(limitBytes));
        this.room = new Semaphore(units, true);
        this.threads = new ThreadPoolExecutor(
                threadCount, threadCount, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), Saver::thread);
        threads.allowCoreThreadTimeOut(true);
    }

    private static Thread thread(Runnable work) {
        Thread thread = new Thread(work, "kvc-engine-save");
        thread.setDaemon(true);
        return thread;
    }

    private static long unitsOf(long bytes) {
        return Math.max(1, bytes / UNIT_BYTES + (bytes % UNIT_BYTES == 0 ? 0 : 1));
    }

    /** One that is larger than the bound takes all of it: it is saved when no other is under way. */
    private int roomFor(long bytes) {
        return (int) Math.min(units, unitsOf(bytes));
    }

    long bytesInFlight() {
        return bytesInFlight.get();
    }

    SaveHandle save(SnapshotDraft draft, SaveOptions options) {
        long bytes = draft.textBytes() + draft.payload().size();
        SaveReason reason = draft.header(0).saveReason();
        int taken = roomFor(bytes);
        if (!take(taken)) {
            SaveHandle refused = new SaveHandle(bytes, reason, this::count);
            refused.refuse();
            return refused;
        }
        bytesInFlight.addAndGet(bytes);
        SaveHandle handle = new SaveHandle(bytes, reason, ended -> release(ended, taken));
        underWay.put(handle, draft.text());
        try {
            threads.execute(() -> run(handle, draft, options));
        } catch (RejectedExecutionException e) {
            handle.refuse(); // closed in this moment
        }
        return handle;
    }

    private boolean take(int wanted) {
        if (whenFull == PrefixCache.WhenFull.REFUSE) {
            return room.tryAcquire(wanted);
        }
        try {
            room.acquire(wanted);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Waits for the saves under way of texts that begin a prompt, up to {@code limit} or until it is interrupted. */
    void awaitBeginningsOf(PrefixQuery prompt, Duration limit) {
        CompletableFuture<?>[] saves = underWay.entrySet().stream()
                .filter(save -> prompt.beginsWith(save.getValue()))
                .map(save -> save.getKey().ended().toCompletableFuture())
                .toArray(CompletableFuture<?>[]::new);
        try {
            CompletableFuture.allOf(saves).get(TimeUnit.NANOSECONDS.convert(limit), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (TimeoutException e) {
            return; // without them, what is stored is found
        } catch (ExecutionException e) {
            throw new IllegalStateException("nobody completes it exceptionally", e);
        }
    }

    private void release(SaveHandle handle, int taken) {
        underWay.remove(handle);
        bytesInFlight.addAndGet(-handle.bytes());
        room.release(taken);
        count(handle);
    }

    private void count(SaveHandle handle) {
        handle.result()
                .ifPresentOrElse(
                        result -> counters.saved(handle.reason(), result), () -> counters.notSaved(handle.state()));
    }

    private void run(SaveHandle handle, SnapshotDraft draft, SaveOptions options) {
        if (!handle.begin()) {
            return;
        }
        SaveResult result = SaveResult.failed(handle.bytes(), new IOException("the save ended with an error"));
        try {
            result = save(handle, draft, options);
        } finally {
            handle.end(result);
        }
    }

    private SaveResult save(SaveHandle handle, SnapshotDraft draft, SaveOptions options) {
        try {
            SnapshotDraft cancellable = draft.withPayload(new CancellableSource(draft.payload(), handle));
            return store.save(draft.textKey(), cancellable, options);
        } catch (IOException e) {
            return SaveResult.failed(handle.bytes(), e);
        } catch (UncheckedIOException e) {
            return SaveResult.failed(handle.bytes(), new IOException(e));
        } catch (RuntimeException e) {
            return SaveResult.failed(handle.bytes(), new IOException("the payload's writer or the store failed", e));
        }
    }

    /** Waits for the saves under way; a thread that is interrupted cancels them first. */
    void close() {
        threads.shutdown();
        boolean interrupted = false;
        while (!isTerminated(interrupted)) {
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean isTerminated(boolean interrupted) {
        if (interrupted) {
            underWay.keySet().forEach(SaveHandle::cancel);
        }
        try {
            return threads.awaitTermination(Long.MAX_VALUE, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            return false;
        }
    }
}
