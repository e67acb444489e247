package dev.kvc.store.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvc.eviction.SnapshotId;
import dev.kvc.format.KvcKey;
import dev.kvc.format.Namespace;
import dev.kvc.store.DataSize;
import dev.kvc.store.PayloadSource;
import dev.kvc.store.SaveResult;
import dev.kvc.store.SaveResult.Outcome;
import dev.kvc.store.SnapshotDraft;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** U26: entries of more than 2 GiB have weights, and sums of them do not overflow. No byte of them exists. */
class HugeSizesTest {
    private static final long TEBIBYTE = 1L << 40;

    @ParameterizedTest
    @CsvSource({
        "1, 1",
        "1024, 1",
        "1025, 2",
        "2147483647, 2097152",
        "2147483648, 2097152",
        "2147483649, 2097153",
        "5368709120, 5242880",
        "1099511627776, 1073741824",
        "2199023254528, 2147483647"
    })
    void u26_an_entry_weighs_its_kibibytes_rounded_up(long bytes, int weight) {
        assertThat(Weights.kibibytes(bytes)).isEqualTo(weight);
    }

    @ParameterizedTest
    @ValueSource(longs = {Weights.MAX_ENTRY_BYTES + 1, 5 * TEBIBYTE, Long.MAX_VALUE})
    void u26_what_has_no_weight_is_an_error_and_not_another_weight(long bytes) {
        assertThatThrownBy(() -> Weights.kibibytes(bytes)).isInstanceOf(ArithmeticException.class);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 1L << 31, 5 * TEBIBYTE, Long.MAX_VALUE})
    void u26_the_weights_of_a_budget_hold_the_budget(long budget) {
        assertThat(Weights.maximum(budget)).isGreaterThan(budget >> 10);
    }

    private static SnapshotId id(int number) {
        return new SnapshotId(Namespace.DEFAULT, KvcKey.of("entry " + number));
    }

    @Test
    void u26_rooms_of_many_tebibytes_add_up_to_the_budget_and_no_further() {
        Ledger ledger = new Ledger(10 * TEBIBYTE);
        List<Ledger.Room> rooms = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            Ledger.Room room = ledger.need(id(i), TEBIBYTE + TEBIBYTE / 2, null);
            assertThat(ledger.fits(room, 0, 0)).isTrue();
            ledger.take(room);
            rooms.add(room);
        }
        Ledger.Room next = ledger.need(id(7), TEBIBYTE + 1, null);
        assertThat(ledger.fits(next, 0, 0)).isFalse();
        assertThat(ledger.fits(next, 1, 1)).isTrue();
        rooms.forEach(ledger::release);
        assertThat(ledger.fits(ledger.need(id(8), Weights.MAX_ENTRY_BYTES, null), 0, 0))
                .isTrue();
    }

    @Test
    void u26_rooms_near_the_largest_budget_do_not_wrap_around() {
        Ledger ledger = new Ledger(Long.MAX_VALUE);
        for (int i = 0; i < 100; i++) {
            Ledger.Room room = ledger.need(id(i), Weights.MAX_ENTRY_BYTES, null);
            assertThat(ledger.fits(room, 0, 0)).isTrue();
            ledger.take(room);
        }
        assertThat(ledger.storedBytes()).isZero();
    }

    private static SnapshotDraft announced(long payloadBytes) {
        PayloadSource source = PayloadSource.of(payloadBytes, out -> {
            throw new AssertionError("a refused payload of " + payloadBytes + " bytes was read");
        });
        return SnapshotDraft.builder().text("huge").payload(source).build();
    }

    @ParameterizedTest
    @ValueSource(longs = {Weights.MAX_ENTRY_BYTES, 5 * TEBIBYTE, Long.MAX_VALUE - 52, Long.MAX_VALUE})
    void u26_a_payload_that_has_no_weight_is_refused_before_it_is_read(long payloadBytes) throws IOException {
        for (DataSize budget : List.of(DataSize.ofMebibytes(1), DataSize.ofBytes(Long.MAX_VALUE))) {
            try (CaffeineKvStore store =
                    CaffeineKvStore.builder().budget(budget).build()) {
                store.save(SnapshotDraft.builder()
                        .text("small")
                        .payload(new byte[100])
                        .build());
                SaveResult result = store.save(announced(payloadBytes));
                assertThat(result.outcome()).isEqualTo(Outcome.TOO_LARGE);
                assertThat(result.evicted()).isZero();
                assertThat(result.bytes()).isGreaterThanOrEqualTo(payloadBytes);
                assertThat(store.contains(KvcKey.of("small"))).isTrue();
                assertThat(store.contains(KvcKey.of("huge"))).isFalse();
            }
        }
    }

    @Test
    void u26_a_payload_of_3_gibibytes_is_refused_by_a_budget_of_2() throws IOException {
        try (CaffeineKvStore store =
                CaffeineKvStore.builder().budget(DataSize.ofGibibytes(2)).build()) {
            assertThat(store.save(announced(3L << 30)).outcome()).isEqualTo(Outcome.TOO_LARGE);
        }
    }
}
