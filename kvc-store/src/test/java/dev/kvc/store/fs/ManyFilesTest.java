package dev.kvc.store.fs;

import static dev.kvc.store.fs.Fixtures.draft;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvc.eviction.EvictionPolicies;
import dev.kvc.eviction.SnapshotId;
import dev.kvc.faultfs.Fault;
import dev.kvc.faultfs.Operation;
import dev.kvc.format.KvcKey;
import dev.kvc.format.Namespace;
import dev.kvc.store.DataSize;
import dev.kvc.store.SnapshotInfo;
import dev.kvc.store.StoreListener;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Directories with more files than one thread reads, and evictions of many of them. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ManyFilesTest {
    /** More than may wait to be read. */
    private static final int MANY = 2_000;

    private static final String LISTER = "kvc-scan";
    private static final String HELPER = "kvc-scan-helper";

    private final SettableClock clock = new SettableClock();
    private final List<SnapshotInfo> evicted = new ArrayList<>();

    @TempDir(factory = QuickScratch.class)
    Path directory;

    private FileSystemKvStore open(Path where) throws IOException {
        return open(where, DataSize.ofBytes(1 << 30));
    }

    private FileSystemKvStore open(Path where, DataSize budget) throws IOException {
        return FileSystemKvStore.builder(where)
                .budget(budget)
                .lowWatermark(0)
                .policy(EvictionPolicies.lru())
                .listeners(List.of(new StoreListener() {
                    @Override
                    public void evicted(SnapshotInfo snapshot) {
                        evicted.add(snapshot);
                    }
                }))
                .clock(clock)
                .open();
    }

    /** Opens it with a budget for half of the files. */
    private FileSystemKvStore openForHalf(Fault.Strike strike) throws IOException {
        return open(Fixtures.watched(directory, strike), DataSize.ofBytes(MANY / 2 * Files.size(file(0))));
    }

    private void placeMany(Path where) throws IOException {
        Files.createDirectories(where);
        for (int i = 0; i < MANY; i++) {
            Fixtures.placeReferenceFile(where, text(i), 100, clock.unix() - secondsUnused(i));
        }
    }

    /** All texts are of one length, and so are the files. */
    private static String text(int i) {
        return "prefix " + (MANY + i);
    }

    /** Another time for each. */
    private static long secondsUnused(int i) {
        return i * 7919L % 10_000;
    }

    private static SnapshotId id(Namespace namespace, int i) {
        return new SnapshotId(namespace, KvcKey.of(text(i)));
    }

    private Path file(int i) {
        return file(KvcKey.of(text(i)));
    }

    private Path file(KvcKey key) {
        return directory.resolve(key + ".kv");
    }

    private Path upperCaseFile(int i) {
        return directory.resolve(Fixtures.upperCaseName(KvcKey.of(text(i))));
    }

    private static boolean isThread(String name) {
        return Thread.currentThread().getName().equals(name);
    }

    @Test
    void each_of_many_files_is_found_once_in_every_namespace() throws IOException {
        Namespace tenant = Namespace.of("tenant");
        placeMany(directory);
        placeMany(directory.resolve("tenant"));
        Files.move(file(0), upperCaseFile(0));
        Files.copy(file(1), upperCaseFile(1)); // a second file of that key
        Files.write(directory.resolve(KvcKey.of("damaged") + ".kv"), new byte[60]);
        Files.write(directory.resolve(KvcKey.of("bad") + ".kv.bad"), new byte[3]);
        long bytes = 0;
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                bytes += Files.size(file);
            }
        }
        try (FileSystemKvStore store = open(directory)) {
            OpenReport report = store.openReport();
            assertThat(report.snapshots()).isEqualTo(2 * MANY);
            assertThat(report.unreadable()).isEqualTo(1);
            assertThat(report.setAside()).isEqualTo(1);
            assertThat(report.otherFiles()).hasSize(1);
            assertThat(report.bytes()).isEqualTo(bytes);
            for (Namespace namespace : List.of(Namespace.DEFAULT, tenant)) {
                try (Stream<SnapshotInfo> all = store.in(namespace).list()) {
                    assertThat(all.map(SnapshotInfo::id))
                            .containsExactlyInAnyOrderElementsOf(IntStream.range(0, MANY)
                                    .mapToObj(i -> id(namespace, i))
                                    .toList());
                }
            }
        }
    }

    @Test
    void whoever_reads_them_those_used_longest_ago_go_first() throws IOException {
        placeMany(directory);
        try (FileSystemKvStore store = openForHalf((operation, path) -> {})) {
            assertThat(store.evictToBudget()).isEqualTo(MANY / 2);
            assertThat(evicted)
                    .extracting(SnapshotInfo::id)
                    .containsExactlyElementsOf(IntStream.range(0, MANY)
                            .boxed()
                            .sorted(Comparator.comparingLong(ManyFilesTest::secondsUnused)
                                    .reversed())
                            .limit(MANY / 2)
                            .map(i -> id(Namespace.DEFAULT, i))
                            .toList());
            assertThat(evicted)
                    .allSatisfy(gone -> assertThat(file(gone.id().key())).doesNotExist());
        }
    }

    @Test
    void of_many_victims_those_that_cannot_be_deleted_are_passed_over_and_others_go_in_their_place()
            throws IOException {
        placeMany(directory);
        Set<Path> stuck = IntStream.range(0, MANY)
                .filter(i -> i % 50 == 7)
                .mapToObj(this::file)
                .collect(Collectors.toSet());
        try (CapturedLog log = new CapturedLog();
                FileSystemKvStore store = openForHalf((operation, path) -> {
                    if (operation == Operation.DELETE && stuck.contains(directory.resolve(path.getFileName()))) {
                        throw new AccessDeniedException(path.toString());
                    }
                })) {
            assertThat(store.evictToBudget()).isEqualTo(MANY / 2);
            assertThat(store.stats().snapshots()).isEqualTo(MANY / 2);
            assertThat(evicted)
                    .hasSize(MANY / 2)
                    .isSortedAccordingTo(Comparator.comparingLong(
                            snapshot -> snapshot.header().lastUsedUnix()));
            assertThat(stuck).allSatisfy(file -> assertThat(file).exists());
            assertThat(log.warnings())
                    .isNotEmpty()
                    .allSatisfy(warning -> assertThat(warning).contains("passed over"));
        }
    }

    @Test
    void of_an_eviction_that_fails_what_was_deleted_is_counted_and_told() throws IOException {
        placeMany(directory);
        Path failing = file(1);
        try (FileSystemKvStore store = openForHalf((operation, path) -> {
            if (operation == Operation.DELETE && path.endsWith(failing.getFileName())) {
                throw new IllegalStateException("for the test");
            }
        })) {
            assertThatThrownBy(store::evictToBudget)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("for the test");
            assertThat(failing).exists();
            assertThat(evicted).extracting(SnapshotInfo::id).containsExactlyInAnyOrderElementsOf(gone());
            assertThat(store.stats().snapshots()).isEqualTo(MANY - evicted.size());
            assertThat(store.stats().evictions()).isEqualTo(evicted.size());
        }
    }

    private List<SnapshotId> gone() {
        return IntStream.range(0, MANY)
                .filter(i -> !Files.exists(file(i)))
                .mapToObj(i -> id(Namespace.DEFAULT, i))
                .toList();
    }

    @Test
    void names_that_the_helper_does_not_get_to_are_read_by_the_thread_that_lists_them() throws IOException {
        placeMany(directory);
        CompletableFuture<@Nullable Void> listerReads = new CompletableFuture<>();
        Path watched = Fixtures.watched(directory, (operation, path) -> {
            if (Fixtures.isOpening(operation) && path.toString().endsWith(".kv")) {
                if (isThread(LISTER)) {
                    listerReads.complete(null);
                } else if (isThread(HELPER)) {
                    listerReads.join();
                }
            }
        });
        try (FileSystemKvStore store = open(watched)) {
            assertThat(store.openReport().snapshots()).isEqualTo(MANY);
        }
        assertThat(listerReads).isCompleted();
    }

    @Test
    void a_scan_that_fails_while_it_lists_ends_its_helper() throws Exception {
        placeMany(directory);
        AtomicReference<@Nullable Thread> helper = new AtomicReference<>();
        CompletableFuture<@Nullable Void> failing = new CompletableFuture<>();
        Path watched = Fixtures.watched(directory, (operation, path) -> {
            if (Fixtures.isOpening(operation) && path.toString().endsWith(".kv")) {
                if (isThread(HELPER)) {
                    helper.set(Thread.currentThread());
                    failing.join();
                } else if (isThread(LISTER)) {
                    failing.complete(null);
                    throw new IllegalStateException("for the test");
                }
            }
        });
        try (FileSystemKvStore store = open(watched)) {
            assertThatThrownBy(store::openReport)
                    .isInstanceOf(IOException.class)
                    .hasRootCauseMessage("for the test");
            Thread started = helper.get();
            if (started != null) {
                started.join();
            }
            assertThatThrownBy(() -> store.save(draft("new", 10))).isInstanceOf(IOException.class);
        }
    }

    /** As a directory of a tenant that may not be listed, which is passed over: one file of it is not that. */
    @Test
    void a_file_that_may_not_be_looked_at_while_its_directory_is_listed_is_named_as_what_failed() throws IOException {
        placeMany(directory.resolve("tenant"));
        CompletableFuture<@Nullable Void> failing = new CompletableFuture<>();
        Path watched = Fixtures.watched(directory, (operation, path) -> {
            if (operation == Operation.READ_ATTRIBUTES && path.toString().endsWith(".kv")) {
                if (isThread(HELPER)) {
                    failing.join();
                } else if (isThread(LISTER)) {
                    failing.complete(null);
                    throw new AccessDeniedException(path.toString());
                }
            }
        });
        try (FileSystemKvStore store = open(watched)) {
            assertThatThrownBy(store::openReport)
                    .isInstanceOf(IOException.class)
                    .hasRootCauseInstanceOf(AccessDeniedException.class)
                    .cause()
                    .hasMessageContaining("tenant", ".kv could not be read");
        }
    }

    @Test
    void closing_a_store_ends_its_scan() throws Exception {
        placeMany(directory);
        CompletableFuture<@Nullable Void> scanning = new CompletableFuture<>();
        CompletableFuture<@Nullable Void> closed = new CompletableFuture<>();
        List<Path> opened = new ArrayList<>();
        Path watched = Fixtures.watched(directory, (operation, path) -> {
            if (Fixtures.isOpening(operation) && path.toString().endsWith(".kv")) {
                scanning.complete(null);
                closed.join();
                synchronized (opened) {
                    opened.add(path);
                }
            }
        });
        FileSystemKvStore store = open(watched);
        scanning.join();
        store.close();
        closed.complete(null);
        assertThatThrownBy(store::openReport)
                .isInstanceOf(IOException.class)
                .rootCause()
                .hasMessageContaining("was closed while it was being read");
        synchronized (opened) {
            assertThat(opened).hasSizeLessThanOrEqualTo(2);
        }
    }
}
