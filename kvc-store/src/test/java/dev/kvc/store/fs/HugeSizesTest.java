package dev.kvc.store.fs;

import static dev.kvc.store.fs.Fixtures.draft;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kvc.format.KvcKey;
import dev.kvc.store.DataSize;
import dev.kvc.store.PayloadSource;
import dev.kvc.store.Pin;
import dev.kvc.store.SaveResult;
import dev.kvc.store.SaveResult.Outcome;
import dev.kvc.store.SnapshotDraft;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** U26: sizes beyond 2^31 and near 2^63 are added up right. No byte of these payloads exists. */
class HugeSizesTest {
    private static final DataSize EVERYTHING = DataSize.ofBytes(Long.MAX_VALUE);

    @TempDir
    Path directory;

    private FileSystemKvStore open(DataSize budget) throws IOException {
        return FileSystemKvStore.builder(directory).budget(budget).open();
    }

    /** A payload that is announced and must not be asked for. */
    private static SnapshotDraft announced(long payloadBytes) {
        PayloadSource source = PayloadSource.of(payloadBytes, out -> {
            throw new AssertionError("a refused payload of " + payloadBytes + " bytes was read");
        });
        return SnapshotDraft.builder().text("huge").payload(source).build();
    }

    private static void assertRefused(FileSystemKvStore store, long payloadBytes, Outcome outcome) throws IOException {
        SaveResult result = store.save(announced(payloadBytes));
        assertThat(result.outcome()).isEqualTo(outcome);
        assertThat(result.bytes()).isGreaterThanOrEqualTo(payloadBytes);
        assertThat(result.evicted()).isZero();
        assertThat(store.contains(KvcKey.of("small"))).isTrue();
        assertThat(store.contains(KvcKey.of("huge"))).isFalse();
        try (Stream<Path> files = Files.list(store.directory())) {
            assertThat(files.filter(file -> !file.endsWith(".kvc.lock"))).hasSize(1);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1L << 30, (1L << 31) - 1, 1L << 31, 1L << 32, 5L << 40, 1L << 62, Long.MAX_VALUE})
    void u26_a_payload_beyond_the_budget_is_refused_before_it_is_read(long payloadBytes) throws IOException {
        try (FileSystemKvStore store = open(DataSize.ofGibibytes(1))) {
            store.save(draft("small", 1000));
            assertRefused(store, payloadBytes, Outcome.TOO_LARGE);
            assertThat(store.stats().saves(Outcome.TOO_LARGE)).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1L << 49, 1L << 50, 1L << 62, Long.MAX_VALUE - 100, Long.MAX_VALUE})
    void u26_a_payload_beyond_what_a_file_can_be_is_too_large_for_the_largest_budget_too(long payloadBytes)
            throws IOException {
        try (FileSystemKvStore store = open(EVERYTHING)) {
            store.save(draft("small", 1000));
            assertRefused(store, payloadBytes, Outcome.TOO_LARGE);
        }
    }

    @Test
    void u26_a_payload_that_would_need_the_room_of_a_pinned_snapshot_has_no_room() throws IOException {
        long terabytes = 5L << 40;
        try (FileSystemKvStore store = open(DataSize.ofBytes(terabytes + (100 << 20)))) {
            store.save(draft("small", 90 << 20));
            try (Pin pin = store.pin(KvcKey.of("small"), null)) {
                assertThat(pin).isNotNull();
                assertRefused(store, terabytes, Outcome.NO_ROOM);
            }
        }
    }

    @Test
    void u26_free_space_that_no_disk_has_leaves_no_room_and_evicts_nothing() throws IOException {
        try (FileSystemKvStore store = open(EVERYTHING)) {
            store.save(draft("small", 1000));
        }
        try (FileSystemKvStore store = FileSystemKvStore.builder(directory)
                .budget(EVERYTHING)
                .minFreeSpace(EVERYTHING)
                .open()) {
            assertRefused(store, 10, Outcome.NO_ROOM);
            assertRefused(store, 5L << 40, Outcome.NO_ROOM);
        }
    }

    @Test
    void u26_the_largest_budget_takes_snapshots_and_says_what_they_take() throws IOException {
        try (FileSystemKvStore store = open(EVERYTHING)) {
            assertThat(store.save(draft("small", 1000)).outcome()).isEqualTo(Outcome.STORED);
            assertThat(store.save(draft("small", 2000)).outcome()).isEqualTo(Outcome.REPLACED);
            assertThat(store.stats().bytes()).isEqualTo(52 + 5 + 2000 + 44);
            assertThat(store.stats().budgetBytes()).isEqualTo(Long.MAX_VALUE);
            assertThat(store.evictToBudget()).isZero();
        }
    }
}
