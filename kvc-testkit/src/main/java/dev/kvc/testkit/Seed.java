package dev.kvc.testkit;

import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.LifecycleMethodExecutionExceptionHandler;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;

/**
 * The seed of everything random in one test. Each test has another one on each run; a failure says how to run it again
 * with the same: {@code -Dkvc.seed=}.
 */
final class Seed implements TestExecutionExceptionHandler, LifecycleMethodExecutionExceptionHandler {
    private static final String PROPERTY = "kvc.seed";

    private final long value;

    Seed() {
        Long given = Long.getLong(PROPERTY);
        value = given == null ? ThreadLocalRandom.current().nextLong() : given;
    }

    /** A generator at the beginning of its sequence. */
    Random random() {
        return new Random(value);
    }

    @Override
    public void handleTestExecutionException(ExtensionContext context, Throwable failure) throws Throwable {
        throw explained(failure);
    }

    @Override
    public void handleAfterEachMethodExecutionException(ExtensionContext context, Throwable failure) throws Throwable {
        throw explained(failure);
    }

    private Throwable explained(Throwable failure) {
        failure.addSuppressed(new Replay("to run this again: -D" + PROPERTY + "=" + value));
        return failure;
    }

    /** A note in the stack trace of a failure. */
    private static final class Replay extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Replay(String message) {
            super(message, null, false, false);
        }
    }
}
