package dev.kvc.remote;

import dev.kvc.store.Settings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * How a service is asked that may not answer.
 *
 * @param attempts how often a request is made at most, 1 to 10
 * @param backoff how long it waits before it is made again, 1 ms or more; the second time twice as long, and so on,
 *     each time a random part more or less, so that those who failed together do not come back together
 * @param failuresToOpen how many requests in a row must fail before the service counts as down, 1 to 1000
 * @param openFor how long it is then not asked, 1 ms or more; after that one request is let through to see
 */
public record RemoteSettings(int attempts, Duration backoff, int failuresToOpen, Duration openFor) {
    /** 3 attempts, 50 ms before the second; down after 5 failures, for 5 s. */
    public static final RemoteSettings DEFAULT = new RemoteSettings(3, Duration.ofMillis(50), 5, Duration.ofSeconds(5));

    private static final int MAX_ATTEMPTS = 10;
    private static final int MAX_FAILURES = 1000;

    /**
     * Checks every setting.
     *
     * @throws IllegalArgumentException if one is out of its range; all of them are named
     */
    public RemoteSettings {
        List<String> problems = new ArrayList<>();
        check(problems, "attempts", attempts, attempts >= 1 && attempts <= MAX_ATTEMPTS, "1 to " + MAX_ATTEMPTS);
        check(problems, "retry-delay", backoff, backoff.toMillis() >= 1, "1ms or more");
        check(
                problems,
                "breaker-failures",
                failuresToOpen,
                failuresToOpen >= 1 && failuresToOpen <= MAX_FAILURES,
                "1 to " + MAX_FAILURES);
        check(problems, "breaker-delay", openFor, openFor.toMillis() >= 1, "1ms or more");
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", problems));
        }
    }

    private static void check(List<String> problems, String name, Object value, boolean holds, String rule) {
        if (!holds) {
            problems.add(name + " is " + value + "; it must be " + rule);
        }
    }

    /**
     * Reads {@code attempts}, {@code retry-delay}, {@code breaker-failures} and {@code breaker-delay}; each has its
     * default. What is wrong is a problem of {@code settings}.
     */
    public static RemoteSettings read(Settings settings) {
        return new RemoteSettings(
                settings.count("attempts", 1, MAX_ATTEMPTS)
                        .orElse((long) DEFAULT.attempts)
                        .intValue(),
                duration(settings, "retry-delay", DEFAULT.backoff),
                settings.count("breaker-failures", 1, MAX_FAILURES)
                        .orElse((long) DEFAULT.failuresToOpen)
                        .intValue(),
                duration(settings, "breaker-delay", DEFAULT.openFor));
    }

    private static Duration duration(Settings settings, String name, Duration otherwise) {
        Duration value = settings.duration(name).orElse(otherwise);
        if (value.toMillis() >= 1) {
            return value;
        }
        settings.problem(name + " is " + value.toMillis() + "ms; it must be 1ms or more");
        return otherwise;
    }
}
