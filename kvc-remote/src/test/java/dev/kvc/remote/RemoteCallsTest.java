package dev.kvc.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvc.store.StoreHealth;
import dev.kvc.store.StoreHealth.State;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A service that fails, seen by its callers. */
class RemoteCallsTest {
    private static final Duration TICK = Duration.ofMillis(1);
    private static final Duration FOR_EVER = Duration.ofDays(1);

    private final AtomicInteger asked = new AtomicInteger();

    private static RemoteCalls calls(int attempts, int failures, Duration openFor) {
        return new RemoteCalls(
                "the service",
                new RemoteSettings(attempts, TICK, failures, openFor),
                InstantSource.fixed(Instant.ofEpochSecond(77)),
                failure -> !failure.getMessage().startsWith("an answer"));
    }

    /** Fails so many times, and then answers. */
    private RemoteCalls.Call<String> failing(int times) {
        return () -> {
            if (asked.incrementAndGet() <= times) {
                throw new IOException("no route");
            }
            return "answer";
        };
    }

    @Test
    void callThatFailsIsMadeAgain() throws IOException {
        assertThat(calls(3, 10, FOR_EVER).call("load", failing(2))).isEqualTo("answer");
        assertThat(asked.get()).isEqualTo(3);
    }

    @Test
    void lastFailureIsThrownWhenAllAttemptsFailed() {
        assertThatThrownBy(() -> calls(3, 10, FOR_EVER).call("load", failing(9)))
                .isInstanceOf(IOException.class)
                .hasMessage("no route");
        assertThat(asked.get()).isEqualTo(3);
    }

    @Test
    void callThatCannotBeRepeatedIsMadeOnce() {
        assertThatThrownBy(() -> calls(3, 10, FOR_EVER).callOnce("save", failing(1)))
                .hasMessage("no route");
        assertThat(asked.get()).isEqualTo(1);
    }

    @Test
    void answerThatIsAnExceptionIsNeitherRepeatedNorAFailure() {
        RemoteCalls calls = calls(3, 1, FOR_EVER);
        for (int i = 0; i < 5; i++) {
            assertThatThrownBy(() -> calls.call("load", () -> {
                        asked.incrementAndGet();
                        throw new IOException("an answer: not permitted");
                    }))
                    .hasMessage("an answer: not permitted");
        }
        assertThat(asked.get()).isEqualTo(5);
        assertThat(calls.health()).isEqualTo(StoreHealth.UP);
    }

    @Test
    void serviceThatIsDownIsNotAsked() {
        RemoteCalls calls = calls(1, 3, FOR_EVER);
        for (int i = 0; i < 10; i++) {
            assertThatThrownBy(() -> calls.call("load", failing(100))).isInstanceOf(IOException.class);
        }
        assertThat(asked.get()).isEqualTo(3);
        assertThatThrownBy(() -> calls.callOnce("save", failing(100)))
                .hasMessageContaining("the service is not asked to save")
                .hasMessageContaining("no route");
        assertThat(calls.health()).isEqualTo(new StoreHealth(State.DOWN, 3, "load: java.io.IOException: no route", 77));
    }

    @Test
    void serviceThatIsDownIsFoundToBeUpAgain() throws IOException {
        RemoteCalls calls = calls(1, 1, TICK);
        assertThatThrownBy(() -> calls.call("load", failing(1))).hasMessage("no route");
        assertThat(calls.health().state()).isEqualTo(State.DOWN);
        String answer = null;
        while (answer == null) {
            answer = orNull(calls);
        }
        assertThat(answer).isEqualTo("answer");
        assertThat(calls.health().state()).isEqualTo(State.UP);
        assertThat(calls.health().failures()).isEqualTo(1);
    }

    private String orNull(RemoteCalls calls) {
        try {
            return calls.call("load", failing(1));
        } catch (IOException e) {
            return null;
        }
    }

    @Test
    void interruptIsNoFailureOfTheService() {
        RemoteCalls calls = calls(3, 1, FOR_EVER);
        assertThatThrownBy(() -> calls.call("load", () -> {
                    throw new InterruptedIOException("interrupted");
                }))
                .isInstanceOf(InterruptedIOException.class);
        assertThat(calls.health()).isEqualTo(StoreHealth.UP);
    }

    @Test
    void interruptEndsThePauseBeforeTheNextAttempt() {
        RemoteCalls calls = new RemoteCalls(
                "the service", new RemoteSettings(3, FOR_EVER, 10, FOR_EVER), InstantSource.system(), failure -> true);
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> calls.call("load", failing(9)))
                .isInstanceOf(InterruptedIOException.class)
                .hasMessageContaining("the service");
        assertThat(Thread.interrupted()).isTrue();
        assertThat(asked.get()).isEqualTo(1);
    }

    @Test
    void bugIsThrownAsItIs() {
        assertThatThrownBy(() -> calls(3, 1, FOR_EVER).call("load", () -> {
                    asked.incrementAndGet();
                    throw new IllegalStateException("a bug");
                }))
                .isInstanceOf(IllegalStateException.class);
        assertThat(asked.get()).isEqualTo(1);
    }
}
