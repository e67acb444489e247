package dev.kvc.store.tier;

import static dev.kvc.store.tier.TierFixtures.draft;
import static dev.kvc.store.tier.TierFixtures.payload;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kvc.format.KvcKey;
import dev.kvc.store.DataSize;
import dev.kvc.store.KvStore;
import dev.kvc.store.LoadOptions;
import dev.kvc.store.PrefixQuery;
import dev.kvc.store.Snapshot;
import dev.kvc.store.fs.FileSystemKvStore;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Many who load one snapshot at the same moment: it is fetched once, and nobody is harmed by another's bad luck. */
@Timeout(60)
class SingleFlightTest {
    private static final KvcKey KEY = KvcKey.of("one");
    private static final int LOADS = 100;

    private final HookedStore fast = new HookedStore();
    private final HookedStore slow = new HookedStore();
    private final List<Load> loads = new ArrayList<>();
    private TieredKvStore store = stack(Promotion.onFirstHit(), slow);

    private TieredKvStore stack(Promotion promotion, KvStore behind) {
        store = TieredKvStore.builder()
                .tier(Tier.of(fast).promotion(promotion))
                .tier(Tier.of(behind))
                .build();
        return store;
    }

    @AfterEach
    void close() {
        store.close();
    }

    /** A load on a thread of its own. */
    private static final class Load {
        private final FutureTask<Optional<Snapshot>> result;
        private final Thread thread;

        Load(Callable<Optional<Snapshot>> load) {
            result = new FutureTask<>(load);
            thread = new Thread(result);
            thread.start();
        }

        Optional<Snapshot> result() throws Exception {
            return result.get();
        }

        boolean isWaiting() {
            return thread.getState() == Thread.State.WAITING;
        }
    }

    private void start(int count) {
        for (int i = 0; i < count; i++) {
            loads.add(new Load(() -> store.load(KEY)));
        }
    }

    private void startOthersAndWaitUntilTheyWait() {
        start(LOADS - 1);
        spinUntilAllWait();
    }

    private void spinUntilAllWait() {
        while (!loads.stream().allMatch(Load::isWaiting)) {
            Thread.onSpinWait();
        }
    }

    /** Reads the snapshots one after the other, closing each before the next is read. */
    private void assertThatAllHaveIt(Optional<Snapshot> first) throws Exception {
        List<Snapshot> all = new ArrayList<>(List.of(first.orElseThrow()));
        for (Load load : loads) {
            all.add(load.result().orElseThrow());
        }
        for (Snapshot snapshot : all) {
            assertThat(snapshot.payload().toByteArray()).isEqualTo(payload(1000, 1));
            snapshot.close();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void simultaneousLoadsReadASlowTierOnce(int onHit) throws Exception {
        stack(onHit == 1 ? Promotion.onFirstHit() : Promotion.onSecondHit(), slow);
        slow.save(draft("one"));
        slow.afterNextLoad(this::startOthersAndWaitUntilTheyWait);
        assertThatAllHaveIt(store.load(KEY));
        assertThat(slow.loads).hasValue(1);
        assertThat(store.stats().hits()).isEqualTo(LOADS);
    }

    @Test
    void loadsThatStartTogetherReadADirectoryOnce(@TempDir Path directory) throws Exception {
        FileSystemKvStore disk = FileSystemKvStore.builder(directory)
                .budget(DataSize.ofMebibytes(1))
                .open();
        stack(Promotion.onFirstHit(), disk);
        disk.save(draft("one"));
        CountDownLatch begin = new CountDownLatch(1);
        for (int i = 1; i < LOADS; i++) {
            loads.add(new Load(() -> {
                begin.await();
                return store.load(KEY);
            }));
        }
        begin.countDown();
        assertThatAllHaveIt(store.load(KEY));
        assertThat(disk.stats().hits()).isEqualTo(1);
    }

    @Test
    void whatComesTooLateForACopyIsTheSecondHitThatCopies() throws Exception {
        stack(Promotion.onSecondHit(), slow);
        slow.save(draft("one"));
        store.load(KEY).orElseThrow().close();
        slow.afterNextLoad(this::startOthersAndWaitUntilTheyWait);
        assertThatAllHaveIt(store.load(KEY));
        assertThat(slow.loads).hasValue(2);
    }

    @Test
    void failedFetchIsAMissForAllWhoWaitedForItAndNotForTheNext() throws Exception {
        slow.save(draft("one"));
        slow.afterNextLoad(() -> {
            startOthersAndWaitUntilTheyWait();
            throw new IOException("the connection is lost");
        });
        assertThat(store.load(KEY)).isEmpty();
        for (Load load : loads) {
            assertThat(load.result()).isEmpty();
        }
        assertThat(slow.loads).hasValue(1);
        store.load(KEY).orElseThrow().close();
        assertThat(slow.loads).hasValue(2);
    }

    @Test
    void absentSnapshotIsAskedForOnceByAllWhoWait() throws Exception {
        slow.afterNextLoad(this::startOthersAndWaitUntilTheyWait);
        assertThat(store.load(KEY)).isEmpty();
        for (Load load : loads) {
            assertThat(load.result()).isEmpty();
        }
        assertThat(slow.loads).hasValue(1);
    }

    @Test
    void missIsNotForThoseWhoWaitWhenTheSnapshotWasSavedMeanwhile() throws Exception {
        slow.afterNextLoad(() -> {
            startOthersAndWaitUntilTheyWait();
            slow.save(draft("one"));
            store.save(draft("other")); // another key: tells nobody anything
            store.save(draft("one"));
            store.remove(KEY);
            store.save(draft("one"));
        });
        assertThat(store.load(KEY)).isEmpty();
        for (Load load : loads) {
            load.result().orElseThrow().close();
        }
    }

    @Test
    void missOfAnotherExpectationIsNotShared() throws Exception {
        slow.save(draft("one"));
        slow.afterNextLoad(this::startOthersAndWaitUntilTheyWait);
        LoadOptions other = LoadOptions.DEFAULT.expecting(PrefixQuery.of("another prompt"));
        assertThat(store.load(KEY, other)).isEmpty();
        for (Load load : loads) {
            load.result().orElseThrow().close();
        }
    }

    @Test
    void whatHasBeenCopiedUpSinceTheFastTierWasAskedIsNotFetchedAgain() throws Exception {
        slow.save(draft("one"));
        fast.afterNextLoad(
                () -> store.load(KEY, LoadOptions.DEFAULT).orElseThrow().close());
        assertThatAllHaveIt(store.load(KEY));
        assertThat(slow.loads).hasValue(1);
    }

    @Test
    void interruptedWaiterHarmsNobodyElse() throws Exception {
        slow.save(draft("one"));
        slow.afterNextLoad(() -> {
            startOthersAndWaitUntilTheyWait();
            Load first = loads.remove(0);
            first.thread.interrupt();
            try {
                first.result().orElseThrow().close();
            } catch (Exception e) {
                throw new IOException(e);
            }
        });
        assertThatAllHaveIt(store.load(KEY));
        assertThat(slow.loads).hasValue(2);
    }

    @Test
    void interruptedFetchIsMadeAnewByOneOfThoseWhoWait() throws Exception {
        slow.save(draft("one"));
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        slow.afterNextLoad(() -> {
            startOthersAndWaitUntilTheyWait();
            Thread.currentThread().interrupt();
            throw new ClosedByInterruptException();
        });
        Thread leader = new Thread(() -> {
            boolean missed = store.load(KEY, LoadOptions.DEFAULT).isEmpty();
            interrupted.complete(missed && Thread.currentThread().isInterrupted());
        });
        leader.start();
        assertThat(interrupted.get()).isTrue();
        assertThatAllHaveIt(store.load(KEY));
        assertThat(slow.loads).hasValue(2);
    }

    @Test
    void whatCannotBeCopiedUpIsFetchedByEachAtTheSameTime() throws Exception {
        stack(Promotion.onFirstHit().upTo(DataSize.ofBytes(10)), slow);
        slow.save(draft("one"));
        CountDownLatch fetching = new CountDownLatch(2);
        slow.afterNextLoad(() -> {
            start(2);
            spinUntilAllWait();
            slow.afterEachLoad(() -> {
                fetching.countDown();
                awaitUninterrupted(fetching); // for the other one
            });
        });
        assertThatAllHaveIt(store.load(KEY));
        assertThat(slow.loads).hasValue(3);
    }

    private static void awaitUninterrupted(CountDownLatch latch) throws IOException {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }
}
