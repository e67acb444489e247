package dev.kvc.engine;

import dev.kvc.format.SaveReason;
import dev.kvc.store.SaveResult;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A save that runs beside generation. Safe from any thread.
 *
 * <p>Text, payload and options of the save are used in place until it has ended. It cannot fail its caller: what went
 * wrong is in the {@link #result}.
 */
public final class SaveHandle {
    private final long bytes;
    private final SaveReason reason;
    private final Consumer<SaveHandle> atEnd;
    private final CompletableFuture<State> ended = new CompletableFuture<>();
    private volatile State state = State.QUEUED;
    private volatile boolean isCancelRequested;
    private volatile @Nullable SaveResult result;

    /** How far a save is. */
    public enum State {
        /** It waits for the saves before it. */
        QUEUED,
        /** It is with the store. */
        SAVING,
        /** The store has answered: see {@link SaveHandle#result}. */
        ENDED,
        /** It was cancelled, and nothing of it is left. */
        CANCELLED,
        /** It was refused: too many bytes were in flight, or the cache was closed. Nothing was written. */
        REFUSED;

        /** Whether it will not change any more. */
        public boolean isFinal() {
            return this != QUEUED && this != SAVING;
        }
    }

    /**
     * A save that is queued.
     *
     * @param atEnd is told once, before those who wait are
     */
    SaveHandle(long bytes, SaveReason reason, Consumer<SaveHandle> atEnd) {
        this.bytes = bytes;
        this.reason = reason;
        this.atEnd = atEnd;
    }

    /** What it counts for in the bytes in flight: text and payload. */
    public long bytes() {
        return bytes;
    }

    /** How far it is. */
    public State state() {
        return state;
    }

    /** What the store said; empty unless the state is {@link State#ENDED}. */
    public Optional<SaveResult> result() {
        return Optional.ofNullable(result);
    }

    /** Whether it has ended, and a load finds the snapshot or one that serves as well. */
    public boolean isLoadable() {
        return result().filter(SaveResult::isLoadable).isPresent();
    }

    /**
     * Asks the save to stop: one that is queued is not begun, and one that is being written ends with the payload's
     * next piece. What the store has published by then stays, whole. A second call, or one after the end, does nothing.
     */
    public void cancel() {
        isCancelRequested = true;
        if (leave(State.QUEUED, State.CANCELLED)) {
            finish();
        }
    }

    /**
     * Waits for the end.
     *
     * @return a state that is final
     */
    public State await() throws InterruptedException {
        try {
            return ended.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("nobody completes it exceptionally", e);
        }
    }

    /**
     * Waits for the end, but not for longer than {@code timeout}.
     *
     * @return the state then, final or not
     */
    public State await(Duration timeout) throws InterruptedException {
        try {
            return ended.get(TimeUnit.NANOSECONDS.convert(timeout), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            return state;
        } catch (ExecutionException e) {
            throw new IllegalStateException("nobody completes it exceptionally", e);
        }
    }

    /** Completes with the final state, in the thread that saves or cancels: what depends on it should be quick. */
    public CompletionStage<State> ended() {
        return ended.minimalCompletionStage();
    }

    SaveReason reason() {
        return reason;
    }

    boolean isCancelRequested() {
        return isCancelRequested;
    }

    /** Begins to save, unless it was cancelled. */
    boolean begin() {
        return leave(State.QUEUED, State.SAVING);
    }

    private synchronized boolean leave(State from, State to) {
        boolean isThere = state == from;
        if (isThere) {
            state = to;
        }
        return isThere;
    }

    /** Ends without having begun. */
    void refuse() {
        if (leave(State.QUEUED, State.REFUSED)) {
            finish();
        }
    }

    /** Ends with what the store said: where it was asked to stop, a failure is that. */
    void end(SaveResult answer) {
        boolean isCancelled = isCancelRequested && answer.outcome() == SaveResult.Outcome.FAILED;
        result = isCancelled ? null : answer;
        state = isCancelled ? State.CANCELLED : State.ENDED;
        finish();
    }

    private void finish() {
        atEnd.accept(this);
        ended.complete(state);
    }
}
