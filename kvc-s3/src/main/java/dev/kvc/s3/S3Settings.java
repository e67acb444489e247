package dev.kvc.s3;

import dev.kvc.remote.RemoteSettings;
import dev.kvc.store.DataSize;
import dev.kvc.store.Settings;
import dev.kvc.store.spi.ImageReader;
import java.net.URI;
import java.time.Duration;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * How a store in S3 is kept: what its URI may say. docs/remote.md has a table of all, with what they are for.
 *
 * @param partBytes what a request carries at most, of an upload or of a load
 * @param parts how many parts of one snapshot are under way at once
 * @param heldBytes the largest payload that a load holds in memory to verify it before it returns, and how much of that
 *     memory is kept to be used again
 * @param maxTextBytes the longest text that is read
 * @param minTokens what a snapshot must cover to be saved
 * @param maxBytesPerDay what saves may write within a day; {@code Long.MAX_VALUE} for no limit
 * @param refresh how often it is looked what others have saved
 * @param skew by how much the clocks of those who share the store may differ
 * @param hitsEvery how often hits are written into the index
 * @param budgetBytes what {@code evictToBudget} leaves; {@code Long.MAX_VALUE} for no limit
 * @param encryption how the service encrypts
 * @param client how it is reached
 */
record S3Settings(
        int partBytes,
        int parts,
        long heldBytes,
        int maxTextBytes,
        long minTokens,
        long maxBytesPerDay,
        Duration refresh,
        Duration skew,
        Duration hitsEvery,
        long budgetBytes,
        Encryption encryption,
        ClientSettings client) {
    /** The service takes none that are shorter, and 10 000 of them. */
    private static final long MIN_PART_BYTES = 5 << 20;

    private static final long MAX_PART_BYTES = 512 << 20;
    private static final int MAX_UPLOAD_PARTS = 10_000;
    private static final int MIB = 1 << 20;

    /**
     * How a service is reached.
     *
     * @param region where the bucket is; {@code null} leaves it to the environment and the user's profile
     * @param endpoint another service than AWS; {@code null} for AWS
     * @param pathStyle whether the bucket stands in the path and not in the host's name
     * @param checksums which checksums requests carry, besides those that the files have
     * @param connections how many there are at most
     * @param connectTimeout for a connection
     * @param attemptTimeout for one attempt of a request of at most {@code partBytes}
     * @param timeout for a request with all its attempts
     * @param remote how often it is tried, and when the service counts as down
     */
    record ClientSettings(
            @Nullable String region,
            @Nullable URI endpoint,
            boolean pathStyle,
            Checksums checksums,
            int connections,
            Duration connectTimeout,
            Duration attemptTimeout,
            Duration timeout,
            RemoteSettings remote) {}

    /** Which checksums requests carry. */
    enum Checksums {
        /** Those that the service insists on: what every service understands. */
        WHEN_REQUIRED,
        /** All that AWS can check. */
        WHEN_SUPPORTED
    }

    /** The longest file that can be uploaded. */
    long maxFileBytes() {
        return (long) partBytes * MAX_UPLOAD_PARTS;
    }

    /** Reads all of them; what is wrong is a problem of {@code settings}. */
    static S3Settings read(Settings settings) {
        return new S3Settings(
                (int) size(
                        settings,
                        "part-size",
                        8L << 20,
                        "whole mebibytes from 5MiB to 512MiB",
                        bytes -> bytes >= MIN_PART_BYTES && bytes <= MAX_PART_BYTES && bytes % MIB == 0),
                count(settings, "parts", 1, 64, 4),
                size(settings, "hold", ImageReader.defaultHeldBytes(), "a size", bytes -> true),
                (int) size(
                        settings,
                        "max-text",
                        64L << 20,
                        "a size of at most 2147483639 bytes",
                        bytes -> bytes <= Integer.MAX_VALUE - 8),
                settings.count("min-tokens", 0, 0xFFFF_FFFFL).orElse(0L),
                size(settings, "max-writes-per-day", Long.MAX_VALUE, "a size above 0", bytes -> bytes > 0),
                duration(settings, "refresh", Duration.ofSeconds(10)),
                duration(settings, "clock-skew", Duration.ofMinutes(1)),
                duration(settings, "hits-every", Duration.ofHours(1)),
                size(settings, "budget", Long.MAX_VALUE, "a size above 0", bytes -> bytes > 0),
                encryption(settings),
                client(settings));
    }

    private static ClientSettings client(Settings settings) {
        @Nullable
        URI endpoint = settings.read("endpoint", "an http or https URI of a host", S3Settings::endpoint)
                .orElse(null);
        return new ClientSettings(
                settings.text("region").orElse(null),
                endpoint,
                settings.flag("path-style").orElse(endpoint != null),
                settings.oneOf("checksums", Checksums.class)
                        .orElse(endpoint == null ? Checksums.WHEN_SUPPORTED : Checksums.WHEN_REQUIRED),
                count(settings, "connections", 1, 1000, 32),
                settings.durationAboveZero("connect-timeout").orElse(Duration.ofSeconds(2)),
                settings.durationAboveZero("attempt-timeout").orElse(Duration.ofSeconds(15)),
                settings.durationAboveZero("timeout").orElse(Duration.ofSeconds(45)),
                RemoteSettings.read(settings));
    }

    private static @Nullable URI endpoint(String text) {
        URI uri = URI.create(text);
        boolean isHttp = "https".equals(uri.getScheme()) || "http".equals(uri.getScheme());
        return isHttp && uri.getHost() != null && uri.getUserInfo() == null ? uri : null;
    }

    private static Encryption encryption(Settings settings) {
        Encryption.@Nullable Kind kind =
                settings.oneOf("sse", Encryption.Kind.class).orElse(null);
        @Nullable String key = settings.text("sse-key").orElse(null);
        if (key != null && (kind == null || !kind.hasKeyId())) {
            settings.problem("sse-key is \"" + key + "\"; it goes with sse=kms or sse=kms-dsse");
        }
        return new Encryption(kind, key);
    }

    private static int count(Settings settings, String name, int min, int max, int otherwise) {
        return settings.count(name, min, max).orElse((long) otherwise).intValue();
    }

    private static long size(Settings settings, String name, long otherwise, String rule, Predicate<Long> holds) {
        return settings.read(name, rule, text -> {
                    long bytes = DataSize.parse(text).bytes();
                    return holds.test(bytes) ? bytes : null;
                })
                .orElse(otherwise);
    }

    private static Duration duration(Settings settings, String name, Duration otherwise) {
        return settings.duration(name).orElse(otherwise);
    }
}
