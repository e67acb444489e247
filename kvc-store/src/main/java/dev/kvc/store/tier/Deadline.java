package dev.kvc.store.tier;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * Gives a tier so much time to answer, and no more. What comes later is thrown away.
 *
 * <p>The tier is asked on a thread that can be left behind. A tier that does not answer keeps no more than 32 of them;
 * while it does, further lookups fail at once.
 */
final class Deadline {
    private static final int MAX_THREADS = 32;
    private static final long IDLE_SECONDS = 30;

    /** What can be counted in nanoseconds: 292 years. */
    private static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE);

    private final Duration time;
    private final long nanos;
    private final ThreadPoolExecutor threads = new ThreadPoolExecutor(
            0, MAX_THREADS, IDLE_SECONDS, TimeUnit.SECONDS, new SynchronousQueue<>(), Deadline::daemon);

    Deadline(Duration time) {
        this.time = time;
        this.nanos = time.compareTo(LONGEST) < 0 ? time.toNanos() : Long.MAX_VALUE;
    }

    /** Something that a tier is asked. */
    @FunctionalInterface
    interface Question<T> {
        T ask() throws IOException;
    }

    private static Thread daemon(Runnable work) {
        Thread thread = new Thread(work, "kvc-tier-lookup");
        thread.setDaemon(true);
        return thread;
    }

    /**
     * Asks.
     *
     * @param late takes an answer that comes after the deadline
     * @throws IOException if the tier fails, does not answer in time, or the caller is interrupted
     */
    <T> T answer(Question<T> question, Consumer<T> late) throws IOException {
        CompletableFuture<T> answer = new CompletableFuture<>();
        Future<?> asking = submit(() -> {
            try {
                T result = question.ask();
                if (!answer.complete(result)) {
                    late.accept(result);
                }
            } catch (IOException | RuntimeException | Error e) {
                answer.completeExceptionally(e);
            }
        });
        try {
            return answer.get(nanos, TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            return giveUp(answer, asking, new IOException("no answer within the deadline of " + time, e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            InterruptedIOException interrupted = new InterruptedIOException("interrupted while waiting for a tier");
            interrupted.initCause(e);
            return giveUp(answer, asking, interrupted);
        } catch (ExecutionException e) {
            throw failure(e);
        }
    }

    private Future<?> submit(Runnable work) throws IOException {
        try {
            return threads.submit(work);
        } catch (RejectedExecutionException e) {
            throw new IOException("not asked: " + MAX_THREADS + " lookups are still without an answer", e);
        }
    }

    /** Leaves the question behind, unless its answer has come at the last moment. */
    private static <T> T giveUp(CompletableFuture<T> answer, Future<?> asking, IOException why) throws IOException {
        if (answer.completeExceptionally(why)) {
            asking.cancel(true);
        }
        try {
            return answer.join();
        } catch (RuntimeException e) {
            throw failure(e);
        }
    }

    private static IOException failure(Exception wrapper) {
        Throwable cause = wrapper.getCause();
        if (cause instanceof RuntimeException bug) {
            throw bug;
        } else if (cause instanceof Error error) {
            throw error;
        }
        return cause instanceof IOException failure ? failure : new IOException(cause);
    }

    /** Lets go of the threads; those that still wait for an answer are interrupted. */
    void close() {
        threads.shutdownNow();
    }
}
