package dev.kvc.store.fs;

import static dev.kvc.store.fs.Fixtures.draft;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvc.eviction.SnapshotId;
import dev.kvc.faultfs.Operation;
import dev.kvc.format.KvcKey;
import dev.kvc.format.Namespace;
import dev.kvc.store.DataSize;
import dev.kvc.store.Durability;
import dev.kvc.store.PrefixQuery;
import dev.kvc.store.SaveResult.Outcome;
import dev.kvc.store.Snapshot;
import dev.kvc.store.SnapshotInfo;
import dev.kvc.store.StoreListener;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a store owes to those who use the directory beside it: to see what they do, and to lock where they lock. */
@Timeout(60)
class SharedUseTest {
    private final SettableClock clock = new SettableClock();

    @TempDir
    Path directory;

    private FileSystemKvStore.Builder builder(Path where) {
        return FileSystemKvStore.builder(where)
                .budget(DataSize.ofBytes(4000))
                .lowWatermark(0)
                .clock(clock);
    }

    private FileSystemKvStore open() throws IOException {
        return builder(directory).open();
    }

    private Path file(String text) {
        return directory.resolve(KvcKey.of(text) + ".kv");
    }

    @Test
    void U10_a_store_that_only_saves_sees_what_others_save() throws IOException {
        try (FileSystemKvStore store = open();
                FileSystemKvStore other = open()) {
            store.openReport();
            other.save(draft("other", 1000));
            while (store.stats().snapshots() < 2) {
                clock.advance(Duration.ofSeconds(2));
                store.save(draft("mine", 100));
            }
        }
    }

    @Test
    void a_store_that_is_only_asked_what_it_has_sees_what_others_remove() throws IOException {
        try (FileSystemKvStore store = open()) {
            store.save(draft("there", 1000));
            Files.delete(file("there"));
            while (store.contains(KvcKey.of("there"))) {
                clock.advance(Duration.ofSeconds(2));
            }
        }
    }

    @Test
    void a_clock_that_is_set_back_does_not_keep_it_from_seeing() throws IOException {
        try (FileSystemKvStore store = open();
                FileSystemKvStore other = open()) {
            store.evictToBudget();
            clock.advance(Duration.ofDays(-1));
            other.save(draft("other", 1000));
            while (store.stats().snapshots() < 1) {
                assertThat(store.load(KvcKey.of("absent"))).isEmpty();
                clock.advance(Duration.ofMillis(1));
            }
            assertThat(clock.instant()).isBefore(Instant.now().minus(Duration.ofHours(1)));
        }
    }

    @Test
    void a_clock_that_is_ahead_of_the_file_system_does_not_hide_a_change_in_the_tick_of_a_listing() throws IOException {
        FileTime tick = FileTime.from(Instant.now().plus(Duration.ofMinutes(1)));
        clock.advance(Duration.ofHours(1));
        try (FileSystemKvStore store = open()) {
            Files.createFile(directory.resolve(".kvc.lock"));
            Files.setLastModifiedTime(directory, tick);
            store.evictToBudget();
            Files.write(directory.resolve("notes.txt"), new byte[100]);
            Files.setLastModifiedTime(directory, tick);
            store.evictToBudget();
            assertThat(store.stats().bytes()).isEqualTo(100);
        }
    }

    @Test
    void a_lock_file_that_somebody_deleted_is_made_anew() throws IOException {
        Path lock = directory.resolve(".kvc.lock");
        List<Boolean> locked = new ArrayList<>();
        StoreListener listener = new StoreListener() {
            @Override
            public void evicted(SnapshotInfo snapshot) {
                locked.add(Files.exists(lock));
            }
        };
        try (FileSystemKvStore store =
                builder(directory).listeners(List.of(listener)).open()) {
            store.save(draft("one", 3000));
            store.save(draft("two", 3000));
            Files.delete(lock);
            assertThat(store.save(draft("three", 3000)).outcome()).isEqualTo(Outcome.STORED);
        }
        assertThat(locked).containsExactly(true, true);
    }

    @Test
    void a_listener_may_use_the_store_that_tells_it_of_an_eviction() throws IOException {
        List<Outcome> outcomes = new ArrayList<>();
        FileSystemKvStore[] opened = new FileSystemKvStore[1];
        StoreListener saver = new StoreListener() {
            @Override
            public void evicted(SnapshotInfo snapshot) {
                if (outcomes.isEmpty()) {
                    outcomes.add(Outcome.FAILED);
                    outcomes.set(0, save(opened[0], "from the listener"));
                }
            }
        };
        try (FileSystemKvStore store = builder(directory)
                .lockTimeout(Duration.ofMillis(200))
                .listeners(List.of(saver))
                .open()) {
            opened[0] = store;
            for (String text : List.of("a", "b", "c", "d")) {
                assertThat(save(store, text)).isEqualTo(Outcome.STORED);
            }
        }
        assertThat(outcomes).containsExactly(Outcome.STORED);
    }

    private static Outcome save(FileSystemKvStore store, String text) {
        try {
            return store.save(draft(text, 1000)).outcome();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void a_directory_that_somebody_deleted_is_made_anew_and_its_snapshots_are_misses() throws IOException {
        Path root = directory.resolve("cache");
        try (FileSystemKvStore store = builder(root).open()) {
            store.save(draft("one", 3000));
            store.save(draft("two", 3000));
            for (String name : List.of(KvcKey.of("two") + ".kv", ".kvc.lock", "")) {
                Files.delete(root.resolve(name));
            }
            clock.advance(Duration.ofSeconds(2));
            assertThat(store.save(draft("three", 3000)).outcome()).isEqualTo(Outcome.STORED);
            assertThat(store.load(KvcKey.of("two"))).isEmpty();
            store.load(KvcKey.of("three")).orElseThrow().close();
            assertThat(store.stats().bytes()).isEqualTo(Files.size(root.resolve(KvcKey.of("three") + ".kv")));
            assertThat(store.save(draft("four", 3000)).evicted()).isEqualTo(1);
            assertThat(root.resolve(".kvc.lock")).exists();
        }
    }

    @Test
    void an_eviction_may_wait_for_others_for_ever() throws IOException {
        try (FileSystemKvStore store = builder(directory)
                .lockTimeout(Duration.ofSeconds(Long.MAX_VALUE))
                .open()) {
            store.save(draft("one", 3000));
            assertThat(store.save(draft("two", 3000)).evicted()).isEqualTo(1);
        }
    }

    @Test
    void a_temporary_that_its_writer_took_away_is_not_counted_as_removed() throws IOException {
        FileTime longAgo = FileTime.from(Instant.now().minusSeconds(10));
        Path temporary = Files.write(directory.resolve(KvcKey.of("a") + ".12-0.kv.tmp"), new byte[1000]);
        Files.setLastModifiedTime(directory, longAgo);
        try (FileSystemKvStore store =
                builder(directory).maxAge(Duration.ofDays(1)).open()) {
            store.evictToBudget(); // which makes the lock file
            Files.setLastModifiedTime(directory, longAgo);
            store.evictToBudget();
            assertThat(store.stats().bytes()).isEqualTo(1000);
            Files.delete(temporary);
            Files.setLastModifiedTime(directory, longAgo);
            assertThat(store.evictToBudget()).isZero();
            assertThat(store.stats().bytes()).isZero();
        }
    }

    @Test
    void a_durable_save_flushes_the_names_of_the_directories_that_it_made() throws IOException {
        ConcurrentLinkedQueue<Path> opened = new ConcurrentLinkedQueue<>();
        Path root = directory.resolve("new").resolve("cache");
        Path watched = Fixtures.watched(root, (operation, path) -> {
            if (operation == Operation.OPEN && Files.isDirectory(path)) {
                opened.add(path);
            }
        });
        try (FileSystemKvStore store =
                builder(watched).durability(Durability.FSYNC).open()) {
            store.in(Namespace.of("tenant")).save(draft("one", 100));
        }
        assertThat(opened).contains(directory, directory.resolve("new"), root, root.resolve("tenant"));
    }

    @Test
    void a_replaced_upper_case_file_that_cannot_be_removed_does_not_make_the_save_fail() throws IOException {
        String upper = Fixtures.upperCaseName(KvcKey.of("there"));
        Files.move(Fixtures.placeReferenceFile(directory, "there", 1000, clock.unix()), directory.resolve(upper));
        Path watched = Fixtures.watched(directory, (operation, path) -> {
            if (operation == Operation.DELETE && path.endsWith(upper)) {
                throw new IOException("fails for the test");
            }
        });
        try (FileSystemKvStore store = builder(watched).open()) {
            assertThat(store.save(draft("there", 500)).outcome()).isEqualTo(Outcome.REPLACED);
            assertThat(store.stat(KvcKey.of("there")).orElseThrow().header().payloadBytes())
                    .isEqualTo(500);
            store.evictToBudget();
            assertThat(store.stats().bytes())
                    .isEqualTo(Files.size(file("there")) + Files.size(directory.resolve(upper)));
        }
    }

    @Test
    void a_scan_that_ends_in_an_error_says_so_instead_of_keeping_everybody_waiting() throws IOException {
        Path watched = Fixtures.watched(directory, (operation, path) -> {
            if (operation == Operation.LIST) {
                throw new OutOfMemoryError("for the test");
            }
        });
        try (FileSystemKvStore store = builder(watched).open()) {
            assertThatThrownBy(store::openReport)
                    .isInstanceOf(IOException.class)
                    .hasRootCauseInstanceOf(OutOfMemoryError.class);
        }
    }

    @Test
    void a_scan_whose_helper_fails_says_so_instead_of_forgetting_files() throws IOException {
        CompletableFuture<@Nullable Void> helping = new CompletableFuture<>();
        for (int i = 0; i < 100; i++) {
            Fixtures.placeReferenceFile(directory, "prefix" + i, 10, clock.unix());
        }
        Path watched = Fixtures.watched(directory, (operation, path) -> {
            if (operation == Operation.OPEN && path.toString().endsWith(".kv")) {
                if (Thread.currentThread().getName().equals("kvc-scan-helper")) {
                    helping.complete(null);
                    throw new IllegalStateException("for the test");
                }
                helping.join();
            }
        });
        try (FileSystemKvStore store = builder(watched).open()) {
            assertThatThrownBy(store::openReport)
                    .isInstanceOf(IOException.class)
                    .hasRootCauseInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void a_listener_that_is_told_of_a_rejected_snapshot_may_wait_for_a_thread_that_saves_it_again() throws IOException {
        List<Outcome> outcomes = new ArrayList<>();
        FileSystemKvStore[] opened = new FileSystemKvStore[1];
        StoreListener saver = new StoreListener() {
            @Override
            public void setAside(SnapshotId id, IOException cause) {
                outcomes.add(CompletableFuture.supplyAsync(() -> save(opened[0], "rejected"))
                        .orTimeout(30, TimeUnit.SECONDS)
                        .join());
            }
        };
        try (FileSystemKvStore store =
                builder(directory).listeners(List.of(saver)).open()) {
            opened[0] = store;
            store.save(draft("rejected", 100));
            try (Snapshot snapshot = store.load(KvcKey.of("rejected")).orElseThrow()) {
                snapshot.reject();
            }
            assertThat(outcomes).containsExactly(Outcome.STORED);
        }
    }

    /** As a file system that is closed before its store, whose provider throws what is no IOException. */
    @Test
    void a_refresh_that_meets_an_unexpected_exception_is_reported_and_the_next_one_goes_on() throws IOException {
        AtomicBoolean failing = new AtomicBoolean();
        Path watched = Fixtures.watched(directory, (operation, path) -> {
            if (operation == Operation.LIST && failing.get()) {
                throw new IllegalStateException("for the test");
            }
        });
        try (FileSystemKvStore store = builder(watched).open();
                CapturedLog log = new CapturedLog()) {
            store.openReport();
            failing.set(true);
            Fixtures.placeReferenceFile(directory, "new", 10, clock.unix());
            while (log.warnings().isEmpty()) {
                clock.advance(Duration.ofSeconds(2));
                assertThat(store.match(PrefixQuery.of("newer")).best()).isEmpty();
                Thread.onSpinWait();
            }
            assertThat(log.warnings().get(0)).contains("cannot refresh the index");
            failing.set(false);
            while (store.match(PrefixQuery.of("newer")).best().isEmpty()) {
                clock.advance(Duration.ofSeconds(2));
                Thread.onSpinWait();
            }
        }
    }
}
