package dev.kvc.micrometer;

import static dev.kvc.micrometer.Stores.disk;
import static dev.kvc.micrometer.Stores.draft;
import static dev.kvc.micrometer.Stores.load;
import static dev.kvc.micrometer.Stores.memory;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvc.faultfs.Fault;
import dev.kvc.faultfs.FaultyFileSystem;
import dev.kvc.format.KvcKey;
import dev.kvc.format.Namespace;
import dev.kvc.store.ForwardingKvStore;
import dev.kvc.store.KvStore;
import dev.kvc.store.LoadOptions;
import dev.kvc.store.PrefixQuery;
import dev.kvc.store.SaveOptions;
import dev.kvc.store.Snapshot;
import dev.kvc.store.StoreStats;
import dev.kvc.store.tier.Promotion;
import dev.kvc.store.tier.Tier;
import dev.kvc.store.tier.TieredKvStore;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.cache.CacheMeterBinder;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KvcMetricsTest {
    private final MeterRegistry registry = new SimpleMeterRegistry();

    @TempDir
    private Path directory;

    private double counter(String name, String... tags) {
        return registry.get(name).tags(tags).functionCounter().count();
    }

    private double gauge(String name, String... tags) {
        return registry.get(name).tags(tags).gauge().value();
    }

    private static void bind(KvStore store, String cache, MeterRegistry registry) {
        KvcMetrics.of(store, cache).bindTo(registry);
    }

    /** Micrometer's own, of a cache of any kind. */
    private static final class AnyCache extends CacheMeterBinder<Object> {
        AnyCache(Object cache) {
            super(cache, "any", Tags.empty());
        }

        @Override
        protected Long size() {
            return 1L;
        }

        @Override
        protected long hitCount() {
            return 1;
        }

        @Override
        protected Long missCount() {
            return 1L;
        }

        @Override
        protected Long evictionCount() {
            return 1L;
        }

        @Override
        protected long putCount() {
            return 1;
        }

        @Override
        protected void bindImplementationSpecificMetrics(MeterRegistry none) {}
    }

    @Test
    void whatEveryCacheHasIsNamedAsMicrometerNamesIt() throws IOException {
        MeterRegistry others = new SimpleMeterRegistry();
        new AnyCache(this).bindTo(others);
        try (KvStore store = memory()) {
            bind(store, "any", registry);

            assertThat(others.getMeters()).hasSize(5);
            assertThat(registry.getMeters())
                    .extracting(Meter::getId)
                    .containsAll(others.getMeters().stream().map(Meter::getId).toList());
            for (Meter theirs : others.getMeters()) {
                Meter ours = registry.get(theirs.getId().getName())
                        .tags(theirs.getId().getTags())
                        .meter();
                assertThat(ours.getId().getType()).isEqualTo(theirs.getId().getType());
            }
        }
    }

    @Test
    void countersFollowTheStore() throws IOException {
        try (KvStore store = disk(directory)) {
            bind(store, "agents", registry);
            long bytes = store.save(draft("one")).bytes();
            store.save(draft("one"));
            store.save(KvcKey.of("one"), draft("one"), SaveOptions.IF_ABSENT);
            load(store, "one");
            load(store, "one");
            load(store, "absent");
            store.loadLongestPrefix(PrefixQuery.of("another prompt"));
            try (Snapshot snapshot = store.load(KvcKey.of("one"), LoadOptions.DEFAULT.withoutHit())
                    .orElseThrow()) {
                snapshot.reject();
            }

            assertThat(counter("cache.gets", "cache", "agents", "result", "hit"))
                    .isEqualTo(2);
            assertThat(counter("cache.gets", "result", "miss")).isEqualTo(2);
            assertThat(counter("cache.puts")).isEqualTo(2);
            assertThat(counter("cache.evictions")).isZero();
            assertThat(gauge("cache.size")).isZero();
            assertThat(counter("kvc.misses", "reason", "absent")).isEqualTo(1);
            assertThat(counter("kvc.misses", "reason", "no_prefix")).isEqualTo(1);
            assertThat(counter("kvc.misses", "reason", "corrupt")).isZero();
            assertThat(counter("kvc.saves", "outcome", "stored")).isEqualTo(1);
            assertThat(counter("kvc.saves", "outcome", "replaced")).isEqualTo(1);
            assertThat(counter("kvc.saves", "outcome", "already_present")).isEqualTo(1);
            assertThat(counter("kvc.tokens.served")).isEqualTo(14);
            assertThat(counter("kvc.written")).isEqualTo(2.0 * bytes);
            assertThat(counter("kvc.set.aside")).isEqualTo(1);
            assertThat(gauge("kvc.held")).isEqualTo((double) bytes);
            assertThat(gauge("kvc.budget")).isEqualTo(2 << 20);
        }
    }

    @Test
    void evictionsAndTheirBytesAreCounted() throws IOException {
        try (KvStore store = memory()) {
            bind(store, "agents", registry);
            for (int i = 0; i < 1200; i++) {
                store.save(draft("text " + i));
            }

            assertThat(counter("cache.evictions")).isPositive().isEqualTo((double)
                    store.stats().evictions());
            assertThat(counter("kvc.evicted")).isPositive().isEqualTo((double)
                    store.stats().bytesEvicted());
            assertThat(gauge("cache.size")).isEqualTo(1200 - counter("cache.evictions"));
        }
    }

    /** Found on disk twice, then in memory. */
    @Test
    void everyTierHasMetersOfItsOwn() throws IOException {
        KvStore disk = disk(directory);
        disk.save(draft("one"));
        Tier memory = Tier.of(memory()).promotion(Promotion.onSecondHit());
        try (TieredKvStore store =
                TieredKvStore.builder().tier(memory).tier(Tier.of(disk)).build()) {
            KvcMetrics.of(store, "agents").withTierNames("memory", "disk").bindTo(registry);
            load(store, "one");
            load(store, "one");
            load(store, "one");
            load(store, "absent");

            assertThat(counter("cache.gets", "result", "hit")).isEqualTo(3);
            assertThat(counter("cache.gets", "result", "miss")).isEqualTo(1);
            assertThat(counter("kvc.tier.gets", "tier", "memory", "result", "hit"))
                    .isEqualTo(1);
            assertThat(counter("kvc.tier.gets", "tier", "disk", "result", "hit"))
                    .isEqualTo(2);
            assertThat(counter("kvc.tier.promotions", "tier", "memory")).isEqualTo(1);
            assertThat(counter("kvc.tier.tokens.served", "tier", "disk")).isEqualTo(14);
            assertThat(counter("kvc.tier.misses", "tier", "disk", "reason", "absent"))
                    .isEqualTo(1);
            assertThat(gauge("kvc.tier.size", "tier", "memory")).isEqualTo(1);
            assertThat(gauge("kvc.tier.budget", "tier", "disk")).isEqualTo(2 << 20);
            assertThat(gauge("kvc.tier.queue.held", "tier", "disk")).isZero();
            assertThat(counter("kvc.tier.failures", "tier", "disk")).isZero();
        }
    }

    @Test
    void tiersWithoutNamesAreCountedFromZero() throws IOException {
        try (TieredKvStore store = TieredKvStore.of(List.of(memory(), disk(directory)))) {
            bind(store, "agents", registry);

            assertThat(registry.get("kvc.tier.size").gauges())
                    .extracting(gauge -> gauge.getId().getTag("tier"))
                    .containsExactlyInAnyOrder("0", "1");
        }
    }

    @Test
    void tierThatFailsSaysSo() throws IOException {
        FaultyFileSystem files = FaultyFileSystem.around(directory);
        try (TieredKvStore store = TieredKvStore.of(List.of(memory(), disk(files.path())))) {
            bind(store, "agents", registry);
            files.with(Fault.onAny());
            load(store, "absent");
            files.clearFaults();

            assertThat(counter("kvc.tier.failures", "tier", "1")).isEqualTo(1);
            assertThat(counter("kvc.misses", "reason", "failed")).isEqualTo(1);
        }
    }

    @Test
    void storeWithoutABudgetHasAnInfiniteOne() throws IOException {
        try (KvStore store = new ForwardingKvStore(memory()) {
            @Override
            public KvStore in(Namespace namespace) {
                return this;
            }

            @Override
            public StoreStats stats() {
                return new StoreStats(0, 0, Map.of(), Map.of(), 0, 0, 0, 0, 0, 0, Long.MAX_VALUE);
            }
        }) {
            bind(store, "agents", registry);
            assertThat(gauge("kvc.budget")).isInfinite().isPositive();
        }
    }

    @Test
    void readingEveryMeterTouchesNoFile() throws IOException {
        FaultyFileSystem files = FaultyFileSystem.around(directory);
        Thread reader = Thread.currentThread();
        ConcurrentLinkedQueue<String> touched = new ConcurrentLinkedQueue<>();
        try (TieredKvStore store = TieredKvStore.of(List.of(memory(), disk(files.path())))) {
            KvcMetrics metrics = KvcMetrics.of(store, "agents");
            PrometheusMeterRegistry prometheus = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
            metrics.bindTo(prometheus);
            metrics.bindTo(registry);
            for (int i = 0; i < 20; i++) {
                store.in(Namespace.of("llama")).save(draft("text " + i));
            }
            // What others of the store's threads do beside is their affair.
            files.with(Fault.onAny().doing((operation, path) -> {
                if (Thread.currentThread() == reader) {
                    touched.add(operation + " " + path);
                }
            }));

            assertThat(prometheus.scrape()).contains("cache_size{cache=\"agents\"} 20.0");
            registry.getMeters().forEach(meter -> meter.measure().forEach(each -> each.getValue()));
            assertThat(touched).isEmpty();

            store.stat(KvcKey.of("not in memory"));
            assertThat(touched).as("a look that does touch a file").isNotEmpty();
        }
    }

    @Test
    void cachesOfOneRegistryAreToldApart() throws IOException {
        try (KvStore one = memory();
                KvStore two = memory()) {
            bind(one, "one", registry);
            bind(two, "two", registry);
            load(one, "absent");

            assertThat(counter("cache.gets", "cache", "one", "result", "miss")).isEqualTo(1);
            assertThat(counter("cache.gets", "cache", "two", "result", "miss")).isZero();
        }
    }

    @Test
    void secondCacheOfTheSameNameIsAnErrorAndHarmsNobody() throws IOException {
        try (KvStore first = memory();
                KvStore second = memory()) {
            KvcMetrics.of(first, "agents")
                    .withTags(List.of(Tag.of("region", "eu")))
                    .bindTo(registry);
            bind(first, "agents", registry);
            int meters = registry.getMeters().size();
            KvcMetrics same = KvcMetrics.of(second, "agents");

            assertThatThrownBy(() -> same.bindTo(registry))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("agents");
            same.close();

            assertThat(registry.getMeters()).hasSize(meters);
        }
    }

    @Test
    void bindingTwiceIsBindingOnce() throws IOException {
        try (KvStore store = memory()) {
            KvcMetrics metrics = KvcMetrics.of(store, "agents");
            metrics.bindTo(registry);
            int meters = registry.getMeters().size();
            metrics.bindTo(registry);
            load(metrics.timed(), "absent");

            assertThat(registry.getMeters()).hasSize(meters);
            assertThat(registry.get("cache.gets.latency")
                            .tag("result", "miss")
                            .timer()
                            .count())
                    .isEqualTo(1);
        }
    }

    @Test
    void closingTakesTheMetersOutOfEveryRegistryAndLeavesTheOthers() throws IOException {
        MeterRegistry another = new SimpleMeterRegistry();
        try (KvStore store = TieredKvStore.of(List.of(memory(), disk(directory)));
                KvStore other = memory()) {
            bind(other, "other", registry);
            List<Meter> others = registry.getMeters();
            KvcMetrics metrics = KvcMetrics.of(store, "agents");
            KvStore timed = metrics.timed();
            metrics.bindTo(registry);
            metrics.bindTo(another);
            metrics.close();
            metrics.close();

            assertThat(another.getMeters()).isEmpty();
            assertThat(registry.getMeters()).containsExactlyInAnyOrderElementsOf(others);
            timed.save(draft("one"));
            load(timed, "one");

            metrics.bindTo(registry);
            assertThat(counter("cache.gets", "cache", "agents", "result", "hit"))
                    .isEqualTo(1);
        }
    }

    @Test
    void closedStoreShowsItsLastCounts() throws IOException {
        TieredKvStore store = TieredKvStore.of(List.of(memory(), disk(directory)));
        bind(store, "agents", registry);
        store.save(draft("one"));
        load(store, "one");
        store.close();

        assertThat(counter("cache.gets", "result", "hit")).isEqualTo(1);
        assertThat(counter("kvc.tier.gets", "tier", "0", "result", "hit")).isEqualTo(1);
        assertThat(gauge("kvc.tier.size", "tier", "0")).isZero();
        assertThat(registry.getMeters())
                .filteredOn(meter -> meter instanceof Gauge || meter instanceof FunctionCounter)
                .filteredOn(meter -> !meter.getId().getName().contains("amplification"))
                .allSatisfy(
                        meter -> assertThat(meter.measure().iterator().next().getValue())
                                .isNotNegative()
                                .isFinite());
    }

    /** Registries for Prometheus asked for it until lately. */
    @Test
    void metersOfOneNameHaveTheSameTagKeys() throws IOException {
        try (KvStore store = TieredKvStore.of(List.of(memory(), disk(directory)));
                KvStore plain = memory()) {
            bind(store, "agents", registry);
            bind(plain, "plain", registry);
            Map<String, Set<List<String>>> keys = registry.getMeters().stream()
                    .map(Meter::getId)
                    .collect(groupingBy(
                            Meter.Id::getName,
                            mapping(id -> id.getTags().stream().map(Tag::getKey).toList(), toSet())));

            assertThat(keys)
                    .hasSizeGreaterThan(30)
                    .allSatisfy((name, sets) -> assertThat(sets).hasSize(1));
        }
    }

    @Test
    void whatCannotBeIsRefused() throws IOException {
        try (TieredKvStore store = TieredKvStore.of(List.of(memory(), disk(directory)))) {
            KvcMetrics metrics = KvcMetrics.of(store, "agents");
            assertThatThrownBy(() -> KvcMetrics.of(store, " ")).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> KvcMetrics.of(store.in(Namespace.of("llama")), "agents"))
                    .hasMessageContaining("llama");
            assertThatThrownBy(() -> metrics.withTierNames("memory")).hasMessageContaining("must be 2");
            assertThatThrownBy(() -> metrics.withTierNames("disk", "disk")).hasMessageContaining("different");
        }
    }

    @Test
    void prometheusGetsItsNames() throws IOException {
        PrometheusMeterRegistry prometheus = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        try (TieredKvStore store = TieredKvStore.of(List.of(memory(), disk(directory)))) {
            bind(store, "agents", prometheus);
            store.save(draft("one"));
            load(store, "one");

            assertThat(prometheus.scrape())
                    .contains(
                            "cache_gets_total{cache=\"agents\",result=\"hit\"} 1.0",
                            "kvc_tokens_served_total{cache=\"agents\"} 7.0",
                            "kvc_tier_queue_held_bytes{cache=\"agents\",tier=\"1\"} 0.0",
                            "kvc_written_bytes_total{cache=\"agents\"}",
                            "kvc_held_bytes{cache=\"agents\"}",
                            "cache_puts_latency_seconds_count{cache=\"agents\",outcome=\"stored\"} 0");
        }
    }
}
