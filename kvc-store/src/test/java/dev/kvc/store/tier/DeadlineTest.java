package dev.kvc.store.tier;

import static dev.kvc.store.tier.TierFixtures.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** So much time for a tier, and no more. */
class DeadlineTest {
    private static final Duration AMPLE = Duration.ofMinutes(1);
    private static final Duration SHORT = Duration.ofMillis(20);

    private final ExecutorService callers = Executors.newCachedThreadPool();
    private Deadline deadline = new Deadline(AMPLE);

    @AfterEach
    void close() {
        deadline.close();
        callers.shutdownNow();
    }

    private void use(Duration time) {
        deadline.close();
        deadline = new Deadline(time);
    }

    @Test
    void healthyTierMayBeAskedByMoreThanMayBeLeftBehind() throws Exception {
        int many = 3 * Deadline.MAX_LEFT_BEHIND;
        CountDownLatch asking = new CountDownLatch(many);
        List<Future<Integer>> answers = new ArrayList<>();
        for (int i = 0; i < many; i++) {
            int number = i;
            answers.add(callers.submit(() -> deadline.answer(
                    () -> {
                        asking.countDown();
                        await(asking);
                        return number;
                    },
                    late -> {})));
        }
        for (int i = 0; i < many; i++) {
            assertThat(answers.get(i).get()).isEqualTo(i);
        }
    }

    @Test
    void thoseBeyondTheTurnsWaitForOne() throws Exception {
        int many = Deadline.MAX_ASKING + 20;
        CountDownLatch begun = new CountDownLatch(Deadline.MAX_ASKING);
        CountDownLatch release = new CountDownLatch(1);
        List<Future<Integer>> answers = new ArrayList<>();
        for (int i = 0; i < many; i++) {
            int number = i;
            answers.add(callers.submit(() -> deadline.answer(
                    () -> {
                        begun.countDown();
                        await(release);
                        return number;
                    },
                    late -> {})));
        }
        begun.await();
        release.countDown();
        for (int i = 0; i < many; i++) {
            assertThat(answers.get(i).get()).isEqualTo(i);
        }
    }

    @Test
    void tierThatDoesNotAnswerIsSoonNotAskedAndLaterAskedAgain() throws Exception {
        use(SHORT);
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch ended = new CountDownLatch(Deadline.MAX_LEFT_BEHIND);
        for (int i = 0; i < Deadline.MAX_LEFT_BEHIND; i++) {
            assertThatThrownBy(() -> deadline.answer(() -> stubborn(release, ended), late -> {}))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("no answer within the deadline of PT0.02S");
        }
        assertThatThrownBy(() -> deadline.answer(() -> 1, late -> {}))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("still without an answer");
        release.countDown();
        ended.await();
        while (answerOrNull() == null) {
            Thread.onSpinWait();
        }
    }

    /** What does not end when it is interrupted. */
    private static int stubborn(CountDownLatch release, CountDownLatch ended) {
        boolean released = false;
        while (!released) {
            try {
                release.await();
                released = true;
            } catch (InterruptedException e) {
                assertThat(Thread.currentThread().isInterrupted()).isFalse();
            }
        }
        ended.countDown();
        return 1;
    }

    private Integer answerOrNull() {
        try {
            return deadline.answer(() -> 1, late -> {});
        } catch (IOException e) {
            return null;
        }
    }

    @Test
    void lateAnswerIsThrownAwayAndItsThreadInterrupted() throws Exception {
        use(SHORT);
        CompletableFuture<String> thrownAway = new CompletableFuture<>();
        CountDownLatch never = new CountDownLatch(1);
        assertThatThrownBy(() -> deadline.answer(
                        () -> {
                            try {
                                never.await();
                            } catch (InterruptedException e) {
                                return "late";
                            }
                            return "never";
                        },
                        thrownAway::complete))
                .isInstanceOf(IOException.class);
        assertThat(thrownAway.get()).isEqualTo("late");
    }

    @Test
    void failureAndBugAreThoseOfTheTier() {
        assertThatThrownBy(() -> deadline.answer(
                        () -> {
                            throw new IOException("no route");
                        },
                        late -> {}))
                .isInstanceOf(IOException.class)
                .hasMessage("no route");
        assertThatThrownBy(() -> deadline.answer(
                        () -> {
                            throw new IllegalStateException("a bug");
                        },
                        late -> {}))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void interruptedCallerGoesOn() {
        CountDownLatch never = new CountDownLatch(1);
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> deadline.answer(
                        () -> {
                            await(never);
                            return 1;
                        },
                        late -> {}))
                .isInstanceOf(InterruptedIOException.class);
        assertThat(Thread.interrupted()).isTrue();
    }
}
