package dev.kvc.redis;

import io.lettuce.core.RedisCommandExecutionException;
import java.io.IOException;
import java.util.List;

/** Redis did not do what it was asked. */
final class RedisFailure extends IOException {
    private static final long serialVersionUID = 1L;
    private static final List<String> PASSING =
            List.of("LOADING", "BUSY", "CLUSTERDOWN", "MASTERDOWN", "TRYAGAIN", "READONLY", "NOREPLICAS", "UNBLOCKED");

    private final boolean mayPass;
    private final boolean isOutOfMemory;

    private RedisFailure(String message, Throwable cause, boolean mayPass, boolean isOutOfMemory) {
        super(message, cause);
        this.mayPass = mayPass;
        this.isOutOfMemory = isOutOfMemory;
    }

    /** What {@code cause} means: an answer of the server, which says it will not, or no answer. */
    static RedisFailure of(String server, Throwable cause) {
        String message = server + ": " + (cause.getMessage() == null ? cause : cause.getMessage());
        if (cause instanceof RedisCommandExecutionException && cause.getMessage() != null) {
            String answer = cause.getMessage();
            boolean passes = PASSING.stream().anyMatch(answer::startsWith);
            return new RedisFailure(message, cause, passes, answer.startsWith("OOM"));
        }
        return new RedisFailure(message, cause, true, false);
    }

    /** Whether it may go another time. */
    boolean mayPass() {
        return mayPass;
    }

    /** Whether the server has no memory left, and may evict nothing. */
    boolean isOutOfMemory() {
        return isOutOfMemory;
    }
}
