package dev.kvc.store;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How a save ended.
 *
 * @param outcome what became of the snapshot
 * @param bytes what it takes in the store; for a refusal, what it would take
 * @param evicted how many snapshots and leftovers were removed to make room; a refusal evicts nothing
 * @param causeOrNull why it {@link Outcome#FAILED}; {@code null} otherwise
 * @param retryAfterOrNull when one that was {@link Outcome#THROTTLED} may be tried again; {@code null} otherwise
 */
public record SaveResult(
        Outcome outcome,
        long bytes,
        int evicted,
        @Nullable IOException causeOrNull,
        @Nullable Duration retryAfterOrNull) {
    /** The ways a save can end. */
    public enum Outcome {
        /** It is stored under a key that was free. */
        STORED,
        /** It is stored and has replaced the snapshot of this key. */
        REPLACED,
        /** Nothing was written: a snapshot that serves as well is there. */
        ALREADY_PRESENT,
        /** It can be loaded, and will be written later. */
        QUEUED,
        /** Refused: it is larger than the whole budget. */
        TOO_LARGE,
        /** Refused: what may be evicted would not make enough room. */
        NO_ROOM,
        /** Refused: it covers too few tokens, or is larger than all that may be written in a day. */
        NOT_ADMITTED,
        /** Refused: the store has written as much within a day as it may; try again later. */
        THROTTLED,
        /** It could not be written; only stores that never fail their caller say so, others throw. */
        FAILED
    }

    /** A result without a time to wait for. */
    public SaveResult(Outcome outcome, long bytes, int evicted, @Nullable IOException causeOrNull) {
        this(outcome, bytes, evicted, causeOrNull, null);
    }

    /** A result with nothing evicted and no cause. */
    public static SaveResult of(Outcome outcome, long bytes) {
        return new SaveResult(outcome, bytes, 0, null);
    }

    /** A refusal that holds for so long. */
    public static SaveResult throttled(long bytes, Duration retryAfter) {
        return new SaveResult(Outcome.THROTTLED, bytes, 0, null, retryAfter);
    }

    /** A failure. */
    public static SaveResult failed(long bytes, IOException cause) {
        return new SaveResult(Outcome.FAILED, bytes, 0, cause);
    }

    /** Whether a load finds the snapshot, or one that serves as well. */
    public boolean isLoadable() {
        return switch (outcome) {
            case STORED, REPLACED, ALREADY_PRESENT, QUEUED -> true;
            case TOO_LARGE, NO_ROOM, NOT_ADMITTED, THROTTLED, FAILED -> false;
        };
    }

    /** Why it failed. */
    public Optional<IOException> cause() {
        return Optional.ofNullable(causeOrNull);
    }

    /** How long a save that was throttled should wait. */
    public Optional<Duration> retryAfter() {
        return Optional.ofNullable(retryAfterOrNull);
    }
}
