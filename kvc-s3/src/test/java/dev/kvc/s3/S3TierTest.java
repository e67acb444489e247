package dev.kvc.s3;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.inject.Guice;
import com.google.inject.Injector;
import dev.kvc.format.KvcKey;
import dev.kvc.guice.KvcCaches;
import dev.kvc.guice.KvcModule;
import dev.kvc.store.DataSize;
import dev.kvc.store.KvStore;
import dev.kvc.store.PrefixQuery;
import dev.kvc.store.Snapshot;
import dev.kvc.store.StoreHealth.State;
import dev.kvc.store.fs.FileSystemKvStore;
import dev.kvc.store.tier.Promotion;
import dev.kvc.store.tier.Tier;
import dev.kvc.store.tier.TieredKvStore;
import dev.kvc.testkit.FaultyProxy;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Properties;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Machines with disks of their own, and one bucket behind them. */
class S3TierTest extends S3Fixture {
    private static final String TEXT = "a text";
    private static final byte[] PAYLOAD = bytes(1, 12 << 20);

    @TempDir
    Path disks;

    private FaultyProxy proxy;

    @BeforeEach
    void startProxy() throws IOException {
        proxy = FaultyProxy.to(S3Server.address());
    }

    @AfterEach
    void stopProxy() throws IOException {
        proxy.close();
    }

    private TieredKvStore machine(String name) throws IOException {
        KvStore disk = FileSystemKvStore.builder(disks.resolve(name))
                .budget(DataSize.ofMebibytes(64))
                .clock(clock)
                .open();
        KvStore bucket = S3Server.open(
                S3Server.uri(
                        URI.create("http://127.0.0.1:" + proxy.port()),
                        prefix,
                        "&part-size=5MiB&attempts=1&breaker-failures=1&breaker-delay=1h"),
                environment());
        TieredKvStore stack = TieredKvStore.builder()
                .clock(clock)
                .tier(Tier.of(disk).promotion(Promotion.onFirstHit()))
                .tier(Tier.of(bucket).deadline(Duration.ofSeconds(30)))
                .build();
        track(stack);
        return stack;
    }

    @Test
    void secondMachineResumesWhatTheFirstComputedAndThenHasItOnItsDisk() throws Exception {
        save(machine("one"), draft(TEXT, PAYLOAD).build());
        KvStore two = machine("two");
        try (Snapshot snapshot = two.loadLongestPrefix(PrefixQuery.of(PROMPT)).orElseThrow()) {
            assertThat(snapshot.payload().toByteArray()).isEqualTo(PAYLOAD);
        }
        assertThat(disks.resolve("two").resolve(KvcKey.of(TEXT).hex() + ".kv"))
                .exists()
                .satisfies(file -> assertThat(Files.size(file)).isEqualTo(object(name(TEXT)).length));
        proxy.refuse();
        assertServed(two, TEXT, PAYLOAD);
    }

    @Test
    void guiceBindsItLikeAnyOther() throws Exception {
        Properties properties = new Properties();
        properties.setProperty("kvc.disk.dir", disks.resolve("one").toString());
        properties.setProperty("kvc.disk.budget", "64MiB");
        properties.setProperty("kvc.stores", S3Server.uri(prefix, "&part-size=5MiB"));
        properties.setProperty("kvc.remote.min-tokens", "3");
        Injector injector =
                Guice.createInjector(KvcModule.builder().properties(properties).build());
        try (KvcCaches caches = injector.getInstance(KvcCaches.class)) {
            TieredKvStore stack = (TieredKvStore) caches.get(KvcCaches.DEFAULT);
            stack.save(draft(TEXT));
            stack.save(draft("a"));
            stack.flush();
        }
        KvStore bucket = open("");
        assertServed(bucket, TEXT);
        assertThat(bucket.stat(KvcKey.of("a"))).isEmpty();
    }

    @Test
    void machineGoesOnWithoutTheBucket() throws Exception {
        TieredKvStore one = machine("one");
        proxy.refuse();
        assertThat(one.save(draft(TEXT, PAYLOAD).build()).isLoadable()).isTrue();
        assertThat(one.load(KvcKey.of("nothing"))).isEmpty();
        assertServed(one, TEXT, PAYLOAD);
        assertThat(one.tierStats().get(1).store().health().state()).isEqualTo(State.DOWN);
    }

    @Test
    void rejectReachesTheBucket() throws Exception {
        TieredKvStore one = machine("one");
        save(one, draft(TEXT, PAYLOAD).build());
        try (Snapshot snapshot = one.load(KvcKey.of(TEXT)).orElseThrow()) {
            snapshot.reject();
        }
        assertThat(names()).isEmpty();
    }
}
