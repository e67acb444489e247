package dev.kvc.store.tier;

import static dev.kvc.store.tier.TierFixtures.draft;
import static dev.kvc.store.tier.TierFixtures.fill;
import static dev.kvc.store.tier.TierFixtures.has;
import static dev.kvc.store.tier.TierFixtures.hit;
import static dev.kvc.store.tier.TierFixtures.payload;
import static dev.kvc.store.tier.TierFixtures.reject;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvc.format.KvcKey;
import dev.kvc.format.Namespace;
import dev.kvc.store.Capability;
import dev.kvc.store.DataSize;
import dev.kvc.store.KvStore;
import dev.kvc.store.MissReason;
import dev.kvc.store.PayloadSource;
import dev.kvc.store.Pin;
import dev.kvc.store.PrefixQuery;
import dev.kvc.store.SaveOptions;
import dev.kvc.store.SaveResult;
import dev.kvc.store.SaveResult.Outcome;
import dev.kvc.store.Snapshot;
import dev.kvc.store.SnapshotDraft;
import dev.kvc.store.SnapshotInfo;
import dev.kvc.store.Touch;
import dev.kvc.store.fs.FileSystemKvStore;
import dev.kvc.store.memory.CaffeineKvStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TieredKvStoreTest {
    private final HookedStore fast = new HookedStore();
    private final HookedStore slow = new HookedStore();
    private final List<KvStore> opened = new ArrayList<>();

    @TempDir
    private Path directory;

    private TieredKvStore stack(Tier... tiers) {
        TieredKvStore.Builder builder = TieredKvStore.builder();
        Stream.of(tiers).forEach(builder::tier);
        TieredKvStore store = builder.build();
        opened.add(store);
        return store;
    }

    private TieredKvStore fastAndSlow() {
        return stack(Tier.of(fast).promotion(Promotion.never()), Tier.of(slow));
    }

    @AfterEach
    void close() throws IOException {
        for (KvStore store : opened) {
            store.close();
        }
    }

    @Test
    void prefixMatchTakesTheLongestOverAllTiersAndOfOneLengthTheFastest() throws IOException {
        TieredKvStore store = fastAndSlow();
        fast.save(draft("one", 10, 1));
        slow.save(draft("one", 10, 2));
        slow.save(draft("one two", 10, 2));
        fast.save(draft("other", 10, 1));
        assertThat(store.match(PrefixQuery.of("one two three")).candidates())
                .extracting(SnapshotInfo::key)
                .containsExactly(KvcKey.of("one two"), KvcKey.of("one"));
        try (Snapshot longest =
                store.loadLongestPrefix(PrefixQuery.of("one two three")).orElseThrow()) {
            assertThat(longest.info().key()).isEqualTo(KvcKey.of("one two"));
        }
        assertThat(fill(store, "one")).isEqualTo(1);
        assertThat(store.list())
                .extracting(SnapshotInfo::key)
                .doesNotHaveDuplicates()
                .hasSize(3);
    }

    @Test
    void whatAFastTierRefusesForItsGatesIsOfferedByASlowOne() throws IOException {
        TieredKvStore store = fastAndSlow();
        fast.save(draft("one", 10, 1));
        slow.save(SnapshotDraft.builder()
                .text("one")
                .payload(payload(10, 2))
                .modelId(7)
                .build());
        PrefixQuery query = PrefixQuery.builder("one two".getBytes(java.nio.charset.StandardCharsets.UTF_8))
                .modelId(7)
                .build();
        assertThat(store.match(query).refused()).isEmpty();
        try (Snapshot found = store.loadLongestPrefix(query).orElseThrow()) {
            assertThat(found.payload().toByteArray()).isEqualTo(payload(10, 2));
        }
    }

    @Test
    void saveReachesEveryTierAlsoWhenItsPayloadCanBeWrittenOnlyOnce() throws IOException {
        try (KvStore disk = FileSystemKvStore.builder(directory.resolve("kvc"))
                .budget(DataSize.ofMebibytes(1))
                .open()) {
            TieredKvStore store = stack(Tier.of(disk), Tier.of(fast), Tier.of(slow));
            PayloadSource once = PayloadSource.of(3, out -> out.write(ByteBuffer.wrap(new byte[] {5, 5, 5})));
            SaveResult result =
                    store.save(SnapshotDraft.builder().text("one").payload(once).build());
            assertThat(result.outcome()).isEqualTo(Outcome.STORED);
            assertThat(result.cause()).isEmpty();
            assertThat(List.of(fill(disk, "one"), fill(fast, "one"), fill(slow, "one")))
                    .containsOnly(5);
        }
    }

    @Test
    void payloadThatFailsWhenItIsWrittenTheOneTimeThatItCanSaysWhyAndIsNoFailureOfTheTiersBehind() throws IOException {
        try (KvStore disk = FileSystemKvStore.builder(directory.resolve("kvc"))
                .budget(DataSize.ofMebibytes(1))
                .open()) {
            TieredKvStore store = stack(Tier.of(disk), Tier.of(slow));
            PayloadSource broken = PayloadSource.of(3, out -> {
                throw new IOException("the engine has lost its state");
            });
            SaveResult result = store.save(
                    SnapshotDraft.builder().text("one").payload(broken).build());
            assertThat(result.outcome()).isEqualTo(Outcome.FAILED);
            assertThat(result.cause().orElseThrow()).hasMessage("the engine has lost its state");
            assertThat(store.tierStats().get(1).failures()).isZero();
        }
    }

    @Test
    void snapshotThatAFastTierCannotTakeIsNotHiddenByTheOldOneInIt() throws IOException {
        HookedStore small = new HookedStore("small", DataSize.ofBytes(10 << 10), new ArrayList<>());
        TieredKvStore store = stack(Tier.of(small), Tier.of(slow));
        store.save(draft("one", 1000, 1));
        SaveResult result = store.save(draft("one", 100_000, 2));
        assertThat(result.outcome()).isEqualTo(Outcome.REPLACED);
        assertThat(fill(store, "one")).isEqualTo(2);
    }

    @Test
    void whatNoTierTakesLeavesTheOldSnapshot() throws IOException {
        TieredKvStore store = fastAndSlow();
        store.save(draft("one", 1000, 1));
        assertThat(store.save(draft("one", 2 << 20, 2)).outcome()).isEqualTo(Outcome.TOO_LARGE);
        assertThat(fill(store, "one")).isEqualTo(1);
    }

    @Test
    void readOnlyTierServesAndIsNotWritten() throws IOException {
        slow.save(draft("old"));
        TieredKvStore store = stack(Tier.of(fast), Tier.of(slow).writeMode(WriteMode.READ_ONLY));
        store.save(draft("new"));
        hit(store, "old");
        assertThat(has(slow, "new")).isFalse();
        assertThat(has(fast, "new")).isTrue();
    }

    @Test
    void hitsInMemoryDecideWhatTheDirectoryEvicts() throws IOException {
        KvStore memory =
                CaffeineKvStore.builder().budget(DataSize.ofMebibytes(8)).build();
        KvStore disk = FileSystemKvStore.builder(directory.resolve("kvc"))
                .budget(DataSize.ofBytes(250_000))
                .lowWatermark(0)
                .open();
        TieredKvStore store = stack(Tier.of(memory), Tier.of(disk));
        long longAgo = 1_000_000;
        for (String text : List.of("hot", "cold")) {
            SnapshotDraft draft = draft(text, 100_000, 1);
            store.save(SnapshotDraft.builder()
                    .header(draft.header(longAgo))
                    .text(text)
                    .payload(draft.payload())
                    .build());
        }
        hit(store, "hot");
        store.save(draft("new", 100_000, 1));
        assertThat(has(disk, "hot")).isTrue();
        assertThat(has(disk, "cold")).isFalse();
        assertThat(disk.stat(KvcKey.of("hot")).orElseThrow().header().hitCount())
                .isEqualTo(1);
    }

    @Test
    void hitsArePassedDownInOneTouchForEachSnapshot() throws IOException {
        TieredKvStore store = fastAndSlow();
        store.save(draft("one"));
        hit(store, "one");
        hit(store, "one");
        assertThat(slow.touches).isEmpty();
        store.flush();
        assertThat(slow.touches).hasSize(1);
        assertThat(slow.touches.get(0).hits()).isEqualTo(2);
    }

    @Test
    void hitsArePassedDownBeforeASaveThatMayEvict() throws IOException {
        TieredKvStore store = fastAndSlow();
        store.save(draft("one"));
        hit(store, "one");
        store.save(draft("two", 100_000, 1));
        assertThat(slow.touches).isEmpty();
        store.save(draft("large", 950_000, 1));
        assertThat(slow.touches).extracting(Touch::key).containsExactly(KvcKey.of("one"));
    }

    @Test
    void hitsArePassedDownBeforeTheSnapshotThatWasHitIsReplaced() throws IOException {
        TieredKvStore store = fastAndSlow();
        store.save(draft("one", 10, 1));
        hit(store, "one");
        store.save(draft("one", 10, 2));
        store.flush();
        assertThat(slow.touches).hasSize(1);
        assertThat(slow.stat(KvcKey.of("one")).orElseThrow().header().hitCount())
                .isZero();
    }

    @Test
    void pinHoldsInEveryTier() throws IOException {
        KvStore memory =
                CaffeineKvStore.builder().budget(DataSize.ofBytes(150 << 10)).build();
        KvStore more =
                CaffeineKvStore.builder().budget(DataSize.ofBytes(150 << 10)).build();
        TieredKvStore store = stack(Tier.of(memory), Tier.of(more));
        store.save(draft("pinned", 60_000, 1));
        Pin pin = store.pin(KvcKey.of("pinned"), null);
        assertThat(store.save(draft("other", 100_000, 1)).outcome()).isEqualTo(Outcome.NO_ROOM);
        pin.close();
        assertThat(store.save(draft("other", 100_000, 1)).outcome()).isEqualTo(Outcome.STORED);
    }

    @Test
    void u7RejectedSnapshotIsGoneFromEveryTier() throws IOException {
        TieredKvStore store = fastAndSlow();
        store.save(draft("one"));
        reject(store, "one");
        assertThat(has(fast, "one")).isFalse();
        assertThat(has(slow, "one")).isFalse();
        assertThat(store.loadLongestPrefix(PrefixQuery.of("one two"))).isEmpty();
    }

    @Test
    void u7RejectLeavesAnotherSnapshotOfTheKeyInASlowTier() throws IOException {
        TieredKvStore store = fastAndSlow();
        fast.save(draft("one", 10, 1));
        slow.save(draft("one", 10, 2));
        reject(store, "one");
        assertThat(fill(store, "one")).isEqualTo(2);
    }

    @Test
    void u7EqualSnapshotSavedAfterTheLoadIsLeftInEveryTier() throws IOException {
        TieredKvStore store = fastAndSlow();
        store.save(draft("one"));
        try (Snapshot rejected = store.load(KvcKey.of("one")).orElseThrow()) {
            store.save(SnapshotDraft.copyOf(rejected));
            rejected.reject();
        }
        assertThat(has(fast, "one")).isTrue();
        assertThat(has(slow, "one")).isTrue();
    }

    @Test
    void failingTierIsATierWithoutTheSnapshot() throws IOException {
        TieredKvStore store = fastAndSlow();
        store.save(draft("one"));
        slow.failFromNowOn();
        SaveResult result = store.save(draft("two"));
        assertThat(result.isLoadable()).isTrue();
        assertThat(result.cause()).isPresent();
        hit(store, "one");
        hit(store, "two");
        assertThat(store.load(KvcKey.of("three"))).isEmpty();
        assertThat(store.stats().misses()).containsOnlyKeys(MissReason.FAILED);
        assertThat(store.match(PrefixQuery.of("one two")).candidates()).hasSize(1);
        assertThat(store.list()).hasSize(2);
        assertThat(store.namespaces()).containsExactly(Namespace.DEFAULT);
        assertThat(store.remove(KvcKey.of("one"))).isTrue();
        assertThat(store.stat(KvcKey.of("one"))).isEmpty();
        assertThat(store.evictToBudget()).isEqualTo(1);
        store.flush();
        assertThat(store.tierStats().get(0).failures()).isZero();
        assertThat(store.tierStats().get(1).failures()).isPositive();
    }

    @Test
    void bugOfATierIsItsFailureAndNobodysException() throws IOException {
        TieredKvStore store = fastAndSlow();
        store.save(draft("one"));
        slow.throwBugsFromNowOn();
        SaveResult result = store.save(draft("two"));
        assertThat(result.isLoadable()).isTrue();
        assertThat(result.cause()).isPresent();
        hit(store, "one");
        assertThat(store.load(KvcKey.of("three"))).isEmpty();
        assertThat(store.stat(KvcKey.of("three"))).isEmpty();
        assertThat(store.stats().misses()).containsOnlyKeys(MissReason.FAILED);
        assertThat(store.match(PrefixQuery.of("one two")).candidates()).hasSize(1);
        assertThat(store.list()).hasSize(2);
        assertThat(store.namespaces()).containsExactly(Namespace.DEFAULT);
        reject(store, "two");
        assertThat(store.remove(KvcKey.of("one"))).isTrue();
        assertThat(store.evictToBudget()).isEqualTo(1);
        store.flush();
        assertThat(store.tierStats().get(0).failures()).isZero();
        assertThat(store.tierStats().get(1).failures()).isGreaterThan(8);
    }

    @Test
    void tierThatCannotPinDoesNotKeepTheOthersFromIt() {
        TieredKvStore store = fastAndSlow();
        fast.throwBugsFromNowOn();
        Pin pin = store.pin(KvcKey.of("one"), null);
        assertThat(slow.pins).hasValue(1);
        pin.close();
        assertThat(slow.pins).hasValue(0);
    }

    @Test
    void pinEndsInEveryTierAlsoWhenOneFails() {
        TieredKvStore store = fastAndSlow();
        Pin pin = store.pin(KvcKey.of("one"), null);
        fast.throwBugsFromNowOn();
        pin.close();
        assertThat(slow.pins).hasValue(0);
    }

    @Test
    void pinWithANegativeDeadlineIsRefused() {
        assertThatThrownBy(() -> fastAndSlow().pin(KvcKey.of("one"), Duration.ofSeconds(-1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("PT-1S");
        assertThat(fast.pins).hasValue(0);
    }

    @Test
    void tierIsClosedAlsoWhenTheOneInFrontOfItHasABug() {
        List<String> closed = new ArrayList<>();
        HookedStore first = new HookedStore("first", DataSize.ofMebibytes(1), closed);
        HookedStore second = new HookedStore("second", DataSize.ofMebibytes(1), closed);
        first.throwBugsFromNowOn();
        stack(Tier.of(first), Tier.of(second)).close();
        assertThat(closed).containsExactly("first", "second");
    }

    @Test
    void deadlineMayBeLongerThanAnyClockCounts() throws IOException {
        TieredKvStore store = stack(Tier.of(fast), Tier.of(slow).deadline(Duration.ofSeconds(Long.MAX_VALUE)));
        slow.save(draft("one"));
        hit(store, "one");
    }

    @Test
    void saveThatEveryTierFailsIsFailed() throws IOException {
        TieredKvStore store = fastAndSlow();
        fast.failFromNowOn();
        slow.failFromNowOn();
        SaveResult result = store.save(draft("one"));
        assertThat(result.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(result.cause()).isPresent();
        assertThat(store.stats().saves(Outcome.FAILED)).isEqualTo(1);
    }

    @Test
    void tierThatDoesNotAnswerInTimeIsPassedOverAndWhatItFindsLateIsClosed() throws Exception {
        // Time enough for the tier to be asked at all.
        TieredKvStore store = stack(Tier.of(fast), Tier.of(slow).deadline(Duration.ofSeconds(1)));
        slow.save(draft("one"));
        CountDownLatch answer = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        slow.afterNextLoad(() -> {
            try {
                answer.await();
            } catch (InterruptedException e) {
                interrupted.countDown();
            }
        });
        assertThat(store.load(KvcKey.of("one"))).isEmpty();
        interrupted.await();
        assertThat(store.stats().misses()).containsOnlyKeys(MissReason.FAILED);
        assertThat(store.tierStats().get(1).failures()).isEqualTo(1);
    }

    @Test
    void ampleDeadlineChangesNothing() throws IOException {
        TieredKvStore store = stack(Tier.of(fast), Tier.of(slow).deadline(Duration.ofHours(1)));
        slow.save(draft("one"));
        hit(store, "one");
        assertThat(has(store, "one")).isTrue();
        assertThat(store.match(PrefixQuery.of("one two")).best()).isPresent();
        slow.failFromNowOn();
        assertThat(store.load(KvcKey.of("two"))).isEmpty();
        assertThat(store.tierStats().get(1).failures()).isEqualTo(1);
    }

    @Test
    void tiersAreClosedFastestFirstAndAllOfThemWhenOneFails() {
        List<String> closed = new ArrayList<>();
        HookedStore first = new HookedStore("first", DataSize.ofMebibytes(1), closed);
        HookedStore second = new HookedStore("second", DataSize.ofMebibytes(1), closed);
        first.failFromNowOn();
        TieredKvStore store = stack(Tier.of(first), Tier.of(second));
        store.close();
        store.close();
        assertThat(closed).containsExactly("first", "second");
        assertThatThrownBy(() -> store.load(KvcKey.of("one"))).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void capabilitiesAreThoseOfAllTiersAndDurableIfOneThatIsWrittenIs() throws IOException {
        KvStore disk = FileSystemKvStore.builder(directory.resolve("kvc"))
                .budget(DataSize.ofMebibytes(1))
                .open();
        KvStore memory =
                CaffeineKvStore.builder().budget(DataSize.ofMebibytes(1)).build();
        assertThat(stack(Tier.of(memory), Tier.of(disk)).capabilities())
                .contains(Capability.NAMESPACES, Capability.DURABLE, Capability.PINS)
                .doesNotContain(Capability.SHARED);
        assertThat(fastAndSlow().capabilities()).doesNotContain(Capability.NAMESPACES, Capability.DURABLE);
    }

    @Test
    void namespaceThatATierDoesNotHaveIsRefusedAtOnce() {
        assertThatThrownBy(() -> fastAndSlow().in(Namespace.of("alice")))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessageContaining("alice");
    }

    @Test
    void everythingThatIsWrongWithTheTiersIsSaid() {
        assertThatThrownBy(() -> TieredKvStore.builder().build()).hasMessageContaining("there is no tier");
        assertThatThrownBy(() -> TieredKvStore.builder()
                        .tier(Tier.of(fast).writeMode(WriteMode.READ_ONLY))
                        .tier(Tier.of(fast).writeMode(WriteMode.READ_ONLY))
                        .queueBudget(DataSize.ofBytes(0))
                        .build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("READ_ONLY")
                .hasMessageContaining("two tiers")
                .hasMessageContaining("queueBudget is 0B");
        assertThatThrownBy(() -> Tier.of(fast).deadline(Duration.ZERO)).hasMessageContaining("PT0S");
        assertThatThrownBy(() -> new Promotion(3, DataSize.ofBytes(1))).hasMessageContaining("onHit is 3");
        KvStore memory =
                CaffeineKvStore.builder().budget(DataSize.ofMebibytes(1)).build();
        assertThatThrownBy(() -> Tier.of(memory.in(Namespace.of("alice")))).hasMessageContaining("alice");
    }

    @Test
    void saveIfAbsentLeavesWhatServesAsWell() throws IOException {
        TieredKvStore store = fastAndSlow();
        store.save(draft("one", 10, 1));
        SnapshotDraft draft = draft("one", 10, 2);
        assertThat(store.save(draft.textKey(), draft, SaveOptions.IF_ABSENT).outcome())
                .isEqualTo(Outcome.ALREADY_PRESENT);
        assertThat(fill(store, "one")).isEqualTo(1);
    }
}
