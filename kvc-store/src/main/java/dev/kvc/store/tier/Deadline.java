package dev.kvc.store.tier;

import dev.kvc.store.internal.Daemons;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Gives a tier so much time to answer, and no more. What comes later is thrown away.
 *
 * <p>The tier is asked on a thread that can be left behind. A tier that answers may be asked by as many at once as
 * like, of whom {@value #MAX_ASKING} are at it and the others wait their turn, as long as they have time. Once
 * {@value #MAX_LEFT_BEHIND} questions have been left behind without an answer, further ones fail at once, until one of
 * those ends.
 */
final class Deadline {
    static final int MAX_LEFT_BEHIND = 32;
    static final int MAX_ASKING = 256;
    private static final long IDLE_SECONDS = 30;

    /** What can be counted in nanoseconds: 292 years. */
    private static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE);

    private final Duration time;
    private final long nanos;
    private final Semaphore turns = new Semaphore(MAX_ASKING);
    private final AtomicInteger leftBehind = new AtomicInteger();
    /** As many as there are turns; one that has just ended its work may still be counted. */
    private final ThreadPoolExecutor threads = new ThreadPoolExecutor(
            0,
            Integer.MAX_VALUE,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            work -> Daemons.thread("kvc-tier-lookup", work));

    Deadline(Duration time) {
        this.time = time;
        this.nanos = time.compareTo(LONGEST) < 0 ? time.toNanos() : Long.MAX_VALUE;
    }

    /** Something that a tier is asked. */
    @FunctionalInterface
    interface Question<T> {
        T ask() throws IOException;
    }

    /**
     * Asks.
     *
     * @param late takes an answer that comes after the deadline
     * @throws IOException if the tier fails, does not answer in time, or the caller is interrupted
     */
    <T> T answer(Question<T> question, Consumer<T> late) throws IOException {
        if (leftBehind.get() >= MAX_LEFT_BEHIND) {
            throw new IOException("not asked: " + MAX_LEFT_BEHIND + " lookups are still without an answer");
        }
        long start = System.nanoTime();
        CompletableFuture<T> answer = new CompletableFuture<>();
        try {
            if (!turns.tryAcquire(nanos, TimeUnit.NANOSECONDS)) {
                throw new IOException("not asked within the deadline of " + time + ": " + MAX_ASKING + " others are");
            }
            Asking<T> asking = new Asking<>(question, late, answer);
            begin(asking);
            try {
                return answer.get(Math.max(0, nanos - (System.nanoTime() - start)), TimeUnit.NANOSECONDS);
            } catch (TimeoutException e) {
                return giveUp(asking, new IOException("no answer within the deadline of " + time, e));
            } catch (InterruptedException e) {
                return giveUp(asking, interrupted(e));
            }
        } catch (InterruptedException e) {
            throw interrupted(e);
        } catch (ExecutionException e) {
            throw failure(e);
        }
    }

    private static InterruptedIOException interrupted(InterruptedException cause) {
        Thread.currentThread().interrupt();
        InterruptedIOException interrupted = new InterruptedIOException("interrupted while waiting for a tier");
        interrupted.initCause(cause);
        return interrupted;
    }

    private void begin(Runnable asking) throws IOException {
        try {
            threads.execute(asking);
        } catch (RejectedExecutionException | OutOfMemoryError e) {
            turns.release();
            throw new IOException("not asked: the store is closed, or there is no thread to be had", e);
        }
    }

    /** Leaves the question behind, unless its answer has come at the last moment. */
    private static <T> T giveUp(Asking<T> asking, IOException why) throws IOException {
        if (asking.answer.completeExceptionally(why)) {
            asking.leaveBehind();
        }
        try {
            return asking.answer.join();
        } catch (RuntimeException e) {
            throw failure(e);
        }
    }

    /** A question under way. */
    private final class Asking<T> implements Runnable {
        private final Question<T> question;
        private final Consumer<T> late;
        private final CompletableFuture<T> answer;
        private @Nullable Thread thread;
        private boolean ended;
        private boolean isLeftBehind;

        Asking(Question<T> question, Consumer<T> late, CompletableFuture<T> answer) {
            this.question = question;
            this.late = late;
            this.answer = answer;
        }

        @Override
        public void run() {
            try {
                begun();
                T result = question.ask();
                if (!answer.complete(result)) {
                    late.accept(result);
                }
            } catch (IOException | RuntimeException | Error e) {
                answer.completeExceptionally(e);
            } finally {
                end();
            }
        }

        private synchronized void begun() {
            thread = Thread.currentThread();
            if (isLeftBehind) {
                thread.interrupt();
            }
        }

        private synchronized void end() {
            ended = true;
            turns.release();
            if (isLeftBehind) {
                leftBehind.decrementAndGet();
                Thread.interrupted(); // the next question on this thread has nothing to do with it
            }
        }

        synchronized void leaveBehind() {
            if (!ended) {
                isLeftBehind = true;
                leftBehind.incrementAndGet();
                if (thread != null) {
                    thread.interrupt();
                }
            }
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
