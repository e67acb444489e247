package dev.kvc.store.tier;

import static dev.kvc.store.tier.TierFixtures.payload;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kvc.format.KvcKey;
import dev.kvc.store.DataSize;
import dev.kvc.store.KvStore;
import dev.kvc.store.LoadOptions;
import dev.kvc.store.SaveOptions;
import dev.kvc.store.SaveResult;
import dev.kvc.store.SaveResult.Outcome;
import dev.kvc.store.Snapshot;
import dev.kvc.store.SnapshotDraft;
import dev.kvc.store.SnapshotInfo;
import dev.kvc.store.fs.FileSystemKvStore;
import dev.kvc.store.memory.CaffeineKvStore;
import dev.kvc.store.tier.History.Kind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Histories of real stores under load, each of which must be one that a register for each key could have had.
 *
 * <p>Every snapshot says who it is twice, in its header and in each byte of its payload. A seed decides what each
 * thread does; how the threads meet, it cannot.
 */
@Timeout(120)
class StoreHistoryTest {
    private static final long SEED =
            Long.getLong("kvc.seed", ThreadLocalRandom.current().nextLong());
    private static final int ROUNDS = 6;
    private static final int THREADS = 5;
    private static final int OPERATIONS = 80;
    private static final List<String> TEXTS = List.of("one", "two", "three");
    private static final DataSize AMPLE = DataSize.ofMebibytes(16);
    /** Room for two of the snapshots. */
    private static final DataSize SCANT = DataSize.ofBytes(2_500);
    /** And for one. */
    private static final DataSize SCANTIER = DataSize.ofBytes(1_500);

    @TempDir
    Path directory;

    /** Who changes a key: all threads, or one for each key, while the others read. */
    private enum Writers {
        ALL,
        ONE_FOR_EACH_KEY
    }

    private static FileSystemKvStore disk(Path directory) throws IOException {
        return FileSystemKvStore.builder(directory).budget(AMPLE).open();
    }

    private static KvStore tiers(DataSize memory, WriteMode mode, KvStore disk) {
        return TieredKvStore.builder()
                .tier(Tier.of(CaffeineKvStore.builder().budget(memory).build()).promotion(Promotion.onFirstHit()))
                .tier(Tier.of(disk).writeMode(mode))
                .build();
    }

    /** The threads that use one store. */
    private static final class Users {
        private final KvStore store;
        private final Writers writers;
        private final boolean removing;
        private final boolean looking;
        private final History history = new History();
        private final AtomicInteger versions = new AtomicInteger();

        Users(KvStore store, Writers writers, boolean removing, boolean looking) {
            this.store = store;
            this.writers = writers;
            this.removing = removing;
            this.looking = looking;
        }

        History run(int round) throws Exception {
            List<Callable<Void>> work = new ArrayList<>();
            for (int t = 0; t < THREADS; t++) {
                int thread = t;
                Random random = new Random(SEED + 1000L * round + t);
                work.add(() -> {
                    for (int i = 0; i < OPERATIONS; i++) {
                        step(thread, random);
                    }
                    return null;
                });
            }
            ExecutorService threads = Executors.newFixedThreadPool(THREADS);
            try {
                for (Future<Void> each : threads.invokeAll(work)) {
                    each.get();
                }
            } finally {
                threads.shutdownNow();
            }
            return history;
        }

        private void step(int thread, Random random) throws IOException {
            int number = random.nextInt(TEXTS.size());
            String text = TEXTS.get(number);
            int dice = random.nextInt(10);
            boolean mayWrite = writers == Writers.ALL || number == thread;
            if (mayWrite && dice < 4) {
                save(text);
            } else if (mayWrite && removing && dice == 4) {
                long begin = history.begin();
                store.remove(KvcKey.of(text));
                history.end(text, Kind.WRITE, History.ABSENT, begin);
            } else if (looking && dice == 5) {
                long begin = history.begin();
                int seen = store.stat(KvcKey.of(text))
                        .map(StoreHistoryTest::version)
                        .orElse(History.ABSENT);
                history.end(text, Kind.READ, seen, begin);
            } else if (looking && dice == 6) {
                long begin = history.begin();
                boolean seen = store.contains(KvcKey.of(text));
                history.end(text, Kind.READ, seen ? History.PRESENT : History.ABSENT, begin);
            } else {
                load(text);
            }
        }

        private void save(String text) throws IOException {
            int version = versions.incrementAndGet();
            SnapshotDraft draft = SnapshotDraft.builder()
                    .text(text)
                    .tokenCount(version)
                    .payload(payload(1000, version))
                    .build();
            long begin = history.begin();
            SaveResult result = store.save(KvcKey.of(text), draft, SaveOptions.DEFAULT);
            history.end(text, Kind.WRITE, version, begin);
            assertThat(result.isLoadable()).as("%s", result).isTrue();
        }

        private void load(String text) throws IOException {
            long begin = history.begin();
            try (Snapshot found =
                    store.load(KvcKey.of(text), LoadOptions.DEFAULT).orElse(null)) {
                int version = found == null ? History.ABSENT : version(found.info());
                history.end(text, Kind.READ, version, begin);
                if (found != null) {
                    assertThat(found.payload().toByteArray()).isEqualTo(payload(1000, version));
                }
            }
        }
    }

    private static int version(SnapshotInfo info) {
        return (int) info.header().tokenCount();
    }

    private void assertLinearizable(KvStore store, Writers writers, boolean removing, boolean looking, int round)
            throws Exception {
        History history = new Users(store, writers, removing, looking).run(round);
        assertThat(history.size()).isEqualTo(THREADS * OPERATIONS);
        assertThat(history.notLinearizable(false))
                .as("-Dkvc.seed=%d, round %d", SEED, round)
                .isEmpty();
    }

    private long bytesInDirectory() throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(Files::isRegularFile)
                    .mapToLong(StoreHistoryTest::size)
                    .sum();
        }
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void assertThatTheDirectoryIsCounted(FileSystemKvStore disk) throws IOException {
        try (Stream<SnapshotInfo> all = disk.list()) {
            assertThat(disk.stats().snapshots()).isEqualTo(all.count());
        }
        assertThat(disk.stats().bytes()).as("-Dkvc.seed=%d", SEED).isEqualTo(bytesInDirectory());
    }

    @Test
    void memoryIsARegisterForEachKey() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            try (KvStore store = CaffeineKvStore.builder().budget(AMPLE).build()) {
                assertLinearizable(store, Writers.ALL, true, true, round);
            }
        }
    }

    /** Its index, which is what {@code stat} looks at, follows a moment later. */
    @Test
    void directoryIsARegisterForEachKey() throws Exception {
        try (FileSystemKvStore store = disk(directory)) {
            for (int round = 0; round < ROUNDS; round++) {
                assertLinearizable(store, Writers.ALL, true, false, round);
                TEXTS.forEach(text -> remove(store, text));
            }
            assertThatTheDirectoryIsCounted(store);
        }
    }

    private static void remove(KvStore store, String text) {
        try {
            store.remove(KvcKey.of(text));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"WRITE_THROUGH", "WRITE_BACK"})
    void tiersAreARegisterForEachKeyThatOneSavesAndRemoves(WriteMode mode) throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            FileSystemKvStore disk = disk(directory);
            TEXTS.forEach(text -> remove(disk, text));
            try (KvStore store = tiers(AMPLE, mode, disk)) {
                assertLinearizable(store, Writers.ONE_FOR_EACH_KEY, true, true, round);
                ((TieredKvStore) store).flush();
                assertThatTheDirectoryIsCounted(disk);
            }
        }
    }

    /** A save takes the tiers one after the other, so two at once may be seen in either order, and by turns. */
    @ParameterizedTest
    @EnumSource(names = {"WRITE_THROUGH", "WRITE_BACK"})
    void tiersThatAllChangeServeNothingThatIsOutOfDate(WriteMode mode) throws Exception {
        assertThatNothingIsOutOfDate(AMPLE, mode);
    }

    @ParameterizedTest
    @EnumSource(names = {"WRITE_THROUGH", "WRITE_BACK"})
    void tiersThatEvictMissButServeNothingThatIsOutOfDate(WriteMode mode) throws Exception {
        assertThatNothingIsOutOfDate(SCANT, mode);
    }

    private void assertThatNothingIsOutOfDate(DataSize memory, WriteMode mode) throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            FileSystemKvStore disk = disk(directory);
            TEXTS.forEach(text -> remove(disk, text));
            try (TieredKvStore store = (TieredKvStore) tiers(memory, mode, disk)) {
                assertThatNothingIsOutOfDate(store, disk, round);
                assertThatTheDirectoryIsCounted(disk);
            }
        }
    }

    private static void assertThatNothingIsOutOfDate(TieredKvStore store, KvStore slowest, int round) throws Exception {
        History history = new Users(store, Writers.ALL, true, true).run(round);
        assertThat(history.staleReads())
                .as("-Dkvc.seed=%d, round %d", SEED, round)
                .isEmpty();
        store.flush();
        assertThatTheTiersAgree(store, slowest);
    }

    /** What is missed in front is copied up from behind all the time, and the disk is given its copies later. */
    @Test
    void tiersInFrontOfANetworkServeNothingThatIsOutOfDate() throws Exception {
        long copied = 0;
        for (int round = 0; round < ROUNDS; round++) {
            ElsewhereStore elsewhere = new ElsewhereStore();
            FileSystemKvStore disk = FileSystemKvStore.builder(directory.resolve("round" + round))
                    .budget(SCANTIER)
                    .open();
            try (TieredKvStore store = TieredKvStore.builder()
                    .tier(Tier.of(CaffeineKvStore.builder().budget(SCANTIER).build())
                            .promotion(Promotion.onFirstHit()))
                    .tier(Tier.of(disk).promotion(Promotion.onFirstHit()))
                    .tier(Tier.of(elsewhere))
                    .build()) {
                assertThatNothingIsOutOfDate(store, elsewhere, round);
                copied += store.tierStats().get(1).promotions();
            }
        }
        assertThat(copied).isPositive();
    }

    private static void assertThatTheTiersAgree(KvStore store, KvStore slowest) throws IOException {
        for (String text : TEXTS) {
            Optional<SnapshotInfo> served = store.stat(KvcKey.of(text));
            assertThat(served.map(StoreHistoryTest::version))
                    .as("-Dkvc.seed=%d, %s", SEED, text)
                    .isEqualTo(slowest.stat(KvcKey.of(text)).map(StoreHistoryTest::version));
        }
    }

    @Test
    void storeThatLosesASaveIsFoundOut() throws Exception {
        try (KvStore memory = CaffeineKvStore.builder().budget(AMPLE).build()) {
            History history = new Users(losingEveryTenthSave(memory), Writers.ALL, false, false).run(0);
            assertThat(history.isLinearizable(false)).isFalse();
            assertThat(history.isLinearizable(true)).isFalse();
            assertThat(history.staleReads()).isNotEmpty();
        }
    }

    private static KvStore losingEveryTenthSave(KvStore store) {
        AtomicInteger saves = new AtomicInteger();
        return (KvStore) Proxy.newProxyInstance(
                KvStore.class.getClassLoader(), new Class<?>[] {KvStore.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("save") && saves.incrementAndGet() % 10 == 0) {
                        return SaveResult.of(Outcome.REPLACED, 1000);
                    }
                    try {
                        return method.invoke(store, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }
}
