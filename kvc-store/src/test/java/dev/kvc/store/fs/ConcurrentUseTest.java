package dev.kvc.store.fs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvc.eviction.SnapshotId;
import dev.kvc.format.KvcKey;
import dev.kvc.format.Namespace;
import dev.kvc.store.DataSize;
import dev.kvc.store.PrefixQuery;
import dev.kvc.store.SaveResult;
import dev.kvc.store.Snapshot;
import dev.kvc.store.SnapshotDraft;
import dev.kvc.store.SnapshotInfo;
import dev.kvc.store.StoreListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConcurrentUseTest {
    private static final long SEED = Long.getLong("kvc.seed", 42);

    @TempDir
    Path directory;

    private FileSystemKvStore open(DataSize budget) throws IOException {
        return FileSystemKvStore.builder(directory).budget(budget).open();
    }

    private static void runAll(List<Callable<Void>> work) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(work.size());
        try {
            for (Future<Void> done : threads.invokeAll(work)) {
                done.get();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void a_reader_gets_the_old_snapshot_or_the_new_one_whole() throws Exception {
        try (FileSystemKvStore store = open(DataSize.ofMebibytes(64))) {
            store.save(state((byte) 0));
            List<Callable<Void>> work = new ArrayList<>();
            for (int t = 0; t < 4; t++) {
                byte first = (byte) (t * 30);
                work.add(() -> {
                    for (int i = 0; i < 30; i++) {
                        assertThat(store.save(state((byte) (first + i))).isLoadable())
                                .isTrue();
                    }
                    return null;
                });
                work.add(() -> {
                    for (int i = 0; i < 60; i++) {
                        try (Snapshot snapshot = store.load(KvcKey.of("one")).orElseThrow()) {
                            byte[] bytes = snapshot.payload().toByteArray();
                            byte[] whole = new byte[bytes.length];
                            Arrays.fill(whole, bytes[0]);
                            assertThat(bytes).isEqualTo(whole).hasSize(300_000 + bytes[0]);
                        }
                    }
                    return null;
                });
            }
            runAll(work);
            assertThat(store.stats().snapshots()).isEqualTo(1);
            assertThat(store.stats().bytes()).isEqualTo(bytesInDirectory());
        }
    }

    private static SnapshotDraft state(byte value) {
        byte[] payload = new byte[300_000 + value];
        Arrays.fill(payload, value);
        return SnapshotDraft.builder().text("one").payload(payload).build();
    }

    private long bytesInDirectory() throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(Files::isRegularFile)
                    .mapToLong(ConcurrentUseTest::size)
                    .sum();
        }
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void hits_of_many_threads_are_all_counted() throws Exception {
        try (FileSystemKvStore store = open(DataSize.ofMebibytes(64))) {
            store.save(Fixtures.draft("hot", 100));
            List<Callable<Void>> work = new ArrayList<>();
            for (int t = 0; t < 8; t++) {
                work.add(() -> {
                    for (int i = 0; i < 250; i++) {
                        store.load(KvcKey.of("hot")).orElseThrow().close();
                    }
                    return null;
                });
            }
            runAll(work);
            assertThat(store.stat(KvcKey.of("hot")).orElseThrow().header().hitCount())
                    .isEqualTo(2000);
        }
        try (FileSystemKvStore store = open(DataSize.ofMebibytes(64))) {
            assertThat(store.stat(KvcKey.of("hot")).orElseThrow().header().hitCount())
                    .isEqualTo(2000);
        }
    }

    @Test
    void accounting_equals_the_directory_and_the_budget_holds_after_a_storm() throws Exception {
        long budget = 2 << 20;
        try (FileSystemKvStore one = open(DataSize.ofBytes(budget));
                FileSystemKvStore two = open(DataSize.ofBytes(budget))) {
            List<Callable<Void>> work = new ArrayList<>();
            for (int t = 0; t < 6; t++) {
                FileSystemKvStore store = t % 2 == 0 ? one : two;
                Random random = new Random(SEED + t);
                work.add(() -> {
                    for (int i = 0; i < 150; i++) {
                        storm(store, random);
                    }
                    return null;
                });
            }
            runAll(work);
            for (FileSystemKvStore store : List.of(one, two)) {
                store.evictToBudget();
                assertThat(store.stats().bytes())
                        .as("-Dkvc.seed=%d", SEED)
                        .isEqualTo(bytesInDirectory())
                        .isLessThanOrEqualTo(budget);
                try (Stream<Path> files = Files.list(directory)) {
                    assertThat(files.filter(file -> file.toString().endsWith(".kv")))
                            .hasSize((int) store.stats().snapshots());
                }
            }
            assertThatNothingIsReserved(two, budget);
            try (Stream<Path> files = Files.list(directory)) {
                assertThat(files.map(Path::toString).filter(name -> name.endsWith(".tmp") || name.endsWith(".bad")))
                        .isEmpty();
            }
        }
    }

    /** When all is removed, one snapshot of the whole budget finds room, to the byte. */
    private static void assertThatNothingIsReserved(FileSystemKvStore store, long budget) throws IOException {
        try (Stream<SnapshotInfo> all = store.list()) {
            for (SnapshotInfo info : all.toList()) {
                store.remove(info.key());
            }
        }
        int most = (int) budget - 100_000; // as many blocks as the budget has
        int others = (int) store.save(Fixtures.draft("rest", most)).bytes() - most;
        store.remove(KvcKey.of("rest"));
        SaveResult whole = store.save(Fixtures.draft("rest", (int) budget - others));
        assertThat(whole).isEqualTo(SaveResult.of(SaveResult.Outcome.STORED, budget));
    }

    private static void storm(FileSystemKvStore store, Random random) throws IOException {
        String text = "text " + random.nextInt(40);
        switch (random.nextInt(4)) {
            case 0 -> store.remove(KvcKey.of(text));
            case 1, 2 -> {
                SaveResult result = store.save(Fixtures.draft(text, random.nextInt(200_000)));
                assertThat(result.outcome()).isNotEqualTo(SaveResult.Outcome.FAILED);
            }
            default -> {
                Optional<Snapshot> snapshot = store.load(KvcKey.of(text));
                if (snapshot.isPresent()) {
                    snapshot.get().close();
                }
            }
        }
    }

    /** As by two stores of one process with 16 threads between them, all at the same moment. */
    @Test
    void u8_a_damaged_file_that_many_threads_load_at_once_is_set_aside_once_and_each_gets_the_next_longest()
            throws Exception {
        List<SnapshotId> told = new CopyOnWriteArrayList<>();
        StoreListener listener = new StoreListener() {
            @Override
            public void setAside(SnapshotId id, IOException cause) {
                told.add(id);
            }
        };
        FileSystemKvStore.Builder builder = FileSystemKvStore.builder(directory)
                .budget(DataSize.ofMebibytes(100))
                .listeners(List.of(listener));
        try (FileSystemKvStore store = builder.open();
                FileSystemKvStore other = builder.open()) {
            for (int round = 0; round < 20; round++) {
                store.save(Fixtures.draft("round " + round, 100_000));
                store.save(Fixtures.draft("round " + round + ", longer", 100_000));
                KvcKey longer = KvcKey.of("round " + round + ", longer");
                Path file = directory.resolve(FileNames.snapshot(longer));
                byte[] bytes = Files.readAllBytes(file);
                bytes[60_000] ^= 1;
                Files.write(file, bytes);
                PrefixQuery query = PrefixQuery.of("round " + round + ", longer and longer");
                String shorter = "round " + round;
                List<Callable<Void>> loads = new ArrayList<>();
                CyclicBarrier start = new CyclicBarrier(16);
                for (int i = 0; i < 16; i++) {
                    FileSystemKvStore loader = i % 2 == 0 ? store : other;
                    loads.add(() -> {
                        start.await();
                        try (Snapshot snapshot = loader.loadLongestPrefix(query).orElseThrow()) {
                            assertThat(snapshot.info().key()).isEqualTo(KvcKey.of(shorter));
                        }
                        return null;
                    });
                }
                other.evictToBudget(); // takes up what came
                runAll(loads);
                assertThat(told).hasSize(round + 1).endsWith(new SnapshotId(Namespace.DEFAULT, longer));
            }
            assertThat(store.stats().setAside() + other.stats().setAside()).isEqualTo(20);
        }
    }
}
