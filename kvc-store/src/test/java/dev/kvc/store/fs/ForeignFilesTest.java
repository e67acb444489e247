package dev.kvc.store.fs;

import static dev.kvc.store.fs.Fixtures.draft;
import static dev.kvc.store.fs.Fixtures.placeReferenceFile;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.kvc.faultfs.Operation;
import dev.kvc.format.KvcKey;
import dev.kvc.store.DataSize;
import dev.kvc.store.LoadOptions;
import dev.kvc.store.MissReason;
import dev.kvc.store.PrefixQuery;
import dev.kvc.store.SaveOptions;
import dev.kvc.store.SaveResult;
import dev.kvc.store.Snapshot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What others put into the directory, change there, and take away while the store is open. */
@Timeout(60)
class ForeignFilesTest {
    private final SettableClock clock = new SettableClock();

    @TempDir
    Path directory;

    private FileSystemKvStore open() throws IOException {
        return open(directory);
    }

    private FileSystemKvStore open(Path where) throws IOException {
        return FileSystemKvStore.builder(where)
                .budget(DataSize.ofMebibytes(1))
                .lowWatermark(0)
                .clock(clock)
                .open();
    }

    private Path file(String text) {
        return directory.resolve(KvcKey.of(text) + ".kv");
    }

    private static void run(String... command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        assumeTrue(process.onExit().join().exitValue() == 0, () -> Arrays.toString(command) + ": " + said);
    }

    /** As in a container without a locale, where every name beyond ASCII is such a one. */
    @Test
    void U10_a_file_whose_name_no_charset_can_decode_is_counted_and_named_and_harms_nothing() throws IOException {
        run("sh", "-c", "printf 12345 > \"$1/$(printf 'caf\\351.txt')\"", "sh", directory.toString());
        try (FileSystemKvStore store = open()) {
            assertThat(store.openReport().otherFiles())
                    .singleElement()
                    .satisfies(path -> assertThat(Files.exists(path)).isTrue());
            assertThat(store.stats().bytes()).isEqualTo(5);
            assertThat(store.save(draft("one", 10)).isLoadable()).isTrue();
        }
    }

    @Test
    void a_file_that_is_being_copied_in_is_not_taken_for_damaged_where_the_look_at_it_is_held_up() throws IOException {
        byte[] whole = Files.readAllBytes(placeReferenceFile(directory, "a prompt", 5000, clock.unix()));
        Files.write(file("a prompt"), Arrays.copyOf(whole, 2000));
        Path watched = Fixtures.watched(directory, (operation, path) -> {
            if (Fixtures.isOpening(operation) && path.endsWith(file("a prompt").getFileName())) {
                clock.advance(Duration.ofHours(1));
            }
        });
        try (FileSystemKvStore store = FileSystemKvStore.builder(watched)
                .budget(DataSize.ofMebibytes(100))
                .clock(clock)
                .open()) {
            assertThat(store.openReport().unreadable()).isZero();
        }
    }

    /** Copying into a file that is there does not change its directory. */
    @Test
    void a_file_that_is_being_copied_in_is_found_by_its_prefix_when_it_is_whole() throws IOException {
        byte[] whole = Files.readAllBytes(placeReferenceFile(directory, "a prompt", 5000, clock.unix()));
        Files.write(file("a prompt"), Arrays.copyOf(whole, 2000));
        FileTime longAgo = FileTime.from(Instant.now().minusSeconds(10));
        Files.setLastModifiedTime(directory, longAgo);
        try (FileSystemKvStore store = open()) {
            PrefixQuery query = PrefixQuery.of("a prompt and more");
            assertThat(store.match(query).candidates()).isEmpty();
            Files.write(file("a prompt"), Arrays.copyOfRange(whole, 2000, whole.length), StandardOpenOption.APPEND);
            Files.setLastModifiedTime(directory, longAgo);
            clock.advance(Duration.ofSeconds(2));
            while (store.match(query).candidates().isEmpty()) {
                clock.advance(Duration.ofSeconds(2));
                Thread.onSpinWait();
            }
            store.loadLongestPrefix(query).orElseThrow().close();
            assertThat(store.stats().bytes()).isEqualTo(Files.size(file("a prompt")));
        }
    }

    @Test
    void a_pipe_in_the_place_of_a_snapshot_is_a_miss_and_blocks_nobody() throws IOException {
        try (FileSystemKvStore store = open()) {
            store.save(draft("there", 1000));
            Files.delete(file("there"));
            run("mkfifo", file("there").toString());
            PrefixQuery gated = PrefixQuery.builder(Fixtures.bytes("there it is"))
                    .modelId(7)
                    .build();
            assertThat(store.match(gated).candidates()).isEmpty();
            assertThat(store.loadLongestPrefix(PrefixQuery.of("there it is"))).isEmpty();
            assertThat(store.remove(KvcKey.of("there"))).isFalse();
            assertThat(store.contains(KvcKey.of("there"))).isFalse();
        }
        try (FileSystemKvStore store = open()) {
            assertThat(store.openReport().snapshots()).isZero();
            assertThat(store.evictToBudget()).isZero();
        }
        assertThat(file("there")).exists();
    }

    @Test
    void what_somebody_deleted_is_not_there_after_it_is_removed_once_more() throws IOException {
        try (FileSystemKvStore store = open()) {
            store.save(draft("there", 1000));
            Files.delete(file("there"));
            assertThat(store.remove(KvcKey.of("there"))).isFalse();
            assertThat(store.contains(KvcKey.of("there"))).isFalse();
            assertThat(store.stats().bytes()).isZero();
        }
    }

    private Path upperCaseFile(String text) {
        return directory.resolve(Fixtures.upperCaseName(KvcKey.of(text)));
    }

    /** A store that knows a snapshot under a name in upper-case digits, which has the canonical one by now. */
    private FileSystemKvStore openThenRename(String text) throws IOException {
        Files.move(placeReferenceFile(directory, text, 1000, clock.unix()), upperCaseFile(text));
        FileSystemKvStore store = open();
        store.openReport();
        Files.move(upperCaseFile(text), file(text));
        return store;
    }

    @Test
    void a_snapshot_that_lost_its_upper_case_name_is_served_under_the_new_one() throws IOException {
        try (FileSystemKvStore store = openThenRename("there")) {
            store.load(KvcKey.of("there")).orElseThrow().close();
            store.load(KvcKey.of("there")).orElseThrow().close();
            assertThat(store.stats().misses()).isEmpty();
        }
    }

    @Test
    void a_snapshot_that_lost_its_upper_case_name_is_present_to_who_saves_it_if_absent() throws IOException {
        try (FileSystemKvStore store = openThenRename("there")) {
            byte[] before = Files.readAllBytes(file("there"));
            SaveResult result = store.save(KvcKey.of("there"), draft("there", 1000), SaveOptions.IF_ABSENT);
            assertThat(result.outcome()).isEqualTo(SaveResult.Outcome.ALREADY_PRESENT);
            assertThat(file("there")).hasBinaryContent(before);
        }
    }

    @Test
    void a_snapshot_that_gets_its_canonical_name_while_it_is_saved_if_absent_is_present() throws IOException {
        byte[] whole = Files.readAllBytes(placeReferenceFile(directory, "there", 1000, clock.unix()));
        Files.move(file("there"), upperCaseFile("there"));
        Path watched = Fixtures.watched(directory, (operation, path) -> {
            if (operation == Operation.CREATE) {
                Files.write(file("there"), whole);
            }
        });
        try (FileSystemKvStore store = open(watched)) {
            store.openReport();
            Files.delete(upperCaseFile("there"));
            SaveResult result = store.save(KvcKey.of("there"), draft("there", 1000), SaveOptions.IF_ABSENT);
            assertThat(result.outcome()).isEqualTo(SaveResult.Outcome.ALREADY_PRESENT);
            assertThat(file("there")).hasBinaryContent(whole);
        }
    }

    @Test
    void a_snapshot_that_lost_its_upper_case_name_can_be_removed_and_does_not_come_back() throws IOException {
        try (FileSystemKvStore store = openThenRename("there")) {
            assertThat(store.remove(KvcKey.of("there"))).isTrue();
            assertThat(file("there")).doesNotExist();
            assertThat(store.load(KvcKey.of("there"))).isEmpty();
            assertThat(store.contains(KvcKey.of("there"))).isFalse();
        }
    }

    /** As where another process has saved it, and could not remove the file that it had before. */
    @Test
    void a_snapshot_with_two_names_is_removed_under_both() throws IOException {
        Files.move(placeReferenceFile(directory, "there", 1000, clock.unix()), upperCaseFile("there"));
        try (FileSystemKvStore store = open()) {
            store.openReport();
            placeReferenceFile(directory, "there", 1000, clock.unix());
            assertThat(store.remove(KvcKey.of("there"))).isTrue();
            assertThat(directory).isDirectoryNotContaining("glob:**.kv");
            assertThat(store.load(KvcKey.of("there"))).isEmpty();
        }
    }

    @Test
    void a_snapshot_that_lost_its_upper_case_name_can_be_rejected() throws IOException {
        try (FileSystemKvStore store = openThenRename("there")) {
            try (Snapshot hit = store.load(KvcKey.of("there")).orElseThrow()) {
                hit.reject();
            }
            assertThat(file("there")).doesNotExist();
            assertThat(store.load(KvcKey.of("there"))).isEmpty();
        }
    }

    /** A file from the future is not immortal, and a load says the same of it as everything else. */
    @Test
    void idle_time_of_a_snapshot_used_in_the_future_counts_from_its_creation() throws IOException {
        long future = clock.unix() + 1_000_000;
        placeReferenceFile(directory, "both", 100, future);
        placeReferenceFile(directory, "used", 100, clock.unix() - 1_000_000);
        byte[] used = Files.readAllBytes(file("used"));
        java.nio.ByteBuffer.wrap(used).order(java.nio.ByteOrder.LITTLE_ENDIAN).putLong(32, -1L);
        Files.write(file("used"), used);
        try (FileSystemKvStore store = FileSystemKvStore.builder(directory)
                .budget(DataSize.ofMebibytes(1))
                .maxIdle(Duration.ofDays(2))
                .clock(clock)
                .open()) {
            store.openReport();
            for (String text : List.of("both", "used")) {
                assertThat(store.contains(KvcKey.of(text))).isFalse();
                assertThat(store.load(KvcKey.of(text), LoadOptions.DEFAULT)).isEmpty();
            }
            assertThat(store.stats().misses()).containsEntry(MissReason.EXPIRED, 2L);
            assertThat(store.evictToBudget()).isEqualTo(2);
        }
    }

    /** As one that was replaced just as it was opened: the engine's word is on what it was given. */
    @Test
    void U7_a_snapshot_that_was_replaced_while_it_was_opened_can_be_rejected() throws IOException {
        try (FileSystemKvStore writer = open()) {
            writer.save(draft("there", 1000));
            boolean[] replaced = new boolean[1];
            Path watched = Fixtures.watched(directory, (operation, path) -> {
                if (operation == Operation.OPEN_WRITE && path.equals(file("there")) && !replaced[0]) {
                    replaced[0] = true;
                    writer.save(draft("there", 1000));
                }
            });
            try (FileSystemKvStore store = FileSystemKvStore.builder(watched)
                    .budget(DataSize.ofMebibytes(1))
                    .open()) {
                store.openReport();
                replaced[0] = false;
                try (Snapshot hit = store.load(KvcKey.of("there")).orElseThrow()) {
                    hit.reject();
                }
                assertThat(replaced[0]).isTrue();
                assertThat(store.load(KvcKey.of("there"))).isEmpty();
                assertThat(file("there")).doesNotExist();
            }
        }
    }
}
