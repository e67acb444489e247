package dev.kvc.store.tier;

import static dev.kvc.store.tier.TierFixtures.draft;
import static dev.kvc.store.tier.TierFixtures.fill;
import static dev.kvc.store.tier.TierFixtures.has;
import static dev.kvc.store.tier.TierFixtures.hit;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kvc.faultfs.FaultyFileSystem;
import dev.kvc.faultfs.Operation;
import dev.kvc.format.KvcKey;
import dev.kvc.store.DataSize;
import dev.kvc.store.KvStore;
import dev.kvc.store.LoadOptions;
import dev.kvc.store.LoadOptions.Verify;
import dev.kvc.store.Mapping;
import dev.kvc.store.MissReason;
import dev.kvc.store.Snapshot;
import dev.kvc.store.SnapshotDraft;
import dev.kvc.store.fs.FileSystemKvStore;
import dev.kvc.store.memory.CaffeineKvStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is copied up, when, and what a save, a removal or a reject in the meantime makes of it. */
class PromotionTest {
    private static final KvcKey KEY = KvcKey.of("one");

    private final HookedStore fast = new HookedStore();
    private final HookedStore slow = new HookedStore();
    private TieredKvStore store = stack(Promotion.onFirstHit());

    private TieredKvStore stack(Promotion promotion) {
        store = TieredKvStore.builder()
                .tier(Tier.of(fast).promotion(promotion))
                .tier(Tier.of(slow))
                .build();
        return store;
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void firstHitIsCopiedUpWhereTheRuleSaysSo() throws IOException {
        slow.save(draft("one"));
        hit(store, "one");
        assertThat(has(fast, "one")).isTrue();
        hit(store, "one");
        assertThat(slow.loads).hasValue(1);
        assertThat(store.tierStats().get(0).promotions()).isEqualTo(1);
    }

    @Test
    void secondHitIsCopiedUpWhereTheRuleSaysSo() throws IOException {
        stack(Promotion.onSecondHit());
        slow.save(draft("one"));
        hit(store, "one");
        assertThat(has(fast, "one")).isFalse();
        hit(store, "one");
        assertThat(has(fast, "one")).isTrue();
    }

    @Test
    void nothingIsCopiedUpWhereTheRuleSaysNever() throws IOException {
        stack(Promotion.never());
        slow.save(draft("one"));
        hit(store, "one");
        hit(store, "one");
        hit(store, "one");
        assertThat(has(fast, "one")).isFalse();
    }

    @Test
    void largerSnapshotsStayWhereTheyAre() throws IOException {
        stack(Promotion.onFirstHit().upTo(DataSize.ofBytes(10 << 10)));
        slow.save(draft("small", 9_000, 1));
        slow.save(draft("large", 11_000, 1));
        hit(store, "small");
        hit(store, "large");
        assertThat(has(fast, "small")).isTrue();
        assertThat(has(fast, "large")).isFalse();
    }

    @Test
    void whatIsOnlyLookedAtIsNotCopiedUp() throws IOException {
        slow.save(draft("one"));
        for (LoadOptions look : List.of(LoadOptions.DEFAULT.withoutHit(), LoadOptions.DEFAULT.verify(Verify.NEVER))) {
            store.load(KEY, look).orElseThrow().close();
        }
        assertThat(has(fast, "one")).isFalse();
    }

    @Test
    void readOnlyTierTakesNoCopy() throws IOException {
        store = TieredKvStore.builder()
                .tier(Tier.of(fast).writeMode(WriteMode.READ_ONLY).promotion(Promotion.onFirstHit()))
                .tier(Tier.of(slow))
                .build();
        slow.save(draft("one"));
        hit(store, "one");
        assertThat(has(fast, "one")).isFalse();
    }

    @Test
    void copyHasTheHeaderAndTheHitsOfItsOriginal() throws IOException {
        slow.save(draft("one"));
        hit(store, "one");
        assertThat(fast.stat(KEY).orElseThrow().header())
                .isEqualTo(slow.stat(KEY).orElseThrow().header());
        assertThat(fast.stat(KEY).orElseThrow().header().hitCount()).isEqualTo(1);
    }

    private KvStore openDirectory(Path directory) throws IOException {
        return openDirectory(directory, CaffeineKvStore.builder().budget(DataSize.ofMebibytes(8)));
    }

    private static KvStore openDisk(Path directory) throws IOException {
        return FileSystemKvStore.builder(directory)
                .budget(DataSize.ofMebibytes(64))
                .open();
    }

    /** A directory behind memory. */
    private KvStore openDirectory(Path directory, CaffeineKvStore.Builder memory) throws IOException {
        KvStore disk = openDisk(directory);
        store = TieredKvStore.builder()
                .tier(Tier.of(memory.build()).promotion(Promotion.onFirstHit()))
                .tier(Tier.of(disk))
                .build();
        return disk;
    }

    @Test
    void copyInMemoryIsMadeWhileTheFileIsVerifiedAndItIsReadOnce(@TempDir Path directory) throws IOException {
        FaultyFileSystem files = FaultyFileSystem.around(directory);
        KvStore disk = openDirectory(files.path());
        disk.save(draft("one", 5_000_000, 1));
        disk.load(KEY, LoadOptions.DEFAULT.withoutHit()).orElseThrow().close();
        long before = files.count(Operation.READ);
        disk.load(KEY).orElseThrow().close();
        long once = files.count(Operation.READ) - before;
        try (Snapshot promoted = store.load(KEY).orElseThrow()) {
            assertThat(promoted.payload().toByteArray()).isEqualTo(TierFixtures.payload(5_000_000, 1));
        }
        assertThat(files.count(Operation.READ) - before - once).isEqualTo(once);
        assertThat(store.tierStats().get(0).promotions()).isEqualTo(1);
        assertThat(fill(store, "one")).isEqualTo(1);
        assertThat(disk.stats().hits()).isEqualTo(2);
    }

    private static List<CaffeineKvStore.Builder> smallMemory() {
        return List.of(
                CaffeineKvStore.builder().budget(DataSize.ofMebibytes(8)),
                CaffeineKvStore.builder().budget(DataSize.ofMebibytes(80)).maxEntry(DataSize.ofMebibytes(8)));
    }

    @ParameterizedTest
    @MethodSource("smallMemory")
    void whatMemoryTakesNoCopyOfIsNotKeptThere(CaffeineKvStore.Builder memory, @TempDir Path directory)
            throws IOException {
        openDirectory(directory, memory).save(draft("one", 9_000_000, 1));
        try (Snapshot snapshot = store.load(KEY).orElseThrow();
                Mapping mapping = snapshot.payload().map()) {
            assertThat(mapping.slices()).allMatch(ByteBuffer::isDirect);
        }
        assertThat(store.tierStats().get(0).promotions()).isZero();
    }

    @Test
    void damagedFileIsAMissAndNoCopyOfIt(@TempDir Path directory) throws IOException {
        openDirectory(directory).save(draft("one", 5_000_000, 1));
        try (FileChannel file = FileChannel.open(directory.resolve(KEY.hex() + ".kv"), StandardOpenOption.WRITE)) {
            file.write(ByteBuffer.wrap(new byte[] {2}), 3_000_000);
        }
        assertThat(store.load(KEY)).isEmpty();
        assertThat(store.tierStats().get(0).promotions()).isZero();
        assertThat(store.tierStats().get(1).store().misses()).containsOnly(Map.entry(MissReason.CORRUPT, 1L));
    }

    @Test
    void copyThatFailsHarmsNobody() throws IOException {
        slow.save(draft("one"));
        fast.beforeNextSave(() -> {
            throw new IOException("no room");
        });
        hit(store, "one");
        assertThat(store.tierStats().get(0).failures()).isEqualTo(1);
    }

    @Test
    void snapshotSavedWhileTheOldOneIsFetchedIsNotHiddenByIt() throws IOException {
        slow.save(draft("one", 10, 1));
        slow.afterNextLoad(() -> store.save(draft("one", 10, 2)));
        hit(store, "one");
        assertThat(fill(store, "one")).isEqualTo(2);
        assertThat(fill(slow, "one")).isEqualTo(2);
    }

    /** The other store of the directory stands for another process: this one's index learns nothing from it. */
    @Test
    void snapshotThatAnotherStoreOfTheDirectorySavesMeanwhileIsNotReplacedByTheCopy(@TempDir Path directory)
            throws IOException {
        try (KvStore disk = openDisk(directory);
                KvStore other = openDisk(directory);
                TieredKvStore tiers = TieredKvStore.of(List.of(disk, slow))) {
            slow.save(draft("one", 10, 1));
            slow.afterNextLoad(() -> other.save(draft("one", 10, 2)));
            hit(tiers, "one");
            assertThat(fill(disk, "one")).isEqualTo(2);
            assertThat(tiers.tierStats().get(0).promotions()).isZero();
        }
    }

    @Test
    void snapshotSavedWhileTheOldOneIsCopiedIsNotHiddenByIt() throws IOException {
        slow.save(draft("one", 10, 1));
        fast.beforeNextSave(() -> store.save(modelled("one", 2)));
        hit(store, "one");
        assertThat(fill(store, "one")).isEqualTo(2);
        assertThat(fill(slow, "one")).isEqualTo(2);
    }

    /** Of another model, so that the old one, copied up if absent, would replace it. */
    private static SnapshotDraft modelled(String text, int fill) {
        return SnapshotDraft.builder()
                .text(text)
                .payload(TierFixtures.payload(10, fill))
                .modelId(9)
                .build();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void snapshotRemovedWhileItIsFetchedOrCopiedDoesNotComeBack(boolean whileFetched) throws IOException {
        slow.save(draft("one"));
        HookedStore.Hook removal = () -> assertThat(store.remove(KEY)).isTrue();
        if (whileFetched) {
            slow.afterNextLoad(removal);
        } else {
            fast.beforeNextSave(removal);
        }
        hit(store, "one");
        assertThat(has(store, "one")).isFalse();
    }

    @Test
    void u7SnapshotRejectedWhileItIsCopiedDoesNotComeBack() throws IOException {
        slow.save(draft("one"));
        fast.beforeNextSave(() -> {
            try (Snapshot other =
                    store.load(KEY, LoadOptions.DEFAULT.withoutHit()).orElseThrow()) {
                other.reject();
            }
        });
        hit(store, "one");
        assertThat(has(store, "one")).isFalse();
    }

    @Test
    void loadsOfOneKeyFetchItOnce() throws Exception {
        slow.save(draft("one"));
        int others = 7;
        List<Thread> waiting = new ArrayList<>();
        ExecutorService threads = Executors.newFixedThreadPool(others, work -> {
            Thread thread = new Thread(work);
            waiting.add(thread);
            return thread;
        });
        List<Future<?>> loads = new ArrayList<>();
        slow.afterNextLoad(() -> {
            for (int i = 0; i < others; i++) {
                loads.add(threads.submit(() -> {
                    hit(store, "one");
                    return null;
                }));
            }
            while (!waiting.stream().allMatch(thread -> thread.getState() == Thread.State.WAITING)) {
                Thread.onSpinWait();
            }
        });
        hit(store, "one");
        for (Future<?> load : loads) {
            load.get();
        }
        threads.shutdown();
        assertThat(slow.loads).hasValue(1);
        assertThat(store.stats().hits()).isEqualTo(1 + others);
    }
}
