package dev.kvc.micrometer;

import static dev.kvc.micrometer.Stores.disk;
import static dev.kvc.micrometer.Stores.draft;
import static dev.kvc.micrometer.Stores.load;
import static dev.kvc.micrometer.Stores.memory;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvc.format.KvcKey;
import dev.kvc.format.Namespace;
import dev.kvc.store.DataSize;
import dev.kvc.store.ForwardingKvStore;
import dev.kvc.store.KvStore;
import dev.kvc.store.LoadOptions;
import dev.kvc.store.PrefixQuery;
import dev.kvc.store.SaveOptions;
import dev.kvc.store.SaveResult;
import dev.kvc.store.Snapshot;
import dev.kvc.store.SnapshotDraft;
import dev.kvc.store.memory.CaffeineKvStore;
import dev.kvc.store.tier.TieredKvStore;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MockClock;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TimedKvStoreTest {
    private final MeterRegistry registry = new SimpleMeterRegistry();
    private final MockClock clock = new MockClock();

    @TempDir
    private Path directory;

    /** Every request takes 3 ms, and fails while it is broken. */
    private final class SlowStore extends ForwardingKvStore {
        private boolean broken;

        SlowStore(KvStore store) {
            super(store);
        }

        private void work() throws IOException {
            clock.add(3, MILLISECONDS);
            if (broken) {
                throw new IOException("broken");
            }
        }

        @Override
        public Optional<Snapshot> load(KvcKey key, LoadOptions options) throws IOException {
            work();
            return super.load(key, options);
        }

        @Override
        public Optional<Snapshot> loadLongestPrefix(PrefixQuery query, LoadOptions options) throws IOException {
            work();
            return super.loadLongestPrefix(query, options);
        }

        @Override
        public SaveResult save(KvcKey key, SnapshotDraft draft, SaveOptions options) throws IOException {
            work();
            return super.save(key, draft, options);
        }

        @Override
        public KvStore in(Namespace namespace) {
            return namespace.isDefault() ? this : new SlowStore(store().in(namespace));
        }
    }

    private KvStore timed(KvStore store) {
        KvcMetrics metrics = KvcMetrics.of(store, "agents", clock);
        metrics.bindTo(registry);
        return metrics.timed();
    }

    private Timer loads(String result) {
        return registry.get("cache.gets.latency").tag("result", result).timer();
    }

    private Timer saves(String outcome) {
        return registry.get("cache.puts.latency").tag("outcome", outcome).timer();
    }

    private static void assertTimed(Timer timer, int count) {
        assertThat(timer.count()).isEqualTo(count);
        assertThat(timer.totalTime(MILLISECONDS)).isEqualTo(3.0 * count);
    }

    @Test
    void requestsAreTimedByHowTheyEnd() throws IOException {
        try (KvStore store = timed(new SlowStore(memory()))) {
            store.save(draft("one"));
            store.save(draft("one"));
            load(store, "one");
            load(store, "absent");
            store.loadLongestPrefix(PrefixQuery.of("one and more"))
                    .orElseThrow()
                    .close();
            store.loadLongestPrefix(PrefixQuery.of("another prompt"));

            assertTimed(saves("stored"), 1);
            assertTimed(saves("replaced"), 1);
            assertTimed(loads("hit"), 2);
            assertTimed(loads("miss"), 2);
            assertTimed(loads("failure"), 0);
        }
    }

    @Test
    void failuresAreTimedAndThrown() throws IOException {
        SlowStore slow = new SlowStore(memory());
        try (KvStore store = timed(slow)) {
            slow.broken = true;
            assertThatThrownBy(() -> load(store, "one")).hasMessage("broken");
            assertThatThrownBy(() -> store.loadLongestPrefix(PrefixQuery.of("one")))
                    .hasMessage("broken");
            assertThatThrownBy(() -> store.save(draft("one"))).hasMessage("broken");

            assertTimed(loads("failure"), 2);
            assertTimed(saves("failed"), 1);
        }
    }

    @Test
    void viewsAreTimedTogetherWithTheRoot() throws IOException {
        try (KvStore store = timed(new SlowStore(memory()))) {
            KvStore view = store.in(Namespace.of("llama"));
            load(view, "absent");
            load(view.in(Namespace.DEFAULT), "absent");

            assertThat(view.namespace()).isEqualTo(Namespace.of("llama"));
            assertThat(view.in(Namespace.of("llama"))).isSameAs(view);
            assertTimed(loads("miss"), 2);
        }
    }

    @Test
    void everyRegistryIsToldAlsoOneThatIsBoundLater() throws IOException {
        MeterRegistry later = new SimpleMeterRegistry();
        try (KvStore slow = new SlowStore(memory())) {
            KvcMetrics metrics = KvcMetrics.of(slow, "agents", clock);
            KvStore store = metrics.timed();
            load(store, "absent");
            metrics.bindTo(registry);
            load(store, "absent");
            metrics.bindTo(later);
            load(store, "absent");

            assertTimed(loads("miss"), 2);
            assertTimed(later.get("cache.gets.latency").tag("result", "miss").timer(), 1);
        }
    }

    @Test
    void ageOfAHitIsTheTimeSinceItsSnapshotWasMade() throws IOException {
        AtomicReference<Instant> now = new AtomicReference<>(Instant.ofEpochSecond(1_000_000));
        CaffeineKvStore memory = CaffeineKvStore.builder()
                .budget(DataSize.ofMebibytes(1))
                .clock(now::get)
                .build();
        try (KvStore store = timed(memory)) {
            store.save(draft("one"));
            now.set(now.get().plusSeconds(60));
            load(store, "one");
            store.load(KvcKey.of("one"), LoadOptions.DEFAULT.withoutHit())
                    .orElseThrow()
                    .close();
            load(store, "absent");

            Timer age = registry.get("kvc.hit.age").timer();
            assertThat(age.count()).isEqualTo(1);
            assertThat(age.totalTime(SECONDS)).isEqualTo(60);
        }
    }

    @Test
    void amplificationIsWhatWasWrittenForWhatWasSaved() throws IOException {
        try (TieredKvStore tiers = TieredKvStore.of(List.of(memory(), disk(directory)))) {
            tiers.save(draft("before the metrics"));
            KvStore store = timed(tiers);
            assertThat(registry.get("kvc.write.amplification").gauge().value()).isNaN();

            long bytes = store.save(draft("one")).bytes();
            assertThat(registry.get("kvc.saved").functionCounter().count()).isEqualTo((double) bytes);
            assertThat(registry.get("kvc.write.amplification").gauge().value()).isEqualTo(1);
            assertThat(registry.get("kvc.tier.write.amplification")
                            .tag("tier", "1")
                            .gauge()
                            .value())
                    .isEqualTo(1);

            store.save(KvcKey.of("one"), draft("one"), SaveOptions.IF_ABSENT);
            assertThat(registry.get("kvc.saved").functionCounter().count()).isEqualTo((double) bytes);
            tiers.save(draft("two")); // past the timed store
            assertThat(registry.get("kvc.write.amplification").gauge().value()).isEqualTo(2);
        }
    }
}
