package dev.kvc.store.fs;

import static dev.kvc.store.fs.Fixtures.draft;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvc.format.KvcKey;
import dev.kvc.store.DataSize;
import dev.kvc.store.PayloadSource;
import dev.kvc.store.SaveOptions;
import dev.kvc.store.SaveResult;
import dev.kvc.store.SaveResult.Outcome;
import dev.kvc.store.SnapshotDraft;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a directory does not take: too few tokens (fixed bytes cost more than they save), and too much a day. */
class AdmissionTest {
    private static final long EACH = 52 + 1 + 1000 + 44;

    @TempDir
    Path directory;

    private final SettableClock clock = new SettableClock();
    private FileSystemKvStore store;

    private FileSystemKvStore.Builder builder() {
        return FileSystemKvStore.builder(directory)
                .budget(DataSize.ofMebibytes(1))
                .clock(clock);
    }

    @AfterEach
    void close() throws IOException {
        store.close();
    }

    /** Opens a store that may write so many snapshots of 1000 bytes a day, at the beginning of an hour. */
    private void openForADay(int snapshots) throws IOException {
        Instant now = clock.instant();
        clock.advance(Duration.between(now, now.truncatedTo(ChronoUnit.HOURS).plus(Duration.ofHours(1))));
        store = builder().maxWritesPerDay(DataSize.ofBytes(snapshots * EACH)).open();
    }

    private SaveResult save(String text) throws IOException {
        return store.save(draft(text, 1000));
    }

    @Test
    void a_snapshot_of_too_few_tokens_is_not_admitted_and_nothing_is_written() throws IOException {
        store = builder().minTokens(5).open();
        SaveResult refused = store.save(draft("four", 1000));
        assertThat(refused.outcome()).isEqualTo(Outcome.NOT_ADMITTED);
        assertThat(refused.isLoadable()).isFalse();
        assertThat(store.save(draft("five!", 1000)).outcome()).isEqualTo(Outcome.STORED);
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files).hasSize(1);
        }
        assertThat(store.stats().saves(Outcome.NOT_ADMITTED)).isEqualTo(1);
    }

    @Test
    void u22_what_is_beyond_a_days_bytes_is_throttled_and_says_when_to_come_again() throws IOException {
        openForADay(2);
        assertThat(save("a").outcome()).isEqualTo(Outcome.STORED);
        clock.advance(Duration.ofMinutes(90));
        assertThat(save("b").outcome()).isEqualTo(Outcome.STORED);
        SaveResult refused = save("c");
        assertThat(refused.outcome()).isEqualTo(Outcome.THROTTLED);
        assertThat(refused.isLoadable()).isFalse();
        assertThat(refused.retryAfter()).hasValue(Duration.ofMinutes(24 * 60 - 90));
        assertThat(store.contains(KvcKey.of("c"))).isFalse();

        clock.advance(refused.retryAfter().orElseThrow());
        assertThat(save("c").outcome()).isEqualTo(Outcome.STORED);
        assertThat(save("d").retryAfter()).hasValue(Duration.ofHours(1));
    }

    @Test
    void u22_what_is_there_already_takes_nothing_of_the_days_bytes() throws IOException {
        openForADay(1);
        save("a");
        assertThat(store.save(KvcKey.of("a"), draft("a", 1000), SaveOptions.IF_ABSENT)
                        .outcome())
                .isEqualTo(Outcome.ALREADY_PRESENT);
        assertThat(save("a").outcome()).isEqualTo(Outcome.THROTTLED);
    }

    @Test
    void what_was_refused_or_failed_takes_nothing_of_the_days_bytes() throws IOException {
        openForADay(1);
        SnapshotDraft failing = SnapshotDraft.builder()
                .text("f")
                .payload(PayloadSource.of(1000, out -> {
                    throw new IOException("no state");
                }))
                .build();
        assertThatThrownBy(() -> store.save(failing)).hasMessage("no state");
        assertThat(save("a").outcome()).isEqualTo(Outcome.STORED);
    }

    @Test
    void a_save_that_must_not_be_lost_is_admitted_always_and_counted() throws IOException {
        openForADay(1);
        save("a");
        assertThat(store.save(KvcKey.of("b"), draft("b", 1000), SaveOptions.DEFAULT.admitAlways())
                        .outcome())
                .isEqualTo(Outcome.STORED);
        clock.advance(Duration.ofHours(24));
        assertThat(save("c").outcome()).isEqualTo(Outcome.STORED);
    }

    @Test
    void one_that_is_larger_than_a_day_is_not_admitted_rather_than_told_to_wait() throws IOException {
        openForADay(1);
        assertThat(store.save(draft("a", 2000)).outcome()).isEqualTo(Outcome.NOT_ADMITTED);
    }

    @Test
    void a_clock_that_is_set_back_lets_nothing_more_in_for_a_day() throws IOException {
        openForADay(1);
        save("a");
        clock.advance(Duration.ofDays(-3));
        assertThat(save("b").retryAfter()).hasValue(Duration.ofDays(1));
        clock.advance(Duration.ofDays(1));
        assertThat(save("b").outcome()).isEqualTo(Outcome.STORED);
    }
}
