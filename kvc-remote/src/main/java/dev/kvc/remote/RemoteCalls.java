package dev.kvc.remote;

import dev.failsafe.CircuitBreaker;
import dev.failsafe.CircuitBreakerOpenException;
import dev.failsafe.Failsafe;
import dev.failsafe.FailsafeException;
import dev.failsafe.FailsafeExecutor;
import dev.failsafe.RetryPolicy;
import dev.kvc.format.UnixTime;
import dev.kvc.store.StoreHealth;
import dev.kvc.store.StoreHealth.State;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.InstantSource;
import java.util.function.Predicate;

/**
 * Requests of one service.
 *
 * <p>A request that fails is made again, a few times and after a pause with a random part, if the failure may pass and
 * the request can be repeated. When so many have failed one after the other, the service counts as down: for a while
 * requests fail at once, without a byte sent, and then one is let through; if it succeeds, all are. So a service that
 * is down costs its callers nothing, and one that comes up again is not met by everybody at once.
 *
 * <p>A failure is an {@code IOException} that {@code isTransient} says yes to: the service did not answer, or said that
 * it cannot now. What it says no to, such as a damaged snapshot or a missing permission, was an answer: it is thrown,
 * not tried again, and no sign that the service is down. How long a single request takes is bounded by whoever makes
 * it.
 *
 * <p>Safe from any thread.
 */
public final class RemoteCalls {
    private static final System.Logger LOG = System.getLogger("dev.kvc.remote");
    private static final double JITTER = 0.5;
    private static final int LONGEST_BACKOFF = 16;

    private final String service;
    private final InstantSource clock;
    private final Predicate<IOException> isTransient;
    private final CircuitBreaker<Object> breaker;
    private final FailsafeExecutor<Object> repeated;
    private final FailsafeExecutor<Object> once;
    /** How often it failed, and how last; its state is the breaker's. */
    private volatile StoreHealth failures = StoreHealth.UP;

    /**
     * Requests of a service that nobody has been made of yet.
     *
     * @param service what it is called in messages: no user name or password in it
     * @param clock the time of the last failure
     * @param isTransient whether a failure may pass
     */
    public RemoteCalls(
            String service, RemoteSettings settings, InstantSource clock, Predicate<IOException> isTransient) {
        this.service = service;
        this.clock = clock;
        this.isTransient = isTransient;
        this.breaker = CircuitBreaker.builder()
                .handleIf(this::isFailure)
                .withFailureThreshold(settings.failuresToOpen())
                .withDelay(settings.openFor())
                .onOpen(event -> LOG.log(
                        System.Logger.Level.WARNING,
                        () -> service + " is down: " + failures.lastFailure().orElse("no answer")))
                .onClose(event -> LOG.log(System.Logger.Level.INFO, () -> service + " is up again"))
                .build();
        RetryPolicy<Object> retry = RetryPolicy.builder()
                .handleIf(this::isFailure)
                .withMaxAttempts(settings.attempts())
                .withBackoff(settings.backoff(), settings.backoff().multipliedBy(LONGEST_BACKOFF))
                .withJitter(JITTER)
                .build();
        this.repeated = Failsafe.with(retry, breaker);
        this.once = Failsafe.with(breaker);
    }

    private boolean isFailure(Throwable thrown) {
        return thrown instanceof IOException e && !(e instanceof InterruptedIOException) && isTransient.test(e);
    }

    /** A request. */
    @FunctionalInterface
    public interface Call<T> {
        /** Makes it, and waits for the answer. */
        T run() throws IOException;
    }

    /**
     * Makes a request that can be repeated.
     *
     * @param operation what it is for, for messages: {@code load}
     * @throws IOException if it failed each time, or the service is down
     */
    public <T> T call(String operation, Call<T> call) throws IOException {
        return run(repeated, operation, call);
    }

    /**
     * Makes a request that can be made only once.
     *
     * @param operation what it is for, for messages: {@code save}
     * @throws IOException if it failed, or the service is down
     */
    public <T> T callOnce(String operation, Call<T> call) throws IOException {
        return run(once, operation, call);
    }

    private <T> T run(FailsafeExecutor<Object> executor, String operation, Call<T> call) throws IOException {
        try {
            return executor.get(() -> noting(operation, call));
        } catch (CircuitBreakerOpenException e) {
            throw new IOException(
                    service + " is not asked to " + operation + ": it is down since "
                            + health().lastFailure().orElse("it did not answer"),
                    e);
        } catch (FailsafeException e) {
            throw cause(operation, e);
        }
    }

    private <T> T noting(String operation, Call<T> call) throws IOException {
        try {
            return call.run();
        } catch (IOException e) {
            if (isFailure(e)) {
                failed(operation, e);
            }
            throw e;
        }
    }

    private synchronized void failed(String operation, IOException cause) {
        long now = UnixTime.now(clock);
        failures = new StoreHealth(State.UP, failures.failures() + 1, operation + ": " + cause, now);
    }

    private IOException cause(String operation, FailsafeException wrapper) {
        if (wrapper.getCause() instanceof IOException io) {
            return io;
        } else if (wrapper.getCause() instanceof InterruptedException) {
            Thread.currentThread().interrupt();
            InterruptedIOException interrupted =
                    new InterruptedIOException("interrupted before " + service + " was asked again to " + operation);
            interrupted.initCause(wrapper);
            return interrupted;
        }
        return new IOException(service + " failed to " + operation, wrapper);
    }

    /** How it stands with the service, as far as the requests have told. */
    public StoreHealth health() {
        StoreHealth seen = failures;
        return new StoreHealth(state(), seen.failures(), seen.lastFailureOrNull(), seen.lastFailureUnix());
    }

    private State state() {
        return switch (breaker.getState()) {
            case CLOSED -> State.UP;
            case HALF_OPEN -> State.PROBING;
            case OPEN -> State.DOWN;
        };
    }
}
