package dev.kvc.store.tier;

import static dev.kvc.store.tier.TierFixtures.await;
import static dev.kvc.store.tier.TierFixtures.draft;
import static dev.kvc.store.tier.TierFixtures.fill;
import static dev.kvc.store.tier.TierFixtures.has;
import static dev.kvc.store.tier.TierFixtures.hit;
import static dev.kvc.store.tier.TierFixtures.reject;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kvc.format.KvcKey;
import dev.kvc.store.DataSize;
import dev.kvc.store.Durability;
import dev.kvc.store.KvStore;
import dev.kvc.store.LoadOptions;
import dev.kvc.store.SaveOptions;
import dev.kvc.store.Snapshot;
import dev.kvc.store.SnapshotDraft;
import dev.kvc.store.Touch;
import dev.kvc.store.memory.CaffeineKvStore;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What memory takes from a tier over a network, a disk between them is given later: nobody waits for it. */
class QueuedCopyTest {
    private static final KvcKey KEY = KvcKey.of("one");
    private static final int OF_WHAT_IS_AROUND_A_PAYLOAD = 2;

    private final KvStore memory =
            CaffeineKvStore.builder().budget(DataSize.ofMebibytes(8)).build();
    private final HookedStore disk = HookedStore.disk(DataSize.ofMebibytes(8));
    private final ElsewhereStore elsewhere = new ElsewhereStore();
    private final CountDownLatch writing = new CountDownLatch(1);
    private final CountDownLatch released = new CountDownLatch(1);
    private final TieredKvStore store = TieredKvStore.builder()
            .tier(Tier.of(memory).promotion(Promotion.onFirstHit()))
            .tier(Tier.of(disk).promotion(Promotion.onFirstHit()))
            .tier(Tier.of(elsewhere).deadline(Duration.ofMinutes(1)))
            .build();

    @BeforeEach
    void diskStandsStill() throws IOException {
        elsewhere.save(draft("one", 1000, 1));
        elsewhere.save(draft("two", 1000, 2));
        disk.holdNextSave(writing, released);
    }

    @AfterEach
    void close() {
        released.countDown();
        store.close();
    }

    private void goOn() {
        released.countDown();
        store.flush();
    }

    /** Lets the disk be at another one, so that this one waits behind it. */
    private void hitBehindAnother() throws IOException {
        hit(store, "two");
        await(writing);
        hit(store, "one");
    }

    @Test
    void whoLoadsDoesNotWaitForTheDisk() throws IOException {
        hit(store, "one");
        assertThat(fill(memory, "one")).isEqualTo(1);
        assertThat(has(disk, "one")).isFalse();
        assertThat(store.tierStats().get(1).queuedSnapshots()).isEqualTo(1);
        assertThat(store.tierStats().get(1).promotions()).isZero();
        goOn();
        assertThat(fill(disk, "one")).isEqualTo(1);
        assertThat(store.tierStats().get(1).queuedBytes()).isZero();
        assertThat(store.tierStats().get(1).promotions()).isEqualTo(1);
    }

    @Test
    void whatMemoryLosesBeforeItIsWrittenIsNotFetchedAgain() throws IOException {
        hit(store, "one");
        long fetched = elsewhere.fetched.get();
        memory.remove(KEY);
        hit(store, "one");
        assertThat(elsewhere.fetched.get()).isEqualTo(fetched);
    }

    @Test
    void whatIsSavedMeanwhileReplacesIt() throws IOException {
        hitBehindAnother();
        CompletableFuture<Void> save =
                CompletableFuture.runAsync(() -> store.save(KEY, draft("one", 1000, 9), SaveOptions.DEFAULT));
        while (fill(memory, "one") != 9) {
            Thread.onSpinWait();
        }
        goOn();
        save.join();
        assertThat(fill(disk, "one")).isEqualTo(9);
        assertThat(fill(store, "one")).isEqualTo(9);
        assertThat(store.tierStats().get(1).promotions()).isEqualTo(1); // of the other one
    }

    @Test
    void whatIsRemovedMeanwhileDoesNotComeBack() throws IOException {
        hitBehindAnother();
        assertThat(store.remove(KEY)).isTrue();
        goOn();
        assertThat(has(disk, "one")).isFalse();
        assertThat(has(store, "one")).isFalse();
        assertThat(has(disk, "two")).isTrue();
    }

    @Test
    void u7WhatIsRejectedMeanwhileDoesNotComeBack() throws IOException {
        hitBehindAnother();
        reject(store, "one");
        goOn();
        assertThat(has(disk, "one")).isFalse();
        assertThat(has(store, "one")).isFalse();
    }

    @Test
    void whatThatStoreHasByThenIsNotReplacedByTheCopy() throws IOException {
        hitBehindAnother();
        disk.save(draft("one", 1000, 7));
        goOn();
        assertThat(fill(disk, "one")).isEqualTo(7);
    }

    @Test
    void u7WhatThatStoreHasByThenIsNotRejectedWithTheCopy() throws IOException {
        hitBehindAnother();
        disk.save(draft("one", 1000, 7));
        reject(store, "one");
        goOn();
        assertThat(fill(disk, "one")).isEqualTo(7);
    }

    @Test
    void u7CopyThatThatStoreHasByThenIsRejected() throws IOException {
        hitBehindAnother();
        try (Snapshot snapshot = memory.load(KEY).orElseThrow()) {
            disk.save(SnapshotDraft.copyOf(snapshot));
        }
        reject(store, "one");
        goOn();
        assertThat(has(disk, "one")).isFalse();
    }

    @Test
    void whatIsRemovedWhileItIsBeingWrittenDoesNotComeBack() throws IOException {
        hit(store, "one");
        await(writing);
        CompletableFuture<Boolean> removal = CompletableFuture.supplyAsync(() -> store.remove(KEY));
        while (has(elsewhere, "one")) {
            Thread.onSpinWait(); // removed slowest first: the disk is next
        }
        goOn();
        assertThat(removal.join()).isTrue();
        assertThat(has(disk, "one")).isFalse();
        assertThat(has(store, "one")).isFalse();
    }

    @Test
    void saveDoesNotWaitForWhatIsWrittenBeforeTheCopyThatItReplaces() throws IOException {
        hitBehindAnother();
        store.save(KEY, draft("one", 1000, 9), SaveOptions.DEFAULT.durability(Durability.FSYNC));
        assertThat(fill(disk, "one")).isEqualTo(9);
        goOn();
        assertThat(fill(disk, "one")).isEqualTo(9);
    }

    @Test
    void hitsOfWhatWaitsAreTheDisksOnceItIsWritten() throws IOException {
        hit(store, "one");
        hit(store, "one");
        goOn();
        assertThat(disk.touches).extracting(Touch::key).containsOnly(KEY);
    }

    @Test
    void diskThatFailsHarmsNobody() throws IOException {
        hit(store, "one");
        disk.failFromNowOn();
        released.countDown();
        while (store.tierStats().get(1).queuedSnapshots() > 0) {
            Thread.onSpinWait();
        }
        assertThat(store.tierStats().get(1).failures()).isEqualTo(1);
        assertThat(store.tierStats().get(1).promotions()).isZero();
        hit(store, "one");
    }

    @Test
    void u15WhatWaitsIsWrittenWhenTheStoreIsClosed() throws IOException {
        hitBehindAnother();
        CompletableFuture<Void> close = CompletableFuture.runAsync(store::close);
        released.countDown();
        close.join();
        assertThat(store.tierStats().get(1).promotions()).isEqualTo(2);
    }

    @Test
    void storeIsClosedWhileTheNetworkStandsStill() throws IOException {
        elsewhere.save(draft("one", 3 << 20, 1));
        AtomicInteger fetches = new AtomicInteger();
        CountDownLatch fetching = new CountDownLatch(1);
        CountDownLatch closed = new CountDownLatch(1);
        elsewhere.beforeEachFetch(() -> {
            if (fetches.incrementAndGet() > OF_WHAT_IS_AROUND_A_PAYLOAD) {
                fetching.countDown();
                await(closed);
            }
        });
        CompletableFuture<Boolean> load = CompletableFuture.supplyAsync(
                () -> store.load(KEY, LoadOptions.DEFAULT).isPresent());
        await(fetching);
        store.close();
        closed.countDown();
        assertThat(load.handle((served, failure) -> failure == null && served).join())
                .isFalse();
    }
}
