package dev.kvc.s3;

import dev.kvc.s3.S3Settings.Checksums;
import dev.kvc.s3.S3Settings.ClientSettings;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.StandardRetryStrategy;
import software.amazon.awssdk.retries.api.BackoffStrategy;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;

/** Makes the SDK's client, and the timer that ends its requests when they take too long. */
final class Clients {
    private static final int LONGEST_BACKOFF = 16;
    private static final Duration SHORTEST_TICK = Duration.ofMillis(100);
    private static final Duration LONGEST_TICK = Duration.ofMinutes(1);

    /** For services other than AWS, which take any and want one. */
    private static final Region ANY = Region.US_EAST_1;

    private Clients() {}

    /**
     * A timer for a client, which does not close it. The SDK's own wakes a thread for each request, which costs a small
     * one a tenth of its time or more, and remembers requests that have been answered until their time is over. This
     * one always has something else to wait for before, and forgets them at once.
     */
    @SuppressWarnings("FutureReturnValueIgnored") // what does nothing cannot fail
    static ScheduledExecutorService timer(ClientSettings settings, ThreadFactory threads) {
        ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, threads);
        timer.setRemoveOnCancelPolicy(true);
        long tick = tick(settings).toMillis();
        timer.scheduleWithFixedDelay(() -> {}, tick, tick, TimeUnit.MILLISECONDS);
        return timer;
    }

    /** Sooner than any request is over; where limits are very short, not as often. */
    static Duration tick(ClientSettings settings) {
        Duration half = Collections.min(List.of(settings.attemptTimeout(), settings.timeout()))
                .dividedBy(2);
        return Collections.max(List.of(SHORTEST_TICK, Collections.min(List.of(half, LONGEST_TICK))));
    }

    /** A client with the credentials that the SDK's default chain finds. */
    static S3ClientBuilder builder(ClientSettings settings, ScheduledExecutorService timer) {
        S3ClientBuilder builder = S3Client.builder()
                .httpClientBuilder(Apache5HttpClient.builder()
                        .maxConnections(settings.connections())
                        .connectionTimeout(settings.connectTimeout())
                        .connectionAcquisitionTimeout(settings.attemptTimeout())
                        .socketTimeout(settings.attemptTimeout()))
                .overrideConfiguration(override -> override.apiCallAttemptTimeout(settings.attemptTimeout())
                        .apiCallTimeout(settings.timeout())
                        .scheduledExecutorService(timer)
                        .retryStrategy(retries(settings)))
                .forcePathStyle(settings.pathStyle())
                .requestChecksumCalculation(
                        settings.checksums() == Checksums.WHEN_REQUIRED
                                ? RequestChecksumCalculation.WHEN_REQUIRED
                                : RequestChecksumCalculation.WHEN_SUPPORTED)
                // Every file has its own, and they are compared wherever it was read from.
                .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED);
        if (settings.endpoint() != null) {
            builder.endpointOverride(settings.endpoint()).region(ANY);
        }
        if (settings.region() != null) {
            builder.region(Region.of(settings.region()));
        }
        return builder;
    }

    /** Each pause anywhere between none and one that doubles, so that who failed together does not return together. */
    private static StandardRetryStrategy retries(ClientSettings settings) {
        Duration pause = settings.remote().backoff();
        BackoffStrategy backoff = BackoffStrategy.exponentialDelay(pause, pause.multipliedBy(LONGEST_BACKOFF));
        return AwsRetryStrategy.standardRetryStrategy().toBuilder()
                .maxAttempts(settings.remote().attempts())
                .backoffStrategy(backoff)
                .throttlingBackoffStrategy(backoff)
                .build();
    }
}
