package dev.kvc.store.internal;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Goes through the blocks of a large payload with several threads: one alone neither copies nor checks as fast as
 * memory can deliver.
 *
 * <p>The caller's thread takes part; others help where the payload is large and they have nothing else to do, and end
 * when they are idle for long. All loads of a store share them, so that many loads at once are no more threads than
 * one.
 *
 * <p>Safe from any thread.
 */
public final class BlockWorkers implements AutoCloseable {
    /** By default: more than memory can feed on many machines, and 4 MiB of buffers. */
    public static final int DEFAULT_THREADS = Math.min(4, Runtime.getRuntime().availableProcessors());

    /** More than this gain nothing anywhere. */
    public static final int MAX_THREADS = 64;

    /** Waking a thread for fewer blocks than this costs more than it gains. */
    private static final int BLOCKS_EACH = 4;

    private static final long IDLE_SECONDS = 10;

    private final int threads;
    private final int blocksEach;
    private final ThreadPoolExecutor helpers;

    /** At most so many threads for one payload, the caller's included. */
    public BlockWorkers(int threads) {
        this(threads, BLOCKS_EACH);
    }

    /**
     * The same, where a block takes longer than waking a thread does: when it comes over a network.
     *
     * @param blocksEach for how many blocks another thread is worth it
     */
    public BlockWorkers(int threads, int blocksEach) {
        this.threads = threads;
        this.blocksEach = blocksEach;
        this.helpers = new ThreadPoolExecutor(
                0,
                Math.max(1, threads - 1),
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new SynchronousQueue<>(),
                work -> Daemons.thread("kvc-blocks", work));
    }

    /** What is done to a block. */
    @FunctionalInterface
    public interface Work {
        /** Does it to the block of this index. */
        void on(int block) throws IOException;
    }

    /** How many blocks so many bytes make, the last of which may be shorter. */
    public static int blocks(int bytes) {
        return (int) (((long) bytes + BlockBuffers.BYTES - 1) / BlockBuffers.BYTES);
    }

    /**
     * Does {@code work} on each of {@code blocks} blocks, in no certain order, and returns when nobody is at it any
     * more.
     *
     * @throws IOException what {@code work} threw first; then not all blocks were worked on
     */
    public void forEach(int blocks, Work work) throws IOException {
        if (threads == 1 || blocks < 2 * blocksEach) {
            for (int block = 0; block < blocks; block++) {
                work.on(block);
            }
            return;
        }
        Shared shared = new Shared(blocks, work);
        List<CompletableFuture<Void>> helping = new ArrayList<>();
        try {
            for (int i = Math.min(threads, blocks / blocksEach); i > 1; i--) {
                helping.add(CompletableFuture.runAsync(shared, helpers));
            }
        } catch (RejectedExecutionException | OutOfMemoryError e) {
            // The others are busy, the store is closed, or there is no thread to be had: it goes on with those it has.
        } finally {
            shared.run();
            helping.forEach(CompletableFuture::join);
        }
        shared.requireDone();
    }

    /**
     * Begins {@code work} on a thread of its own, or does it on the caller's where there is none to be had.
     *
     * @return its result, or what it throws
     */
    public <T> CompletableFuture<T> begin(Supplier<T> work) {
        try {
            return CompletableFuture.supplyAsync(work, helpers);
        } catch (RejectedExecutionException | OutOfMemoryError e) {
            return CompletableFuture.supplyAsync(work, Runnable::run);
        }
    }

    /** Whether so many bytes are enough for a thread beside the caller's, and there may be one. */
    public boolean isWorthAnother(int bytes) {
        return threads > 1 && blocks(bytes) >= 2 * blocksEach;
    }

    /** What the caller does itself. */
    @FunctionalInterface
    public interface Own {
        /** Does it. */
        void run() throws IOException;
    }

    /**
     * Does {@code beside} on another thread while the caller does {@code own}, or before, where there is none to be
     * had. Returns when nobody is at either any more.
     *
     * @throws IOException what {@code own} throws
     */
    public void both(Runnable beside, Own own) throws IOException {
        CompletableFuture<Boolean> begun = begin(() -> {
            beside.run();
            return true;
        });
        try {
            own.run();
        } finally {
            begun.join();
        }
    }

    /** Takes no helper from now on. What is under way goes on. */
    @Override
    public void close() {
        helpers.shutdown();
    }

    /** Work that several threads take their blocks from. */
    private static final class Shared implements Runnable {
        private final int blocks;
        private final Work work;
        private final AtomicInteger next = new AtomicInteger();
        private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

        Shared(int blocks, Work work) {
            this.blocks = blocks;
            this.work = work;
        }

        /** Works until there is nothing left to do; a failure ends it for all, and is kept. */
        @Override
        public void run() {
            try {
                for (int block = next.getAndIncrement();
                        block < blocks && failure.get() == null;
                        block = next.getAndIncrement()) {
                    work.on(block);
                }
            } catch (IOException | RuntimeException | Error e) {
                failure.compareAndSet(null, e);
            }
        }

        void requireDone() throws IOException {
            @Nullable Throwable thrown = failure.get();
            if (thrown instanceof IOException e) {
                throw e;
            } else if (thrown instanceof RuntimeException e) {
                throw e;
            } else if (thrown instanceof Error e) {
                throw e;
            }
        }
    }
}
