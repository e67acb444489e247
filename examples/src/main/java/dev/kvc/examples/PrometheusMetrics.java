package dev.kvc.examples;

import dev.kvc.format.KvcKey;
import dev.kvc.micrometer.KvcMetrics;
import dev.kvc.store.DataSize;
import dev.kvc.store.KvStore;
import dev.kvc.store.PrefixQuery;
import dev.kvc.store.Snapshot;
import dev.kvc.store.SnapshotDraft;
import dev.kvc.store.fs.FileSystemKvStore;
import dev.kvc.store.memory.CaffeineKvStore;
import dev.kvc.store.tier.TieredKvStore;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Meters of a cache, as Prometheus reads them.
 *
 * <p>They are read from the counters that the store keeps anyhow; only the timers need requests to pass through
 * {@link KvcMetrics#timed}. A server would answer {@code GET /metrics} with what is printed here: {@code scrape()}.
 *
 * <p>To run it:
 *
 * <pre>{@code
 * java -cp examples/target/classes:$(cat examples/target/class-path) dev.kvc.examples.PrometheusMetrics [directory]
 * }</pre>
 */
public final class PrometheusMetrics {
    private static final String SYSTEM_PROMPT = "You are a helpful assistant.";

    private PrometheusMetrics() {}

    /** Runs the example in a directory, a temporary one by default. */
    public static void main(String[] args) throws IOException {
        try (WorkDirectory directory = WorkDirectory.of(args)) {
            run(directory.path(), System.out);
        }
    }

    static void run(Path directory, PrintStream out) throws IOException {
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        try (TieredKvStore store = open(directory);
                KvcMetrics metrics = KvcMetrics.of(store, "agents").withTierNames("memory", "disk")) {
            metrics.bindTo(registry);
            serve(metrics.timed());
            out.print(registry.scrape());
        }
    }

    private static TieredKvStore open(Path directory) throws IOException {
        KvStore memory =
                CaffeineKvStore.builder().budget(DataSize.ofMebibytes(4)).build();
        KvStore disk = FileSystemKvStore.builder(directory)
                .budget(DataSize.ofMebibytes(64))
                .open();
        return TieredKvStore.of(List.of(memory, disk));
    }

    /** A save, two prompts that begin with what was saved, one that does not, and a key that nobody has saved. */
    private static void serve(KvStore store) throws IOException {
        store.save(SnapshotDraft.builder()
                .text(SYSTEM_PROMPT)
                .payload(new byte[100_000])
                .tokenCount(6)
                .build());
        for (String prompt : List.of(SYSTEM_PROMPT + " Who am I?", SYSTEM_PROMPT + " Who are you?", "Hello.")) {
            close(store.loadLongestPrefix(PrefixQuery.of(prompt)));
        }
        close(store.load(KvcKey.of("another text")));
    }

    private static void close(Optional<Snapshot> found) throws IOException {
        if (found.isPresent()) {
            found.get().close();
        }
    }
}
