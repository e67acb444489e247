package dev.kvc.store.fs;

import static dev.kvc.store.fs.Fixtures.draft;
import static dev.kvc.store.fs.Fixtures.placeReferenceFile;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvc.faultfs.Operation;
import dev.kvc.format.KvcKey;
import dev.kvc.store.DataSize;
import dev.kvc.store.MissReason;
import dev.kvc.store.PrefixQuery;
import dev.kvc.store.SaveResult.Outcome;
import dev.kvc.store.Snapshot;
import dev.kvc.store.Touch;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** An operation that fails on one file harms nothing but what it was for. */
@Timeout(60)
class FailingFilesTest {
    private final SettableClock clock = new SettableClock();
    /** Operations that fail, by the end of the file's name. */
    private final Map<Operation, String> failing = new ConcurrentHashMap<>();

    private final Map<Operation, AtomicInteger> failures = new ConcurrentHashMap<>();

    @TempDir
    Path directory;

    private FileSystemKvStore open(long budget) throws IOException {
        return FileSystemKvStore.builder(Fixtures.watched(directory, this::fail))
                .budget(DataSize.ofBytes(budget))
                .lowWatermark(0)
                .clock(clock)
                .open();
    }

    private void fail(Operation operation, Path path) throws IOException {
        String suffix = failing.get(operation);
        if (suffix != null && path.toString().endsWith(suffix)) {
            failures.computeIfAbsent(operation, key -> new AtomicInteger()).incrementAndGet();
            throw operation == Operation.READ || operation == Operation.WRITE
                    ? new IOException("Input/output error") // which names no file
                    : new FileSystemException(path.toString(), null, "fails for the test");
        }
    }

    private int failures(Operation operation) {
        return failures.getOrDefault(operation, new AtomicInteger()).get();
    }

    private Path file(String text) {
        return directory.resolve(KvcKey.of(text) + ".kv");
    }

    private long bytesOnDisk() throws IOException {
        long bytes = 0;
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.filter(file -> !file.endsWith(".kvc.lock")).toList()) {
                bytes += Files.size(file);
            }
        }
        return bytes;
    }

    /** As on an immutable file, and on a file system that was remounted read-only. */
    @Test
    void a_file_that_cannot_be_opened_for_writing_serves_hits() throws IOException {
        try (FileSystemKvStore store = open(1 << 20)) {
            store.save(draft("there", 1000));
            byte[] before = Files.readAllBytes(file("there"));
            failing.put(Operation.OPEN_WRITE, ".kv");
            try (Snapshot hit = store.load(KvcKey.of("there")).orElseThrow()) {
                assertThat(hit.payload().toByteArray()).hasSize(1000);
                assertThat(hit.info().header().hitCount()).isEqualTo(1);
            }
            assertThat(store.stats().hits()).isEqualTo(1);
            assertThat(file("there")).hasBinaryContent(before);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"READ_ATTRIBUTES", "OPEN_WRITE", "READ", "WRITE"})
    void a_file_that_fails_does_not_keep_others_from_being_touched(Operation operation) throws IOException {
        try (FileSystemKvStore store = open(1 << 20)) {
            store.save(draft("one", 1000));
            store.save(draft("two", 1000));
            failing.put(operation, KvcKey.of("one") + ".kv");
            store.touch(List.of(
                    new Touch(KvcKey.of("one"), 3, clock.unix()), new Touch(KvcKey.of("two"), 5, clock.unix())));
            assertThat(store.stat(KvcKey.of("two")).orElseThrow().header().hitCount())
                    .isEqualTo(5);
        }
    }

    @Test
    void a_damaged_file_that_cannot_be_set_aside_is_a_miss() throws IOException {
        try (FileSystemKvStore store = open(1 << 20)) {
            store.save(draft("there", 1000));
            byte[] damaged = Files.readAllBytes(file("there"));
            damaged[500] ^= 1;
            Files.write(file("there"), damaged);
            failing.put(Operation.MOVE, ".kv");
            assertThat(store.load(KvcKey.of("there"))).isEmpty();
            assertThat(store.load(KvcKey.of("there"))).isEmpty();
            assertThat(store.loadLongestPrefix(PrefixQuery.of("there it is"))).isEmpty();
            assertThat(store.stats().misses()).containsEntry(MissReason.CORRUPT, 3L);
            assertThat(file("there")).hasBinaryContent(damaged);
            failing.clear();
            for (int i = 0; i < 5; i++) { // file systems use the numbers of deleted files again
                store.save(draft("there", 1000));
                store.load(KvcKey.of("there")).orElseThrow().close();
            }
        }
    }

    @Test
    void a_rejected_file_that_cannot_be_set_aside_is_an_exception_and_not_served_again() throws IOException {
        try (FileSystemKvStore store = open(1 << 20)) {
            store.save(draft("there", 1000));
            failing.put(Operation.MOVE, ".kv");
            try (Snapshot hit = store.load(KvcKey.of("there")).orElseThrow()) {
                assertThatThrownBy(hit::reject).isInstanceOf(IOException.class).hasMessageContaining("fails");
            }
            assertThat(store.load(KvcKey.of("there"))).isEmpty();
        }
    }

    @Test
    void U10_a_temporary_that_its_writer_cannot_remove_counts_until_it_is_swept() throws IOException {
        try (FileSystemKvStore store = open(4000)) {
            store.openReport();
            failing.put(Operation.MOVE, ".tmp");
            failing.put(Operation.DELETE, ".tmp");
            assertThatThrownBy(() -> store.save(draft("one", 3000))).isInstanceOf(IOException.class);
            assertThat(bytesOnDisk()).isGreaterThan(3000);
            store.evictToBudget();
            assertThat(store.stats().bytes()).isEqualTo(bytesOnDisk());
            failing.clear();
            assertThat(store.save(draft("two", 3000)).outcome()).isEqualTo(Outcome.STORED);
            assertThat(store.stats().bytes()).isEqualTo(bytesOnDisk()).isLessThan(4000);
        }
    }

    @Test
    void a_listing_that_fails_is_not_tried_again_by_every_request() throws IOException {
        placeReferenceFile(directory, "there", 100, clock.unix());
        try (FileSystemKvStore store = open(1 << 20);
                CapturedLog log = new CapturedLog()) {
            store.openReport();
            failing.put(Operation.LIST, "");
            clock.advance(Duration.ofSeconds(2));
            placeReferenceFile(directory, "new", 100, clock.unix());
            while (failures(Operation.LIST) == 0 || log.warnings().isEmpty()) {
                assertThat(store.match(PrefixQuery.of("thereabouts")).best()).isPresent();
                Thread.onSpinWait();
            }
            assertThatThrownBy(store::evictToBudget).isInstanceOf(IOException.class);
            int soFar = failures(Operation.LIST);
            for (int i = 0; i < 100; i++) {
                store.match(PrefixQuery.of("thereabouts"));
                Thread.onSpinWait();
            }
            assertThat(failures(Operation.LIST)).isEqualTo(soFar);
        }
    }
}
