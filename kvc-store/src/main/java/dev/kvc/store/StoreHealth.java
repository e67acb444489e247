package dev.kvc.store;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Whether a store answers now, for all that it knows without asking anybody.
 *
 * @param state whether it does
 * @param failures requests that failed since it was opened, those that were tried again and then did not included
 * @param lastFailureOrNull what went wrong last; {@code null} for nothing yet
 * @param lastFailureUnix when, in seconds since 1970; 0 for never
 */
public record StoreHealth(
        State state, long failures, @Nullable String lastFailureOrNull, long lastFailureUnix) {
    /** How it stands with a store. */
    public enum State {
        /** It answers, or nothing has shown that it does not. */
        UP,
        /** It did not answer, and a few requests are let through to see whether it does again. */
        PROBING,
        /** It does not answer; requests fail at once, without waiting for it. */
        DOWN
    }

    /** A store that has not failed. */
    public static final StoreHealth UP = new StoreHealth(State.UP, 0, null, 0);

    /** What went wrong last. */
    public Optional<String> lastFailure() {
        return Optional.ofNullable(lastFailureOrNull);
    }
}
