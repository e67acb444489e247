package dev.kvc.examples;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.inject.Guice;
import com.google.inject.Injector;
import dev.kvc.guice.KvcCaches;
import dev.kvc.guice.KvcModule;
import dev.kvc.micrometer.KvcMetrics;
import dev.kvc.store.DataSize;
import dev.kvc.store.KvStore;
import dev.kvc.store.KvStores;
import dev.kvc.store.Payload;
import dev.kvc.store.PayloadSource;
import dev.kvc.store.PrefixQuery;
import dev.kvc.store.Snapshot;
import dev.kvc.store.SnapshotDraft;
import dev.kvc.store.tier.TieredKvStore;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The code in the README, compiled and run. */
class ReadmeTest {
    private static final Path SOURCE = Path.of("src/test/java/dev/kvc/examples/ReadmeTest.java");

    @TempDir
    private Path directory;

    @FunctionalInterface
    private interface Engine {
        void resume(Payload state, long tokens) throws IOException;
    }

    private static void example(
            Path directory, String prompt, PayloadSource state, int tokens, String nextPrompt, Engine engine)
            throws IOException {
        // example: begin
        KvStore memory = KvStores.open("memory:?budget=64MiB");
        KvStore disk = KvStores.open(directory.toUri() + "?budget=8GiB&policy=size-weighted");
        try (KvStore store = TieredKvStore.of(List.of(memory, disk))) {
            store.save(SnapshotDraft.builder()
                    .text(prompt)
                    .payload(state)
                    .tokenCount(tokens)
                    .build());
            Optional<Snapshot> longest = store.loadLongestPrefix(PrefixQuery.of(nextPrompt));
            if (longest.isPresent()) {
                try (Snapshot hit = longest.get()) {
                    engine.resume(hit.payload(), hit.info().header().tokenCount());
                }
            }
        }
        // example: end
    }

    @Test
    void exampleResumesFromTheLongestBeginning() throws IOException {
        byte[] state = {1, 2, 3};
        byte[][] resumed = new byte[1][];
        example(
                directory.resolve("kvc"),
                "You are a helpful assistant.",
                PayloadSource.of(state),
                6,
                "You are a helpful assistant. Who am I?",
                (payload, tokens) -> {
                    assertThat(tokens).isEqualTo(6);
                    resumed[0] = payload.toByteArray();
                });
        assertThat(resumed[0]).isEqualTo(state);
    }

    private static Injector guice(Path directory, Path agents) {
        // guice: begin
        return Guice.createInjector(KvcModule.builder()
                .cache(cache -> cache.memory(DataSize.ofMebibytes(512)).disk(directory, DataSize.ofGibibytes(8)))
                .cache(
                        "agents",
                        cache -> cache.disk(agents, DataSize.ofGibibytes(2)).policy("ds4"))
                .build());
        // guice: end
    }

    @Test
    void cachesOfTheGuiceExampleOpen() throws IOException {
        Injector injector = guice(directory.resolve("kvc"), directory.resolve("agents"));
        try (KvcCaches caches = injector.getInstance(KvcCaches.class)) {
            assertThat(caches.names()).containsExactly("agents", KvcCaches.DEFAULT);
            assertThat(caches.get("agents").stats().budgetBytes()).isEqualTo(2L << 30);
        }
    }

    private static KvStore measured(KvStore store, MeterRegistry registry) {
        // metrics: begin
        KvcMetrics metrics = KvcMetrics.of(store, "agents");
        metrics.bindTo(registry);
        KvStore timed = metrics.timed();
        // metrics: end
        return timed;
    }

    private static void measured(KvcCaches caches, MeterRegistry registry) {
        // guice-metrics: begin
        for (String name : caches.names()) {
            KvcMetrics.of(caches.get(name), name).bindTo(registry);
        }
        // guice-metrics: end
    }

    @Test
    void cachesOfTheGuiceExampleAreMeasured() throws IOException {
        MeterRegistry registry = new SimpleMeterRegistry();
        Injector injector = guice(directory.resolve("kvc"), directory.resolve("agents"));
        try (KvcCaches caches = injector.getInstance(KvcCaches.class)) {
            measured(caches, registry);
            assertThat(registry.get("cache.gets").functionCounters()).hasSize(4);
            assertThat(registry.get("kvc.tier.size").gauges()).hasSize(2);
        }
    }

    @Test
    void storeOfTheMetricsExampleIsTimed() throws IOException {
        MeterRegistry registry = new SimpleMeterRegistry();
        try (KvStore store = measured(KvStores.open("memory:?budget=64MiB"), registry)) {
            assertThat(store.loadLongestPrefix(PrefixQuery.of("a prompt"))).isEmpty();
            assertThat(registry.get("cache.gets.latency").timers())
                    .extracting(Timer::count)
                    .containsOnlyOnce(1L);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"example", "guice", "metrics", "guice-metrics"})
    void codeInTheReadmeIsTheOneThatRuns(String name) throws IOException {
        String readme = Files.readString(Path.of("../README.md"));
        String run = between(Files.readString(SOURCE), "// " + name + ": begin\n", "// " + name + ": end");
        assertThat(between(readme, "<!-- " + name + " -->\n```java\n", "```"))
                .isEqualToIgnoringWhitespace(run.replace("return ", ""));
    }

    private static String between(String text, String begin, String end) {
        assertThat(text).contains(begin);
        int start = text.indexOf(begin) + begin.length();
        return text.substring(start, text.indexOf(end, start));
    }
}
