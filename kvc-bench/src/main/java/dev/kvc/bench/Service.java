package dev.kvc.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** What remote stores are in. */
enum Service {
    REDIS("Redis", "SET", true, Duration.ofSeconds(3), Duration.ofMillis(1_500)) {
        @Override
        boolean isInstalled() {
            return RedisProcess.isInstalled();
        }

        @Override
        Remote start(Path directory) throws IOException {
            return RedisProcess.start(directory);
        }
    },
    /** Its client goes through so much code that the compiler is busy for long. */
    S3("S3", "PUT", false, Duration.ofSeconds(6), Duration.ofSeconds(6)) {
        @Override
        boolean isInstalled() {
            return true;
        }

        @Override
        Remote start(Path directory) throws IOException {
            return S3Process.start();
        }
    };

    private final String title;
    private final String writing;
    private final boolean isInShortSet;
    private final Duration smallWarmUp;
    private final Duration warmUp;

    Service(String title, String writing, boolean isInShortSet, Duration smallWarmUp, Duration warmUp) {
        this.title = title;
        this.writing = writing;
        this.isInShortSet = isInShortSet;
        this.smallWarmUp = smallWarmUp;
        this.warmUp = warmUp;
    }

    /** Those that there is a server of. */
    static List<Service> installed() {
        return Stream.of(values()).filter(Service::isInstalled).toList();
    }

    abstract boolean isInstalled();

    /** Starts an empty server, which the caller closes. */
    abstract Remote start(Path directory) throws IOException;

    /** What tables call it. */
    String title() {
        return title;
    }

    /** What names of scenarios call it. */
    String id() {
        return title.toLowerCase(Locale.ROOT);
    }

    /** What names of scenarios of a stack with it begin with; Redis's were the first. */
    String stackId() {
        return this == REDIS ? "stack" : "stack-" + id();
    }

    /** The request that writes. */
    String writing() {
        return writing;
    }

    /** Whether the short set measures it. */
    boolean isInShortSet() {
        return isInShortSet;
    }

    /** A scenario with it, of payloads of so many bytes. */
    Scenario scenario(Scenario scenario, int bytes) {
        Scenario warm = scenario.warmedUpFor(bytes <= 1 << 20 ? smallWarmUp : warmUp);
        return isInShortSet ? warm : warm.onlyInFull();
    }
}
