package dev.kvc.s3;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvc.format.KvcKey;
import dev.kvc.s3.S3Settings.ClientSettings;
import dev.kvc.store.KvStore;
import dev.kvc.store.Settings;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The timer that ends requests, which the SDK's client leaves to who made it. */
class ClientsTest extends S3Fixture {
    @Test
    void requestThatWasAnsweredIsForgottenAtOnceAndNeverTheNextThingToWaitFor() {
        ClientSettings settings = limits("9s", "20s");
        ScheduledThreadPoolExecutor timer =
                (ScheduledThreadPoolExecutor) Clients.timer(settings, Executors.defaultThreadFactory());
        try {
            Future<?> attempt =
                    timer.schedule(() -> {}, settings.attemptTimeout().toMillis(), TimeUnit.MILLISECONDS);
            assertThat(timer.getQueue()).hasSize(2).last().isSameAs(attempt);
            attempt.cancel(false);
            assertThat(timer.getQueue()).hasSize(1);
        } finally {
            timer.shutdownNow();
        }
    }

    @ParameterizedTest
    @CsvSource({"1ms, 45s, 100", "15s, 3ms, 100", "15s, 45s, 7500", "20000000d, 20000000d, 60000"})
    void itWakesRarelyHoweverShortOrLongTheLimits(String attempt, String all, long millis) {
        assertThat(Clients.tick(limits(attempt, all))).hasMillis(millis);
    }

    private static ClientSettings limits(String attempt, String all) {
        return S3Settings.read(new Settings(
                        "test", Map.of("region", "eu-central-1", "attempt-timeout", attempt, "timeout", all)))
                .client();
    }

    @Test
    void closingTheStoreEndsItsThreads() throws Exception {
        Set<Thread> before = threads();
        KvStore store = open("");
        save(store, draft("a"));
        store.load(KvcKey.of("a")).orElseThrow().close();
        Set<Thread> its = threads();
        its.removeAll(before);
        assertThat(its).isNotEmpty();
        store.close();
        for (Thread thread : its) {
            thread.join(TimeUnit.MINUTES.toMillis(1));
            assertThat(thread.isAlive()).isFalse();
        }
    }

    private static Set<Thread> threads() {
        Set<Thread> threads = new HashSet<>(Thread.getAllStackTraces().keySet());
        threads.removeIf(thread -> !thread.getName().startsWith("kvc-s3"));
        return threads;
    }
}
