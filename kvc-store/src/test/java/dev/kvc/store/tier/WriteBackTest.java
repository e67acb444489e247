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
import dev.kvc.store.PayloadSource;
import dev.kvc.store.PrefixQuery;
import dev.kvc.store.SaveOptions;
import dev.kvc.store.SaveResult.Outcome;
import dev.kvc.store.SnapshotDraft;
import dev.kvc.store.SnapshotInfo;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A tier that is written later, without memory in front of it: what is pending is served from the queue. */
class WriteBackTest {
    private static final KvcKey KEY = KvcKey.of("one");

    private final HookedStore slow = new HookedStore();
    private final CountDownLatch released = new CountDownLatch(1);
    private final CountDownLatch writing = new CountDownLatch(1);
    private TieredKvStore store = open(slow);

    private static TieredKvStore open(HookedStore behind) {
        return TieredKvStore.builder()
                .tier(Tier.of(behind).writeMode(WriteMode.WRITE_BACK))
                .queueBudget(DataSize.ofBytes(100 << 10))
                .build();
    }

    @BeforeEach
    void holdTheFirstWrite() {
        slow.holdNextSave(writing, released);
    }

    @AfterEach
    void close() {
        released.countDown();
        store.close();
    }

    private void saveAndWaitUntilItIsBeingWritten(SnapshotDraft draft) throws IOException {
        assertThat(store.save(draft).outcome()).isEqualTo(Outcome.QUEUED);
        await(writing);
    }

    @Test
    void u15QueuedSnapshotIsServedByEveryWay() throws IOException {
        saveAndWaitUntilItIsBeingWritten(draft("one", 1000, 7));
        assertThat(has(slow, "one")).isFalse();
        assertThat(fill(store, "one")).isEqualTo(7);
        assertThat(store.stat(KEY)).isPresent();
        assertThat(store.list()).extracting(SnapshotInfo::key).containsExactly(KEY);
        assertThat(store.match(PrefixQuery.of("one two")).candidates())
                .extracting(SnapshotInfo::key)
                .containsExactly(KEY);
        assertThat(store.loadLongestPrefix(PrefixQuery.of("one two"))).isPresent();
        assertThat(store.tierStats().get(0).queuedSnapshots()).isEqualTo(1);
        released.countDown();
        store.flush();
        assertThat(fill(slow, "one")).isEqualTo(7);
        assertThat(store.tierStats().get(0).queuedBytes()).isZero();
    }

    @Test
    void whatIsReplacedInTheQueueDuringALookupIsFound() throws IOException {
        saveAndWaitUntilItIsBeingWritten(draft("one", 1000, 1));
        slow.beforeNextMatch(() -> store.save(draft("one", 1000, 2)));
        assertThat(store.match(PrefixQuery.of("one two")).candidates())
                .extracting(SnapshotInfo::key)
                .containsExactly(KEY);
    }

    @Test
    void whatIsReplacedInTheQueueWhileItIsBeingWrittenIsGoneAfterARemoval() throws Exception {
        saveAndWaitUntilItIsBeingWritten(draft("one", 1000, 1));
        store.save(draft("one", 1000, 2));
        CompletableFuture<Boolean> removed = CompletableFuture.supplyAsync(() -> store.remove(KEY));
        while (store.stat(KEY).isPresent()) {
            Thread.onSpinWait();
        }
        released.countDown();
        assertThat(removed.get()).isTrue();
        store.flush();
        assertThat(store.stat(KEY)).isEmpty();
        assertThat(has(slow, "one")).isFalse();
    }

    @Test
    void callerMayChangeWhatItPassed() throws IOException {
        byte[] text = "one".getBytes(java.nio.charset.StandardCharsets.UTF_8);
        byte[] payload = TierFixtures.payload(1000, 7);
        byte[] prompt = "one two".getBytes(java.nio.charset.StandardCharsets.UTF_8);
        SnapshotDraft draft =
                SnapshotDraft.builder().text(text).payload(payload).build();
        store.save(KEY, draft, SaveOptions.DEFAULT.protect(PrefixQuery.of(prompt)));
        Arrays.fill(text, (byte) 0);
        Arrays.fill(payload, (byte) 0);
        Arrays.fill(prompt, (byte) 0);
        released.countDown();
        store.flush();
        assertThat(fill(slow, "one")).isEqualTo(7);
        assertThat(slow.match(PrefixQuery.of("one two")).best()).isPresent();
    }

    @Test
    void u15QueueIsBoundedAndWhatDoesNotFitIsWrittenThrough() throws IOException {
        saveAndWaitUntilItIsBeingWritten(draft("one", 60_000, 1));
        assertThat(store.save(draft("two", 60_000, 1)).outcome()).isEqualTo(Outcome.STORED);
        assertThat(has(slow, "two")).isTrue();
        assertThat(store.tierStats().get(0).queuedBytes()).isBetween(60_000L, 100L << 10);
        assertThat(store.save(draft("three", 30_000, 1)).outcome()).isEqualTo(Outcome.QUEUED);
    }

    @Test
    void u15WhatIsQueuedIsWrittenWhenTheStoreIsClosed() throws IOException {
        ArrayList<String> closed = new ArrayList<>();
        HookedStore behind = new HookedStore("behind", DataSize.ofMebibytes(1), closed);
        try (TieredKvStore closing = open(behind)) {
            for (int i = 0; i < 20; i++) {
                closing.save(draft("text " + i));
            }
        }
        assertThat(behind.saves).hasValue(20);
        assertThat(closed).containsExactly("behind");
    }

    @Test
    void u15FailureToWriteWhatWasQueuedIsCounted() throws IOException {
        saveAndWaitUntilItIsBeingWritten(draft("one"));
        slow.failFromNowOn();
        released.countDown();
        store.flush();
        assertThat(store.tierStats().get(0).failures()).isEqualTo(1);
        assertThat(store.load(KEY)).isEmpty();
    }

    @Test
    void laterSaveReplacesWhatIsQueuedAndWhatIsBeingWritten() throws IOException {
        saveAndWaitUntilItIsBeingWritten(draft("one", 10, 1));
        store.save(draft("one", 10, 2));
        store.save(draft("one", 10, 3));
        assertThat(fill(store, "one")).isEqualTo(3);
        released.countDown();
        store.flush();
        assertThat(fill(slow, "one")).isEqualTo(3);
        assertThat(slow.saves).hasValue(2);
    }

    @Test
    void snapshotRemovedWhileItWaitsIsNeverWritten() throws IOException {
        saveAndWaitUntilItIsBeingWritten(draft("first"));
        store.save(draft("one"));
        assertThat(store.remove(KEY)).isTrue();
        assertThat(store.remove(KEY)).isFalse();
        assertThat(store.load(KEY)).isEmpty();
        released.countDown();
        store.flush();
        assertThat(slow.saves).hasValue(1);
        assertThat(has(slow, "one")).isFalse();
    }

    @Test
    void removalTakesOutWhatIsBeingWritten() throws IOException {
        saveAndWaitUntilItIsBeingWritten(draft("one"));
        Thread release = new Thread(released::countDown);
        release.start();
        assertThat(store.remove(KEY)).isTrue();
        assertThat(has(slow, "one")).isFalse();
        assertThat(has(store, "one")).isFalse();
    }

    @Test
    void u7SnapshotRejectedWhileItIsBeingWrittenIsNotServedNorKept() throws IOException {
        saveAndWaitUntilItIsBeingWritten(draft("one"));
        reject(store, "one");
        assertThat(store.load(KEY)).isEmpty();
        assertThat(store.stat(KEY)).isEmpty();
        assertThat(store.list()).isEmpty();
        assertThat(store.match(PrefixQuery.of("one two")).candidates()).isEmpty();
        released.countDown();
        store.flush();
        assertThat(has(slow, "one")).isFalse();
        assertThat(store.stats().setAside()).isEqualTo(1);
    }

    @Test
    void u7RejectOfAQueuedReplacementDoesNotBringBackTheReplaced() throws IOException {
        saveAndWaitUntilItIsBeingWritten(draft("one", 10, 1));
        store.save(draft("one", 10, 2));
        reject(store, "one");
        released.countDown();
        store.flush();
        assertThat(has(slow, "one")).isFalse();
        store.save(draft("one", 10, 3));
        store.flush();
        assertThat(fill(slow, "one")).isEqualTo(3);
    }

    @Test
    void u7RemovalFindsNothingWhereAQueuedReplacementWasRejected() throws IOException {
        saveAndWaitUntilItIsBeingWritten(draft("first"));
        slow.save(draft("one", 10, 1));
        store.save(draft("one", 10, 2));
        reject(store, "one");
        assertThat(store.remove(KEY)).isFalse();
        assertThat(has(slow, "one")).isFalse();
        released.countDown();
        store.flush();
        assertThat(has(store, "one")).isFalse();
    }

    @Test
    void saveThatAsksForTheDiskIsWrittenThrough() throws IOException {
        released.countDown();
        assertThat(store.save(KEY, draft("one"), SaveOptions.DEFAULT.durability(Durability.FSYNC))
                        .outcome())
                .isEqualTo(Outcome.STORED);
        assertThat(has(slow, "one")).isTrue();
    }

    @Test
    void u16WhatTheTierCanNeverHoldIsRefusedAndNotQueued() throws IOException {
        released.countDown();
        assertThat(store.save(draft("huge", 2 << 20, 1)).outcome()).isEqualTo(Outcome.TOO_LARGE);
        assertThat(store.tierStats().get(0).queuedSnapshots()).isZero();
    }

    @Test
    void saveIfAbsentSeesWhatIsQueued() throws IOException {
        saveAndWaitUntilItIsBeingWritten(draft("one", 10, 1));
        SnapshotDraft draft = draft("one", 10, 2);
        assertThat(store.save(KEY, draft, SaveOptions.IF_ABSENT).outcome()).isEqualTo(Outcome.ALREADY_PRESENT);
        released.countDown();
        store.flush();
        assertThat(fill(slow, "one")).isEqualTo(1);
    }

    @Test
    void hitsOfAQueuedSnapshotReachTheTierWhenItHasIt() throws IOException {
        HookedStore memory = new HookedStore();
        try (TieredKvStore both = TieredKvStore.builder()
                .tier(Tier.of(memory))
                .tier(Tier.of(slow).writeMode(WriteMode.WRITE_BACK))
                .build()) {
            both.save(draft("one"));
            await(writing);
            hit(both, "one");
            released.countDown();
            both.flush();
            assertThat(slow.stat(KEY).orElseThrow().header().hitCount()).isEqualTo(1);
        }
    }

    /** Waits until a thread waits for another, or has ended. */
    private static Thread started(ThrowingRunnable work) {
        Thread thread = new Thread(() -> {
            try {
                work.run();
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });
        thread.start();
        while (thread.getState() != Thread.State.WAITING && thread.getState() != Thread.State.TERMINATED) {
            Thread.onSpinWait();
        }
        return thread;
    }

    @FunctionalInterface
    private interface ThrowingRunnable {
        void run() throws Exception;
    }

    @Test
    void refusedSaveLeavesWhatIsQueuedUnderItsKey() throws Exception {
        saveAndWaitUntilItIsBeingWritten(draft("first"));
        store.save(draft("one", 10, 1));
        List<Outcome> outcomes = new ArrayList<>();
        Thread refused =
                started(() -> outcomes.add(store.save(draft("one", 2 << 20, 2)).outcome()));
        assertThat(fill(store, "one")).isEqualTo(1);
        released.countDown();
        refused.join();
        assertThat(outcomes).containsExactly(Outcome.TOO_LARGE);
        assertThat(fill(slow, "one")).isEqualTo(1);
    }

    @Test
    void u15SaveThatIsBeingCopiedWhenTheStoreIsClosedIsWritten() throws Exception {
        ArrayList<String> closed = new ArrayList<>();
        HookedStore behind = new HookedStore("behind", DataSize.ofMebibytes(1), closed);
        List<String> whenWritten = new ArrayList<>();
        behind.beforeNextSave(() -> whenWritten.addAll(closed));
        TieredKvStore closing = open(behind);
        List<Thread> closer = new ArrayList<>();
        PayloadSource source = PayloadSource.of(3, out -> {
            closer.add(started(closing::close));
            out.write(ByteBuffer.wrap(new byte[3]));
        });
        assertThat(closing.save(SnapshotDraft.builder()
                                .text("one")
                                .payload(source)
                                .build())
                        .outcome())
                .isEqualTo(Outcome.QUEUED);
        closer.get(0).join();
        assertThat(behind.saves).hasValue(1);
        assertThat(whenWritten).isEmpty();
        assertThat(closed).containsExactly("behind");
    }

    @Test
    void flushDoesNotWaitForWhatIsSavedAfterIt() throws Exception {
        saveAndWaitUntilItIsBeingWritten(draft("one"));
        Thread flush = started(store::flush);
        store.save(draft("later"));
        slow.beforeNextSave(() -> {
            try {
                flush.join();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        });
        released.countDown();
        flush.join();
        assertThat(has(slow, "one")).isTrue();
    }

    @Test
    void hitsThatTheQueueServesReachTheTierWhenItHasIt() throws IOException {
        saveAndWaitUntilItIsBeingWritten(draft("one"));
        hit(store, "one");
        released.countDown();
        store.flush();
        assertThat(slow.stat(KEY).orElseThrow().header().hitCount()).isEqualTo(1);
    }
}
