package dev.kvc.store.tier;

import static dev.kvc.store.tier.TierFixtures.await;
import static dev.kvc.store.tier.TierFixtures.draft;
import static dev.kvc.store.tier.TierFixtures.fill;
import static dev.kvc.store.tier.TierFixtures.has;
import static dev.kvc.store.tier.TierFixtures.hit;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kvc.format.KvcKey;
import dev.kvc.store.DataSize;
import dev.kvc.store.KvStore;
import dev.kvc.store.MissReason;
import dev.kvc.store.Snapshot;
import dev.kvc.store.Verification;
import dev.kvc.store.fs.FileSystemKvStore;
import dev.kvc.store.memory.CaffeineKvStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is copied up from a tier over a network is fetched once, whoever takes it. */
class StreamingTest {
    private static final int SIZE = 5 << 20;
    private static final long A_LITTLE = 1 << 18;
    private static final KvcKey KEY = KvcKey.of("one");

    @TempDir
    private Path directory;

    private final ElsewhereStore elsewhere = new ElsewhereStore();
    private KvStore memory;
    private KvStore disk;
    private TieredKvStore store;

    @BeforeEach
    void open() throws IOException {
        memory = CaffeineKvStore.builder().budget(DataSize.ofMebibytes(64)).build();
        disk = FileSystemKvStore.builder(directory.resolve("disk"))
                .budget(DataSize.ofMebibytes(64))
                .open();
        elsewhere.save(draft("one", SIZE, 7));
    }

    @AfterEach
    void close() {
        store.close();
    }

    private TieredKvStore.Builder stack(Promotion toMemory, Promotion toDisk, Duration deadline) {
        return TieredKvStore.builder()
                .tier(Tier.of(memory).promotion(toMemory))
                .tier(Tier.of(disk).promotion(toDisk))
                .tier(Tier.of(elsewhere).deadline(deadline));
    }

    private void stack(Promotion toMemory, Promotion toDisk) {
        store = stack(toMemory, toDisk, Duration.ofMinutes(1)).build();
    }

    /** One in which nothing waits to be written. */
    private void stackWithoutQueue() {
        store = stack(Promotion.onFirstHit(), Promotion.onFirstHit(), Duration.ofMinutes(1))
                .queueBudget(DataSize.ofBytes(1))
                .build();
    }

    private void assertServed() throws IOException {
        try (Snapshot snapshot = store.load(KEY).orElseThrow()) {
            assertThat(snapshot.verification()).isEqualTo(Verification.VERIFIED);
            byte[] payload = snapshot.payload().toByteArray();
            assertThat(payload).hasSize(SIZE).containsOnly(7);
        }
    }

    @Test
    void diskAndMemoryTakeItInOnePass() throws IOException {
        stack(Promotion.onFirstHit(), Promotion.onFirstHit());
        assertServed();
        assertThat(elsewhere.fetched.get()).isBetween((long) SIZE, SIZE + A_LITTLE);
        store.flush();
        assertThat(has(memory, "one")).isTrue();
        assertThat(has(disk, "one")).isTrue();
        assertServed();
        assertThat(elsewhere.fetched.get()).isLessThan(SIZE + A_LITTLE);
        assertThat(store.stats().hits()).isEqualTo(2);
    }

    @Test
    void diskHasWhatItsQueueHasNoRoomForBeforeItIsServedAndAlsoInOnePass() throws IOException {
        stackWithoutQueue();
        assertServed();
        assertThat(has(memory, "one")).isTrue();
        assertThat(has(disk, "one")).isTrue();
        assertThat(elsewhere.fetched.get()).isBetween((long) SIZE, SIZE + A_LITTLE);
    }

    @Test
    void diskAloneTakesItInOnePass() throws IOException {
        stack(Promotion.never(), Promotion.onFirstHit());
        assertServed();
        assertThat(elsewhere.fetched.get()).isBetween((long) SIZE, SIZE + A_LITTLE);
        assertThat(has(memory, "one")).isFalse();
        assertThat(has(disk, "one")).isTrue();
    }

    @Test
    void whatIsTooLargeForMemoryStillGoesToDiskInOnePass() throws IOException {
        stack(Promotion.onFirstHit().upTo(DataSize.ofMebibytes(1)), Promotion.onFirstHit());
        assertServed();
        assertThat(elsewhere.fetched.get()).isBetween((long) SIZE, SIZE + A_LITTLE);
        assertThat(has(memory, "one")).isFalse();
    }

    @Test
    void whatTheDiskRefusesStillGoesToMemoryInOnePass() throws IOException {
        disk.close();
        disk = FileSystemKvStore.builder(directory.resolve("small"))
                .budget(DataSize.ofMebibytes(1))
                .open();
        stack(Promotion.onFirstHit(), Promotion.onFirstHit());
        assertServed();
        assertThat(elsewhere.fetched.get()).isBetween((long) SIZE, SIZE + A_LITTLE);
        assertThat(has(memory, "one")).isTrue();
        assertThat(has(disk, "one")).isFalse();
    }

    @Test
    void diskWritesWhileTheRestIsFetched() throws IOException {
        stackWithoutQueue();
        List<Long> written = Collections.synchronizedList(new ArrayList<>());
        elsewhere.beforeEachFetch(() -> written.add(bytesUnder(directory)));
        assertServed();
        assertThat(written.get(written.size() - 1)).isGreaterThan(0);
    }

    private static long bytesUnder(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(Files::isRegularFile)
                    .mapToLong(file -> file.toFile().length())
                    .sum();
        }
    }

    @Test
    void whatNoTierTakesIsLoadedAsAsked() throws IOException {
        stack(Promotion.onFirstHit().upTo(DataSize.ofMebibytes(1)), Promotion.never());
        assertServed();
        assertThat(has(memory, "one")).isFalse();
        assertThat(has(disk, "one")).isFalse();
    }

    @Test
    void u15WhatTheRemoteIsYetToBeSentIsServedFromItsQueue() throws IOException {
        CountDownLatch released = new CountDownLatch(1);
        elsewhere.beforeEachSave(() -> await(released));
        store = TieredKvStore.builder()
                .tier(Tier.of(memory).promotion(Promotion.onFirstHit()))
                .tier(Tier.of(disk))
                .tier(Tier.of(elsewhere).writeMode(WriteMode.WRITE_BACK))
                .build();
        try {
            store.save(draft("two", SIZE, 8));
            memory.remove(KvcKey.of("two"));
            disk.remove(KvcKey.of("two"));
            hit(store, "two");
            assertThat(fill(memory, "two")).isEqualTo(8);
        } finally {
            released.countDown();
        }
    }

    @Test
    void whatIsNotThereIsAskedForOnce() throws IOException {
        stack(Promotion.onFirstHit(), Promotion.onFirstHit());
        assertThat(store.load(KvcKey.of("nothing"))).isEmpty();
        assertThat(elsewhere.stats().missCount()).isEqualTo(1);
        assertThat(store.stats().misses()).containsOnlyKeys(MissReason.ABSENT);
    }

    @Test
    void damagedSnapshotIsStoredNowhereAndSetAside() throws IOException {
        stack(Promotion.onFirstHit(), Promotion.onFirstHit());
        elsewhere.files.get(KEY)[SIZE / 2] ^= 1;
        assertThat(store.load(KEY)).isEmpty();
        assertThat(has(memory, "one")).isFalse();
        assertThat(has(disk, "one")).isFalse();
        assertThat(elsewhere.files).isEmpty();
    }

    @Test
    void callerGoesOnWhenTheNetworkStandsStill() throws IOException {
        store = stack(Promotion.onFirstHit(), Promotion.onFirstHit(), Duration.ofMillis(50))
                .build();
        CountDownLatch never = new CountDownLatch(1);
        elsewhere.beforeEachFetch(() -> await(never));
        assertThat(store.load(KEY)).isEmpty();
        assertThat(store.stats().misses()).containsOnlyKeys(MissReason.FAILED);
        assertThat(store.tierStats().get(2).lastFailureOrNull()).contains("no answer within the deadline of PT0.05S");
    }

    @Test
    void manyWhoWantItFetchItOnce() throws Exception {
        stack(Promotion.onFirstHit(), Promotion.onFirstHit());
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                all.add(threads.submit(() -> {
                    hit(store, "one");
                    return null;
                }));
            }
            for (Future<?> each : all) {
                each.get();
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(elsewhere.fetched.get()).isLessThan(SIZE + A_LITTLE);
    }

    @Test
    void removedWhileItIsCopiedStaysRemoved() throws IOException {
        stack(Promotion.onFirstHit(), Promotion.onFirstHit());
        elsewhere.beforeEachFetch(() -> {
            elsewhere.beforeEachFetch(() -> {});
            store.remove(KEY);
        });
        store.load(KEY).ifPresent(snapshot -> assertThat(snapshot.info().key()).isEqualTo(KEY));
        assertThat(has(store, "one")).isFalse();
    }
}
