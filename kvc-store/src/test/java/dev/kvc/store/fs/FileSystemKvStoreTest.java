package dev.kvc.store.fs;

import static dev.kvc.store.fs.Fixtures.bytes;
import static dev.kvc.store.fs.Fixtures.draft;
import static dev.kvc.store.fs.Fixtures.flip;
import static dev.kvc.store.fs.Fixtures.payload;
import static dev.kvc.store.fs.Fixtures.placeReferenceFile;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvc.eviction.EvictionPolicies;
import dev.kvc.format.KvcFormatException;
import dev.kvc.format.KvcKey;
import dev.kvc.format.Namespace;
import dev.kvc.store.DataSize;
import dev.kvc.store.Durability;
import dev.kvc.store.KvStore;
import dev.kvc.store.KvStores;
import dev.kvc.store.LoadOptions;
import dev.kvc.store.Mapping;
import dev.kvc.store.MissReason;
import dev.kvc.store.Pin;
import dev.kvc.store.PrefixQuery;
import dev.kvc.store.SaveOptions;
import dev.kvc.store.SaveResult;
import dev.kvc.store.SaveResult.Outcome;
import dev.kvc.store.Snapshot;
import dev.kvc.store.SnapshotDraft;
import dev.kvc.store.SnapshotInfo;
import dev.kvc.store.Verification;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the directory store does that no other store does: names, bytes, neighbours, eviction from files. */
class FileSystemKvStoreTest {
    private final SettableClock clock = new SettableClock();

    @TempDir
    Path directory;

    private FileSystemKvStore open(long budgetBytes) throws IOException {
        return FileSystemKvStore.builder(directory)
                .budget(DataSize.ofBytes(budgetBytes))
                .lowWatermark(0)
                .clock(clock)
                .open();
    }

    private FileSystemKvStore open() throws IOException {
        return open(1 << 30);
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(path -> path.getFileName().toString())
                    .filter(name -> !name.equals(".kvc.lock"))
                    .sorted()
                    .toList();
        }
    }

    private Path file(String text) {
        return directory.resolve(KvcKey.of(text) + ".kv");
    }

    private static byte[] load(KvStore store, String text) throws IOException {
        try (Snapshot snapshot = store.load(KvcKey.of(text)).orElseThrow()) {
            return snapshot.payload().toByteArray();
        }
    }

    @Test
    void a_save_makes_one_file_that_the_reference_implementation_can_read() throws IOException {
        byte[] state = payload(3_000_000, 1);
        try (FileSystemKvStore store = open()) {
            assertThat(store.save(draft("hello world", state)).outcome()).isEqualTo(Outcome.STORED);
        }
        assertThat(names()).containsExactly("2aae6c35c94fcfb415dbe95f408b9ce91ee846ed.kv");
        byte[] file = Files.readAllBytes(file("hello world"));
        ByteBuffer header = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        assertThat(Arrays.copyOf(file, 4)).isEqualTo(new byte[] {'K', 'V', 'C', 1});
        assertThat(header.getInt(8)).isEqualTo(11);
        assertThat(header.getLong(24)).isEqualTo(clock.unix());
        assertThat(header.getLong(40)).isEqualTo(state.length);
        assertThat(header.getInt(48)).isEqualTo(11);
        assertThat(Arrays.copyOfRange(file, 52, 63)).isEqualTo(bytes("hello world"));
        assertThat(Arrays.copyOfRange(file, 63, 63 + state.length)).isEqualTo(state);
        assertThat(file).hasSize(63 + state.length + 4 * 3 + 40);
    }

    @Test
    void a_hit_rewrites_hit_count_and_last_used_and_no_other_byte() throws IOException {
        Path file = placeReferenceFile(directory, "a prompt", 5000, clock.unix() - 50);
        byte[] before = Files.readAllBytes(file);
        before[21] = 7; // a fork's reserved byte
        Files.write(file, before);
        try (FileSystemKvStore store = open();
                Snapshot snapshot = store.load(KvcKey.of("a prompt")).orElseThrow()) {
            assertThat(snapshot.info().header().hitCount()).isEqualTo(1);
            assertThat(snapshot.info().header().lastUsedUnix()).isEqualTo(clock.unix());
            assertThat(snapshot.verification()).isEqualTo(Verification.UNVERIFIED);
        }
        byte[] after = Files.readAllBytes(file);
        ByteBuffer.wrap(before).order(ByteOrder.LITTLE_ENDIAN).putInt(12, 1).putLong(32, clock.unix());
        assertThat(after).isEqualTo(before);
    }

    @Test
    void evictToBudget_keeps_recent_files_of_another_writer_and_says_how_many_went() throws IOException {
        try (FileSystemKvStore store = FileSystemKvStore.builder(directory)
                .budgetMiB(1)
                .policy(EvictionPolicies.lru())
                .clock(clock)
                .open()) {
            store.openReport();
            for (int i = 0; i < 400; i++) {
                placeReferenceFile(directory, "prefix" + i, 256 << 10, 1_000_000 + i);
            }
            int removed = store.evictToBudget();
            assertThat(removed).isEqualTo(145);
            assertThat(store.stats().bytes()).isLessThanOrEqualTo(64 << 20);
            assertThat(store.contains(KvcKey.of("prefix399"))).isTrue();
            assertThat(Files.exists(file("prefix144"))).isFalse();
            assertThat(Files.exists(file("prefix145"))).isTrue();
            assertThat(store.evictToBudget()).isZero();
        }
    }

    @Test
    void U13_U14_a_restart_finds_every_snapshot() throws IOException {
        FileSystemKvStore crashed = open(); // never closed, as after kill -9
        for (int i = 0; i < 50; i++) {
            crashed.save(draft("prompt " + i, 1000 + i));
        }
        try (FileSystemKvStore store = open()) {
            assertThat(store.openReport().snapshots()).isEqualTo(50);
            for (int i = 0; i < 50; i++) {
                assertThat(load(store, "prompt " + i)).isEqualTo(payload(1000 + i, ("prompt " + i).hashCode()));
            }
        }
    }

    @Test
    void the_longest_stored_beginning_is_found_after_a_restart() throws IOException {
        try (FileSystemKvStore store = open()) {
            store.save(draft("The quick", 100));
            store.save(draft("The quick brown fox", 200));
            store.save(draft("The quick brown cat", 300));
        }
        try (FileSystemKvStore store = open();
                Snapshot hit = store.loadLongestPrefix(PrefixQuery.of("The quick brown fox jumps"))
                        .orElseThrow()) {
            assertThat(hit.text()).isEqualTo(ByteBuffer.wrap(bytes("The quick brown fox")));
            assertThat(hit.verification()).isEqualTo(Verification.VERIFIED);
            assertThat(hit.info().header().hitCount()).isEqualTo(1);
        }
    }

    @Test
    void U1_room_is_made_before_the_write_and_the_incoming_snapshot_stays() throws IOException {
        long each = 52 + 1 + 10_000 + 44;
        try (FileSystemKvStore store = open(3 * each)) {
            store.save(draft("a", 10_000));
            clock.advance(Duration.ofSeconds(1));
            store.save(draft("b", 10_000));
            clock.advance(Duration.ofSeconds(1));
            store.save(draft("c", 10_000));
            SaveResult result = store.save(draft("d", 10_000));
            assertThat(result.outcome()).isEqualTo(Outcome.STORED);
            assertThat(result.evicted()).isEqualTo(1);
            assertThat(store.contains(KvcKey.of("a"))).isFalse();
            assertThat(store.contains(KvcKey.of("d"))).isTrue();
            assertThat(store.stats().bytes()).isEqualTo(3 * each);
        }
    }

    @Test
    void U16_what_can_never_fit_is_refused_and_evicts_nothing() throws IOException {
        try (FileSystemKvStore store = open(50_000)) {
            store.save(draft("a", 20_000));
            assertThat(store.save(draft("b", 60_000)).outcome()).isEqualTo(Outcome.TOO_LARGE);
            assertThat(store.contains(KvcKey.of("a"))).isTrue();
            assertThat(names()).hasSize(1);
        }
    }

    @Test
    void a_save_that_pins_leave_no_room_for_is_refused_and_evicts_nothing() throws IOException {
        try (FileSystemKvStore store = open(50_000)) {
            store.save(draft("a", 20_000));
            store.save(draft("b", 20_000));
            try (Pin pin = store.pin(KvcKey.of("a"), Duration.ofMinutes(1))) {
                assertThat(pin).isNotNull();
                assertThat(store.save(draft("c", 40_000)).outcome()).isEqualTo(Outcome.NO_ROOM);
                assertThat(store.contains(KvcKey.of("b"))).isTrue();
                clock.advance(Duration.ofMinutes(2));
                assertThat(store.save(draft("c", 40_000)).outcome()).isEqualTo(Outcome.STORED);
            }
        }
    }

    @Test
    void U6_a_save_keeps_what_the_coming_prompt_needs() throws IOException {
        long each = 52 + 4 + 10_000 + 44;
        try (FileSystemKvStore store = open(2 * each)) {
            store.save(draft("need", 10_000));
            clock.advance(Duration.ofSeconds(5));
            store.save(draft("more", 10_000));
            SaveOptions options = SaveOptions.DEFAULT.protect(PrefixQuery.of("needed now"));
            store.save(KvcKey.of("next"), draft("next", 10_000), options);
            assertThat(store.contains(KvcKey.of("need"))).isTrue();
            assertThat(store.contains(KvcKey.of("more"))).isFalse();
        }
    }

    @Test
    void U10_the_budget_counts_everything_in_the_directory_and_deletes_only_what_is_ours() throws IOException {
        Path foreign = Files.write(directory.resolve("notes.txt"), new byte[30_000]);
        Path bad = Files.write(directory.resolve(KvcKey.of("bad") + ".kv.bad"), new byte[10_000]);
        Path unreadable = Files.write(directory.resolve(KvcKey.of("zeros") + ".kv"), new byte[10_000]);
        Path young = Files.write(directory.resolve(KvcKey.of("t") + ".77-1.kv.tmp"), new byte[5_000]);
        Path old = Files.write(directory.resolve(KvcKey.of("t") + ".kv.tmp.Xy12Zz"), new byte[5_000]);
        Files.setLastModifiedTime(old, FileTime.from(clock.instant().minus(Duration.ofHours(2))));
        Path ours = Files.write(directory.resolve(KvcKey.of("t") + ".0123456789abcdef.kvc.tmp"), new byte[5_000]);
        try (FileSystemKvStore store = open(65_000)) {
            OpenReport report = store.openReport();
            assertThat(report.bytes()).isEqualTo(55_000);
            assertThat(report.removedTemporaries()).containsExactlyInAnyOrder(real(old), real(ours));
            assertThat(report.unreadable()).isEqualTo(1);
            assertThat(report.setAside()).isEqualTo(1);
            assertThat(report.otherFiles()).containsExactlyInAnyOrder(real(foreign), real(young));
            assertThat(store.save(draft("new", 20_000)).outcome()).isEqualTo(Outcome.STORED);
            assertThat(bad).doesNotExist();
            assertThat(store.save(draft("newer", 40_000)).outcome()).isEqualTo(Outcome.NO_ROOM);
            assertThat(foreign).exists();
            assertThat(young).exists();
            assertThat(file("new")).exists();
            assertThat(unreadable).doesNotExist();
        }
    }

    private Path real(Path path) throws IOException {
        return directory.toRealPath().resolve(path.getFileName());
    }

    @Test
    void U20_files_and_directories_are_their_owners_alone() throws IOException {
        Path made = directory.resolve("deep/cache");
        try (FileSystemKvStore store =
                FileSystemKvStore.builder(made).budget(DataSize.ofMebibytes(1)).open()) {
            store.save(draft("x", 10));
            store.in(Namespace.of("tenant")).save(draft("x", 10));
            store.evictToBudget();
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(made)))
                .isEqualTo("rwx------");
        try (Stream<Path> files = Files.walk(made)) {
            for (Path path : files.toList()) {
                String mode = PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
                assertThat(mode).as(path.toString()).isEqualTo(Files.isDirectory(path) ? "rwx------" : "rw-------");
            }
        }
    }

    @Test
    void U20_a_symbolic_link_inside_the_directory_is_refused_and_left_alone(@TempDir Path outside) throws IOException {
        Path target = placeReferenceFile(outside, "linked", 100, clock.unix());
        Files.createSymbolicLink(file("linked"), target);
        byte[] before = Files.readAllBytes(target);
        try (FileSystemKvStore store = open()) {
            assertThat(store.load(KvcKey.of("linked"))).isEmpty();
            assertThat(store.contains(KvcKey.of("linked"))).isFalse();
            assertThat(store.loadLongestPrefix(PrefixQuery.of("linked list"))).isEmpty();
            assertThatThrownBy(() -> store.save(draft("linked", 10)))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("no regular file");
            assertThat(store.remove(KvcKey.of("linked"))).isFalse();
        }
        assertThat(Files.readAllBytes(target)).isEqualTo(before);
        assertThat(names()).containsExactly(file("linked").getFileName().toString());
        Files.delete(file("linked")); // which JUnit would not do without a warning
    }

    @Test
    void U8_a_damaged_file_costs_itself_alone_and_the_next_best_is_served() throws IOException {
        try (FileSystemKvStore store = open()) {
            store.save(draft("one two", 3_000_000));
            store.save(draft("one two three", 3_000_000));
            flip(file("one two three"), 2_500_000);
            try (Snapshot hit = store.loadLongestPrefix(PrefixQuery.of("one two three four"))
                    .orElseThrow()) {
                assertThat(hit.info().key()).isEqualTo(KvcKey.of("one two"));
            }
            assertThat(store.load(KvcKey.of("one two three"))).isEmpty();
            assertThat(store.stats().setAside()).isEqualTo(1);
            assertThat(store.stats().misses()).containsEntry(MissReason.CORRUPT, 1L);
            assertThat(names())
                    .containsExactlyInAnyOrder(KvcKey.of("one two") + ".kv", KvcKey.of("one two three") + ".kv.bad");
            assertThat(store.save(draft("one two three", 100)).outcome()).isEqualTo(Outcome.STORED);
            assertThat(load(store, "one two three")).hasSize(100);
        }
    }

    /** It is not another prompt's text, which would be left in place and offered again each time. */
    @Test
    void U8_a_damaged_text_is_set_aside_by_the_prompt_that_it_belongs_to() throws IOException {
        try (FileSystemKvStore store = open()) {
            store.save(draft("a prompt", 5000));
            flip(file("a prompt"), 53);
            assertThat(store.loadLongestPrefix(PrefixQuery.of("a prompt and more")))
                    .isEmpty();
            assertThat(names()).containsExactly(KvcKey.of("a prompt") + ".kv.bad");
            assertThat(store.stats().misses()).containsEntry(MissReason.CORRUPT, 1L);
        }
    }

    @Test
    void verified_on_read_a_damaged_block_is_never_handed_out() throws IOException {
        try (FileSystemKvStore store = open()) {
            store.save(draft("text", 3_000_000));
            flip(file("text"), 52 + 4 + (1 << 20) + 5);
            LoadOptions onRead = LoadOptions.DEFAULT.verify(LoadOptions.Verify.ON_READ);
            try (Snapshot snapshot = store.load(KvcKey.of("text"), onRead).orElseThrow()) {
                assertThat(snapshot.verification()).isEqualTo(Verification.ON_READ);
                ByteBuffer dst = ByteBuffer.allocate(1 << 20);
                snapshot.payload().readFully(dst, 0);
                assertThat(dst.array()).isEqualTo(Arrays.copyOf(payload(3_000_000, "text".hashCode()), 1 << 20));
                assertThatThrownBy(() -> snapshot.payload().readFully(dst.clear(), 1 << 20))
                        .isInstanceOf(KvcFormatException.class)
                        .hasMessageContaining("payload block 1");
                assertThat(dst.position()).isZero();
                assertThatThrownBy(() -> snapshot.payload().map()).isInstanceOf(KvcFormatException.class);
            }
        }
    }

    @Test
    void U7_a_rejected_file_is_set_aside_and_one_saved_meanwhile_is_not() throws IOException {
        try (FileSystemKvStore store = open()) {
            store.save(draft("ab", 100));
            store.save(draft("abc", 100));
            try (Snapshot snapshot =
                    store.loadLongestPrefix(PrefixQuery.of("abcd")).orElseThrow()) {
                snapshot.reject();
            }
            try (Snapshot next = store.loadLongestPrefix(PrefixQuery.of("abcd")).orElseThrow()) {
                assertThat(next.info().key()).isEqualTo(KvcKey.of("ab"));
                store.save(draft("ab", 200));
                next.reject();
            }
            assertThat(load(store, "ab")).hasSize(200);
            assertThat(names()).contains(KvcKey.of("abc") + ".kv.bad");
        }
    }

    @Test
    void a_file_without_footer_that_is_short_and_young_is_left_in_place() throws IOException {
        Path file = placeReferenceFile(directory, "arriving", 5000, clock.unix());
        byte[] whole = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(whole, 3000));
        try (FileSystemKvStore store = open()) {
            assertThat(store.load(KvcKey.of("arriving"))).isEmpty();
            assertThat(store.stats().misses()).containsEntry(MissReason.INCOMPLETE, 1L);
            Files.write(file, whole);
            assertThat(load(store, "arriving")).hasSize(5000);
            Files.write(file, Arrays.copyOf(whole, 3000));
            clock.advance(Duration.ofMinutes(2));
            assertThat(store.load(KvcKey.of("arriving"))).isEmpty();
            assertThat(names()).containsExactly(KvcKey.of("arriving") + ".kv.bad");
        }
    }

    @Test
    void a_file_of_another_version_is_a_miss_and_stays() throws IOException {
        Path file = placeReferenceFile(directory, "version", 100, clock.unix());
        byte[] bytes = Files.readAllBytes(file);
        bytes[3] = 2;
        Files.write(file, bytes);
        try (FileSystemKvStore store = open()) {
            assertThat(store.load(KvcKey.of("version"))).isEmpty();
            assertThat(store.stats().misses()).containsEntry(MissReason.UNREADABLE, 1L);
            assertThat(store.openReport().otherVersions()).isEqualTo(1);
        }
        assertThat(Files.readAllBytes(file)).isEqualTo(bytes);
    }

    @Test
    void an_upper_case_name_is_served_under_its_real_name_and_replaced_as_one_snapshot() throws IOException {
        Path lower = placeReferenceFile(directory, "case", 100, clock.unix());
        Path upper = directory.resolve(Fixtures.upperCaseName(KvcKey.of("case")));
        Files.move(lower, upper);
        try (FileSystemKvStore store = open()) {
            store.openReport();
            assertThat(load(store, "case")).hasSize(100);
            assertThat(names()).containsExactly(upper.getFileName().toString());
            assertThat(store.save(draft("case", 50)).outcome()).isEqualTo(Outcome.REPLACED);
            assertThat(names()).containsExactly(lower.getFileName().toString());
            assertThat(load(store, "case")).hasSize(50);
        }
    }

    @Test
    void U21_two_stores_of_one_directory_see_each_others_snapshots_and_lose_none() throws IOException {
        try (FileSystemKvStore one = open();
                FileSystemKvStore two = open()) {
            one.openReport();
            two.openReport();
            one.save(draft("from one", 100));
            two.save(draft("from two", 100));
            assertThat(load(two, "from one")).hasSize(100);
            assertThat(one.contains(KvcKey.of("from two"))).isTrue();
            try (Snapshot hit =
                    one.loadLongestPrefix(PrefixQuery.of("from two and on")).orElseThrow()) {
                assertThat(hit.info().textBytes()).isEqualTo(8);
            }
        }
    }

    @Test
    void U27_a_file_that_somebody_deleted_is_a_miss() throws IOException {
        try (FileSystemKvStore store = open()) {
            store.save(draft("gone", 100));
            store.save(draft("gone too", 100));
            Files.delete(file("gone"));
            Files.delete(file("gone too"));
            assertThat(store.load(KvcKey.of("gone"))).isEmpty();
            assertThat(store.contains(KvcKey.of("gone"))).isFalse();
            assertThat(store.loadLongestPrefix(PrefixQuery.of("gone too far"))).isEmpty();
            assertThat(store.stats().bytes()).isZero();
        }
    }

    @Test
    void U25_an_interrupted_reader_closes_its_own_snapshot_alone() throws Exception {
        try (FileSystemKvStore store = open()) {
            store.save(draft("shared", 3_000_000));
            try (Snapshot mine = store.load(KvcKey.of("shared")).orElseThrow();
                    Snapshot other = store.load(KvcKey.of("shared")).orElseThrow()) {
                Thread reader = new Thread(() -> {
                    Thread.currentThread().interrupt();
                    assertThatThrownBy(() -> other.payload().read(ByteBuffer.allocate(100), 0))
                            .isInstanceOf(ClosedByInterruptException.class);
                });
                reader.start();
                reader.join();
                assertThat(mine.payload().toByteArray()).hasSize(3_000_000);
                assertThat(load(store, "shared")).hasSize(3_000_000);
            }
        }
    }

    @Test
    void snapshots_and_mappings_outlive_eviction_replacement_and_close() throws IOException {
        FileSystemKvStore store = open();
        byte[] state = payload(2_000_000, 9);
        store.save(draft("lasting", state));
        Snapshot snapshot = store.load(KvcKey.of("lasting")).orElseThrow();
        store.save(draft("lasting", 5));
        store.remove(KvcKey.of("lasting"));
        store.close();
        assertThat(snapshot.payload().toByteArray()).isEqualTo(state);
        Mapping mapping = snapshot.payload().map();
        snapshot.close();
        byte[] mapped = new byte[state.length];
        mapping.slices().get(0).duplicate().get(mapped);
        mapping.close();
        mapping.close();
        assertThat(mapped).isEqualTo(state);
        assertThatThrownBy(mapping::slices).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> snapshot.payload().read(ByteBuffer.allocate(1), 0))
                .isInstanceOf(ClosedChannelException.class);
        assertThatThrownBy(() -> store.load(KvcKey.of("lasting"))).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void ages_and_idle_times_end_snapshots() throws IOException {
        try (FileSystemKvStore store = FileSystemKvStore.builder(directory)
                .budget(DataSize.ofMebibytes(10))
                .maxAge(Duration.ofDays(2))
                .maxIdle(Duration.ofHours(1))
                .clock(clock)
                .open()) {
            store.save(draft("idle", 10));
            store.save(draft("used", 10));
            clock.advance(Duration.ofMinutes(50));
            load(store, "used");
            clock.advance(Duration.ofMinutes(50));
            assertThat(store.load(KvcKey.of("idle"))).isEmpty();
            assertThat(store.stats().misses()).containsEntry(MissReason.EXPIRED, 1L);
            assertThat(load(store, "used")).hasSize(10);
            assertThat(store.evictToBudget()).isEqualTo(1);
            clock.advance(Duration.ofDays(3));
            assertThat(store.loadLongestPrefix(PrefixQuery.of("used up"))).isEmpty();
            assertThat(store.evictToBudget()).isEqualTo(1);
            assertThat(names()).isEmpty();
        }
    }

    @Test
    void namespaces_are_subdirectories_within_one_budget() throws IOException {
        try (FileSystemKvStore store = open(60_000)) {
            KvStore a = store.in(Namespace.of("model-a"));
            a.save(draft("p", 20_000));
            store.save(draft("p", 20_000));
            assertThat(directory.resolve("model-a").resolve(KvcKey.of("p") + ".kv"))
                    .exists();
            assertThat(store.stats().snapshots()).isEqualTo(2);
            clock.advance(Duration.ofSeconds(1));
            assertThat(store.in(Namespace.of("model-b"))
                            .save(draft("q", 30_000))
                            .evicted())
                    .isEqualTo(1);
        }
        try (FileSystemKvStore store = open(60_000)) {
            assertThat(store.namespaces()).contains(Namespace.of("model-b"), Namespace.DEFAULT);
            assertThat(store.openReport().snapshots()).isEqualTo(2);
        }
    }

    @Test
    void fsynced_saves_are_whole() throws IOException {
        try (FileSystemKvStore store = FileSystemKvStore.builder(directory)
                .budget(DataSize.ofMebibytes(10))
                .durability(Durability.FSYNC)
                .open()) {
            assertThat(store.save(draft("durable", 100_000)).outcome()).isEqualTo(Outcome.STORED);
            assertThat(load(store, "durable")).hasSize(100_000);
        }
    }

    @Test
    void a_directory_that_is_a_file_is_named() throws IOException {
        Path file = Files.createFile(directory.resolve("file"));
        assertThatThrownBy(() -> FileSystemKvStore.builder(file)
                        .budget(DataSize.ofMebibytes(1))
                        .open())
                .isInstanceOf(NotDirectoryException.class)
                .hasMessageContaining(file.toString());
    }

    @Test
    void wrong_settings_are_reported_together() {
        assertThatThrownBy(() -> FileSystemKvStore.builder(directory)
                        .budget(DataSize.ofBytes(0))
                        .lowWatermark(0.9)
                        .maxAge(Duration.ZERO)
                        .maxAge(Duration.ofDays(1))
                        .open())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("budget is 0B")
                .hasMessageContaining("lowWatermark is 0.9")
                .hasMessageContaining("maxAge is PT0S")
                .hasMessageContaining("maxAge was already set");
        assertThatThrownBy(() -> FileSystemKvStore.builder(directory).open())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("budget is not set");
    }

    @Test
    void a_uri_opens_the_directory_and_names_everything_wrong_in_it() throws IOException {
        String uri = directory.toUri().toString();
        try (KvStore store = KvStores.open(uri + "?budget=1GiB&max-age=30d&durability=fsync")) {
            store.save(draft("by uri", 10));
            assertThat(store.stats().budgetBytes()).isEqualTo(1 << 30);
        }
        assertThat(file("by uri")).exists();
        assertThatThrownBy(() -> KvStores.open(uri + "?budget=lots&max-age=-1&colour=red"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("budget is \"lots\"")
                .hasMessageContaining("max-age is \"-1\"")
                .hasMessageContaining("no setting colour");
        try (KvStore store = KvStores.open(uri + "?budget=1MiB")) {
            assertThat(store.stats().budgetBytes()).isEqualTo(64 << 20);
        }
    }

    @Test
    void a_file_cut_while_it_is_read_is_an_io_exception() throws IOException {
        try (FileSystemKvStore store = open()) {
            store.save(draft("cut", 3_000_000));
            try (Snapshot snapshot = store.load(KvcKey.of("cut")).orElseThrow()) {
                try (FileChannel channel = FileChannel.open(file("cut"), StandardOpenOption.WRITE)) {
                    channel.truncate(1000);
                }
                assertThatThrownBy(() -> snapshot.payload().toByteArray())
                        .isInstanceOf(IOException.class)
                        .hasMessageContaining("was cut while it was read");
            }
        }
    }

    @Test
    void a_file_cut_before_it_is_mapped_is_an_io_exception_and_stays_as_it_is() throws IOException {
        try (FileSystemKvStore store = open()) {
            store.save(draft("cut", 3_000_000));
            for (LoadOptions.Verify verify : LoadOptions.Verify.values()) {
                try (Snapshot snapshot = store.load(KvcKey.of("cut"), LoadOptions.DEFAULT.verify(verify))
                        .orElseThrow()) {
                    byte[] whole = Files.readAllBytes(file("cut"));
                    try (FileChannel channel = FileChannel.open(file("cut"), StandardOpenOption.WRITE)) {
                        channel.truncate(1000);
                    }
                    assertThatThrownBy(() -> snapshot.payload().map()).isInstanceOf(IOException.class);
                    assertThat(file("cut")).hasSize(1000);
                    Files.write(file("cut"), whole);
                }
            }
        }
    }

    @Test
    void verified_on_read_a_read_that_meets_damage_leaves_no_byte_in_the_callers_buffer() throws IOException {
        try (FileSystemKvStore store = open()) {
            store.save(draft("text", 3_000_000));
            flip(file("text"), 52 + 4 + (1 << 20) + 5);
            LoadOptions onRead = LoadOptions.DEFAULT.verify(LoadOptions.Verify.ON_READ);
            try (Snapshot snapshot = store.load(KvcKey.of("text"), onRead).orElseThrow()) {
                ByteBuffer dst = ByteBuffer.allocateDirect(3_000_000);
                assertThatThrownBy(() -> snapshot.payload().readFully(dst, 0)).isInstanceOf(KvcFormatException.class);
                assertThat(dst.position()).isZero();
                assertThat(dst).isEqualTo(ByteBuffer.allocate(3_000_000));
                snapshot.payload().readFully(dst.limit(1 << 20), 0);
                assertThat(dst.flip()).isEqualTo(ByteBuffer.wrap(payload(3_000_000, "text".hashCode()), 0, 1 << 20));
            }
        }
    }

    @Test
    void verified_on_read_every_way_to_read_gives_the_same_bytes() throws IOException {
        try (FileSystemKvStore store = open()) {
            store.save(draft("text", 3_000_000));
            byte[] payload = payload(3_000_000, "text".hashCode());
            LoadOptions onRead = LoadOptions.DEFAULT.verify(LoadOptions.Verify.ON_READ);
            try (Snapshot snapshot = store.load(KvcKey.of("text"), onRead).orElseThrow()) {
                for (ByteBuffer dst : List.of(ByteBuffer.allocate(3_000_100), ByteBuffer.allocateDirect(3_000_100))) {
                    for (int position : new int[] {0, 1, 1 << 20, (2 << 20) + 7}) {
                        dst.clear().position(50).limit(50 + 3_000_000 - position);
                        snapshot.payload().readFully(dst, position);
                        assertThat(dst.flip().position(50))
                                .isEqualTo(ByteBuffer.wrap(payload, position, 3_000_000 - position));
                    }
                }
                try (Mapping mapping = snapshot.payload().map()) {
                    assertThat(mapping.slices().get(0)).isEqualTo(ByteBuffer.wrap(payload));
                }
            }
        }
    }

    @Test
    void the_model_and_abi_that_an_older_writer_zeroed_still_pass_the_gates() throws IOException {
        PrefixQuery query = PrefixQuery.builder(bytes("gated prompt"))
                .modelId(3)
                .payloadAbi(2)
                .build();
        try (FileSystemKvStore store = open()) {
            store.save(SnapshotDraft.builder()
                    .text("gated")
                    .payload(new byte[100])
                    .modelId(3)
                    .payloadAbi(2)
                    .build());
        }
        byte[] bytes = Files.readAllBytes(file("gated"));
        bytes[7] = 0;
        bytes[20] = 0;
        Files.write(file("gated"), bytes);
        try (FileSystemKvStore store = open()) {
            assertThat(store.match(query).candidates())
                    .extracting(SnapshotInfo::key)
                    .containsExactly(KvcKey.of("gated"));
            try (Snapshot hit = store.loadLongestPrefix(query).orElseThrow()) {
                assertThat(hit.info().header().modelId()).isEqualTo(3);
            }
        }
    }
}
