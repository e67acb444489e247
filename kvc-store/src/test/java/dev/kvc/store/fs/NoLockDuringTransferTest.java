package dev.kvc.store.fs;

import static dev.kvc.store.fs.Fixtures.draft;
import static dev.kvc.store.fs.Fixtures.payload;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kvc.format.KvcKey;
import dev.kvc.store.DataSize;
import dev.kvc.store.KvStore;
import dev.kvc.store.PayloadSource;
import dev.kvc.store.Pin;
import dev.kvc.store.PrefixQuery;
import dev.kvc.store.SaveOptions;
import dev.kvc.store.Snapshot;
import dev.kvc.store.SnapshotDraft;
import dev.kvc.store.SnapshotInfo;
import dev.kvc.store.memory.CaffeineKvStore;
import dev.kvc.store.tier.Promotion;
import dev.kvc.store.tier.Tier;
import dev.kvc.store.tier.TieredKvStore;
import dev.kvc.store.tier.WriteMode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Nobody waits for another's bytes: while a save or a load stands still in the middle, everything else goes on. */
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class NoLockDuringTransferTest {
    private static final KvcKey ONE = KvcKey.of("one");

    private final CountDownLatch reached = new CountDownLatch(1);
    private final CountDownLatch goOn = new CountDownLatch(1);

    @TempDir
    Path directory;

    enum Kind {
        MEMORY,
        DIRECTORY,
        TIERS,
        TIERS_WRITING_BACK
    }

    private KvStore open(Kind kind, Path where) throws IOException {
        return switch (kind) {
            case MEMORY -> memory();
            case DIRECTORY -> disk(where);
            case TIERS -> tiers(where, WriteMode.WRITE_THROUGH);
            case TIERS_WRITING_BACK -> tiers(where, WriteMode.WRITE_BACK);
        };
    }

    private static KvStore memory() {
        return CaffeineKvStore.builder().budget(DataSize.ofBytes(8000)).build();
    }

    private static KvStore disk(Path where) throws IOException {
        return FileSystemKvStore.builder(where).budget(DataSize.ofBytes(8000)).open();
    }

    private static KvStore tiers(Path where, WriteMode mode) throws IOException {
        return TieredKvStore.builder()
                .tier(Tier.of(memory()).promotion(Promotion.onFirstHit()))
                .tier(Tier.of(disk(where)).writeMode(mode))
                .build();
    }

    private void standStill() throws IOException {
        reached.countDown();
        try {
            goOn.await();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    private interface Work {
        void run() throws Exception;
    }

    private static CompletableFuture<Void> start(Work work) {
        CompletableFuture<Void> ended = new CompletableFuture<>();
        new Thread(() -> {
                    try {
                        work.run();
                        ended.complete(null);
                    } catch (Exception | AssertionError e) {
                        ended.completeExceptionally(e);
                    }
                })
                .start();
        return ended;
    }

    /** Runs what may not be kept waiting while something else stands still, then lets it go on. */
    private void whileItStandsStill(CompletableFuture<Void> standing, Work work)
            throws InterruptedException, ExecutionException {
        reached.await();
        CompletableFuture<Void> others = start(work);
        try {
            others.get();
        } finally {
            goOn.countDown();
        }
        standing.get();
    }

    private static byte[] served(KvStore store, KvcKey key) throws IOException {
        try (Snapshot snapshot = store.load(key).orElseThrow()) {
            return snapshot.payload().toByteArray();
        }
    }

    /** Every operation on other keys, one that evicts among them, and those on the key itself that only look. */
    private static void useEverything(KvStore store, byte[] ofOne) throws IOException {
        assertThat(served(store, ONE)).isEqualTo(ofOne);
        assertThat(store.stat(ONE)).isPresent();
        assertThat(store.match(PrefixQuery.of("one and more")).best())
                .map(SnapshotInfo::key)
                .hasValue(ONE);
        try (Snapshot longest =
                store.loadLongestPrefix(PrefixQuery.of("one and more")).orElseThrow()) {
            assertThat(longest.payload().size()).isEqualTo(ofOne.length);
        }
        for (int i = 0; i < 6; i++) {
            String text = "another " + i;
            assertThat(store.save(draft(text, 1500)).isLoadable()).isTrue();
            assertThat(served(store, KvcKey.of(text))).hasSize(1500);
        }
        assertThat(store.save(KvcKey.of("another 5"), draft("another 5", 1500), SaveOptions.IF_ABSENT)
                        .isLoadable())
                .isTrue();
        assertThat(store.remove(KvcKey.of("another 5"))).isTrue();
        try (Stream<SnapshotInfo> all = store.list()) {
            assertThat(all.map(SnapshotInfo::key)).contains(ONE, KvcKey.of("another 4"));
        }
        store.evictToBudget();
        store.pin(ONE, null).close();
        assertThat(store.stats().bytes()).isPositive();
    }

    @ParameterizedTest
    @EnumSource
    void savesDoNotHoldUpOthers(Kind kind) throws Exception {
        byte[] old = payload(1000, 1);
        byte[] next = payload(1000, 2);
        try (KvStore store = open(kind, directory)) {
            store.save(draft("one", old));
            PayloadSource slow = PayloadSource.of(next.length, out -> {
                out.write(ByteBuffer.wrap(next, 0, 500));
                standStill();
                out.write(ByteBuffer.wrap(next, 500, 500));
            });
            SnapshotDraft replacement =
                    SnapshotDraft.builder().text("one").payload(slow).build();
            whileItStandsStill(start(() -> store.save(replacement)), () -> {
                Pin pinned = store.pin(ONE, null); // or the others may evict it
                useEverything(store, old);
                pinned.close();
            });
            assertThat(served(store, ONE)).isEqualTo(next);
        }
    }

    /** The load stands still where it opens the file; what follows are reads, which are nowhere under a lock either. */
    @ParameterizedTest
    @EnumSource(names = {"DIRECTORY", "TIERS", "TIERS_WRITING_BACK"})
    void loadsDoNotHoldUpOthers(Kind kind) throws Exception {
        byte[] payload = payload(1000, 1);
        try (KvStore filling = disk(directory)) {
            filling.save(draft("one", payload));
        }
        CompletableFuture<Thread> loader = new CompletableFuture<>();
        Path watched = Fixtures.watched(directory, (operation, path) -> {
            if (Fixtures.isOpening(operation)
                    && path.endsWith(ONE + ".kv")
                    && Thread.currentThread() == loader.getNow(null)) {
                standStill();
            }
        });
        try (KvStore store = open(kind, watched)) {
            try (Stream<SnapshotInfo> all = store.list()) {
                assertThat(all).hasSize(1); // the directory has been read
            }
            CompletableFuture<Void> loading = start(() -> {
                loader.complete(Thread.currentThread());
                assertThat(served(store, ONE)).isEqualTo(payload);
            });
            whileItStandsStill(loading, () -> {
                Pin pinned = store.pin(ONE, null);
                if (kind == Kind.DIRECTORY) {
                    useEverything(store, payload);
                } else {
                    useOthers(store);
                }
                pinned.close();
            });
        }
    }

    /** Behind memory, a load of the same key waits for the one that fetches it; nothing else does. */
    private static void useOthers(KvStore store) throws IOException {
        store.save(draft("another", 1500));
        assertThat(served(store, KvcKey.of("another"))).hasSize(1500);
        assertThat(store.stat(ONE)).isPresent();
        assertThat(store.match(PrefixQuery.of("one and more")).best()).isPresent();
        assertThat(store.save(draft("one", payload(1000, 1))).isLoadable()).isTrue();
        assertThat(served(store, ONE)).isEqualTo(payload(1000, 1));
        assertThat(store.remove(KvcKey.of("another"))).isTrue();
        store.evictToBudget();
    }
}
