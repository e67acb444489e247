package dev.kvc.redis;

import static dev.kvc.redis.Served.MIB;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.inject.Guice;
import com.google.inject.Injector;
import dev.kvc.format.KvcKey;
import dev.kvc.guice.KvcCaches;
import dev.kvc.guice.KvcModule;
import dev.kvc.store.DataSize;
import dev.kvc.store.KvStore;
import dev.kvc.store.KvStores;
import dev.kvc.store.PrefixQuery;
import dev.kvc.store.SaveResult.Outcome;
import dev.kvc.store.Snapshot;
import dev.kvc.store.StoreHealth.State;
import dev.kvc.store.tier.Admission;
import dev.kvc.store.tier.Promotion;
import dev.kvc.store.tier.Tier;
import dev.kvc.store.tier.TieredKvStore;
import dev.kvc.store.tier.WriteMode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Properties;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two machines with disks of their own, and Redis behind both. */
class RedisTierTest {
    private static final String TEXT = "a text";
    private static final int SIZE = 9 * MIB;

    @TempDir
    private Path directory;

    private RedisServer server;

    @BeforeEach
    void start() throws IOException {
        server = RedisServer.start(directory.resolve("redis"));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private TieredKvStore machine(String name, WriteMode mode) throws IOException {
        KvStore memory = KvStores.open("memory:?budget=64MiB");
        KvStore disk = KvStores.open(directory.resolve(name).toUri() + "?budget=256MiB");
        KvStore redis = Served.open(
                server.port(), "?timeout=500ms&retry-delay=1ms&attempts=2&breaker-failures=1&breaker-delay=1h");
        return TieredKvStore.builder()
                .tier(Tier.of(memory))
                .tier(Tier.of(disk).promotion(Promotion.onFirstHit()))
                .tier(Tier.of(redis)
                        .writeMode(mode)
                        .admission(Admission.ofTokens(3))
                        .deadline(Duration.ofSeconds(5))
                        .saveDeadline(Duration.ofSeconds(5)))
                .queueBudget(DataSize.ofMebibytes(64))
                .build();
    }

    private static KvStore documented(KvStore memory, KvStore disk, KvStore remote) {
        // remote-tier: begin
        return TieredKvStore.builder()
                .tier(Tier.of(memory))
                .tier(Tier.of(disk).promotion(Promotion.onFirstHit()))
                .tier(Tier.of(remote)
                        .writeMode(WriteMode.WRITE_BACK)
                        .admission(Admission.ofTokens(1024).orOnSecondHit())
                        .deadline(Duration.ofSeconds(2))
                        .saveDeadline(Duration.ofSeconds(30)))
                .build();
        // remote-tier: end
    }

    @Test
    void storeOfThePageServesAndGivesItsRemoteWhatIsHitTwice() throws IOException {
        KvStore redis = Served.open(server.port(), "");
        KvStore disk = KvStores.open(directory.resolve("disk").toUri() + "?budget=256MiB");
        KvStore store = documented(KvStores.open("memory:?budget=64MiB"), disk, redis);
        store.save(Served.draft(TEXT, SIZE, 1));
        assertThat(Served.has(redis, TEXT)).isFalse();
        store.load(KvcKey.of(TEXT)).orElseThrow().close();
        store.load(KvcKey.of(TEXT)).orElseThrow().close();
        ((TieredKvStore) store).flush();
        Served.assertServed(redis, TEXT, SIZE, 1);
        store.close();
    }

    @Test
    void whatOneHasComputedTheOtherResumes() throws IOException {
        try (TieredKvStore one = machine("one", WriteMode.WRITE_BACK);
                TieredKvStore other = machine("other", WriteMode.WRITE_BACK)) {
            assertThat(one.save(Served.draft(TEXT, SIZE, 1)).outcome()).isEqualTo(Outcome.QUEUED);
            one.flush();
            try (Snapshot found =
                    other.loadLongestPrefix(PrefixQuery.of("a text, and more")).orElseThrow()) {
                Served.assertIs(found, SIZE, 1);
            }
            assertThat(other.tierStats().get(1).promotions()).isEqualTo(1);
            server.kill();
            Served.assertServed(other, TEXT, SIZE, 1);
        }
    }

    @Test
    void guiceBindsItLikeAnyOther() throws IOException {
        Properties properties = new Properties();
        properties.setProperty("kvc.disk.dir", directory.resolve("disk").toString());
        properties.setProperty("kvc.disk.budget", "256MiB");
        properties.setProperty("kvc.stores", server.uri());
        properties.setProperty("kvc.remote.min-tokens", "3");
        Injector injector =
                Guice.createInjector(KvcModule.builder().properties(properties).build());
        try (KvcCaches caches = injector.getInstance(KvcCaches.class);
                KvStore redis = Served.open(server.port(), "")) {
            TieredKvStore store = (TieredKvStore) caches.get(KvcCaches.DEFAULT);
            store.save(Served.draft(TEXT, SIZE, 1));
            store.save(Served.draft("a", SIZE, 2));
            store.flush();
            Served.assertServed(redis, TEXT, SIZE, 1);
            assertThat(Served.has(redis, "a")).isFalse();
        }
    }

    @Test
    void serverThatDiesFailsNobody() throws IOException {
        try (TieredKvStore store = machine("one", WriteMode.WRITE_THROUGH)) {
            store.save(Served.draft(TEXT, SIZE, 1));
            server.kill();
            assertThat(store.load(KvcKey.of("another"))).isEmpty();
            assertThat(store.save(Served.draft("another", SIZE, 2)).outcome()).isEqualTo(Outcome.STORED);
            Served.assertServed(store, "another", SIZE, 2);
            Served.assertServed(store, TEXT, SIZE, 1);
            assertThat(store.stats().health().state()).isEqualTo(State.DOWN);
            assertThat(store.tierStats().get(2).store().health().lastFailure()).isPresent();
            assertThat(store.tierStats().get(2).failures()).isPositive();
        }
    }
}
