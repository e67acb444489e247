package dev.kvc.store.tier;

import static dev.kvc.store.tier.TierFixtures.draft;
import static dev.kvc.store.tier.TierFixtures.fill;
import static dev.kvc.store.tier.TierFixtures.has;
import static dev.kvc.store.tier.TierFixtures.hit;
import static dev.kvc.store.tier.TierFixtures.reject;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kvc.format.KvcKey;
import dev.kvc.store.DataSize;
import dev.kvc.store.KvStore;
import dev.kvc.store.SaveOptions;
import dev.kvc.store.memory.CaffeineKvStore;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What memory takes from a tier over a network, a disk between them is given later: nobody waits for it. */
class QueuedCopyTest {
    private static final KvcKey KEY = KvcKey.of("one");

    private final KvStore memory =
            CaffeineKvStore.builder().budget(DataSize.ofMebibytes(1)).build();
    private final HookedStore disk = HookedStore.disk(DataSize.ofMebibytes(1));
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
        disk.beforeNextSave(() -> {
            writing.countDown();
            await(released);
        });
    }

    @AfterEach
    void close() {
        released.countDown();
        store.close();
    }

    private static void await(CountDownLatch latch) throws IOException {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new InterruptedIOException();
        }
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
    void diskThatFailsHarmsNobody() throws IOException {
        hit(store, "one");
        disk.failFromNowOn();
        goOn();
        hit(store, "one");
        assertThat(store.tierStats().get(1).failures()).isPositive();
        assertThat(store.tierStats().get(1).promotions()).isZero();
    }

    @Test
    void u15WhatWaitsIsWrittenWhenTheStoreIsClosed() throws IOException {
        hitBehindAnother();
        released.countDown();
        store.close();
        assertThat(disk.saves).hasValue(2);
    }
}
