package dev.kvc.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvc.format.KvcKey;
import dev.kvc.store.SaveResult.Outcome;
import dev.kvc.store.fs.FileSystemKvStore;
import dev.kvc.store.memory.CaffeineKvStore;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** U29: pins that nobody closes cannot fill a store. */
class PinnedShareTest {
    private static final DataSize BUDGET = DataSize.ofBytes(100_000);

    @TempDir
    private Path directory;

    enum Kind {
        DIRECTORY,
        MEMORY
    }

    private KvStore open(Kind kind, double maxPinned) throws IOException {
        return switch (kind) {
            case DIRECTORY ->
                FileSystemKvStore.builder(directory)
                        .budget(BUDGET)
                        .lowWatermark(0)
                        .maxPinned(maxPinned)
                        .open();
            case MEMORY ->
                CaffeineKvStore.builder().budget(BUDGET).maxPinned(maxPinned).build();
        };
    }

    private static Outcome save(KvStore store, String text, int bytes) throws IOException {
        return store.save(SnapshotDraft.builder()
                        .text(text)
                        .payload(new byte[bytes])
                        .build())
                .outcome();
    }

    private static boolean has(KvStore store, String text) throws IOException {
        return store.contains(KvcKey.of(text));
    }

    private static void saveAndForgetPins(KvStore store) throws IOException {
        for (String text : new String[] {"first", "second", "third", "fourth"}) {
            assertThat(save(store, text, 20_000)).isEqualTo(Outcome.STORED);
            assertThat(store.pin(KvcKey.of(text), null)).isNotNull();
        }
    }

    @ParameterizedTest
    @EnumSource
    void u29_keys_that_were_pinned_first_are_held_up_to_the_share(Kind kind) throws IOException {
        try (KvStore store = open(kind, 0.5)) {
            saveAndForgetPins(store);
            assertThat(save(store, "large", 50_000)).isEqualTo(Outcome.STORED);
            assertThat(has(store, "first")).isTrue();
            assertThat(has(store, "second")).isTrue();
            assertThat(has(store, "third") && has(store, "fourth")).isFalse();
            assertThat(save(store, "larger", 80_000)).isEqualTo(Outcome.NO_ROOM);
        }
    }

    @ParameterizedTest
    @EnumSource
    void u29_pins_hold_everything_with_a_share_of_1(Kind kind) throws IOException {
        try (KvStore store = open(kind, 1)) {
            saveAndForgetPins(store);
            assertThat(save(store, "large", 30_000)).isEqualTo(Outcome.NO_ROOM);
        }
    }

    @ParameterizedTest
    @EnumSource
    void u29_pins_hold_nothing_with_a_share_of_0(Kind kind) throws IOException {
        try (KvStore store = open(kind, 0)) {
            saveAndForgetPins(store);
            assertThat(save(store, "large", 90_000)).isEqualTo(Outcome.STORED);
        }
    }

    @ParameterizedTest
    @EnumSource
    void u29_pin_that_was_not_held_holds_when_another_has_been_closed(Kind kind) throws IOException {
        try (KvStore store = open(kind, 0.3)) {
            save(store, "first", 20_000);
            save(store, "second", 20_000);
            Pin first = store.pin(KvcKey.of("first"), null);
            assertThat(store.pin(KvcKey.of("second"), null)).isNotNull();
            first.close();
            assertThat(save(store, "large", 70_000)).isEqualTo(Outcome.STORED);
            assertThat(has(store, "first")).isFalse();
            assertThat(has(store, "second")).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource
    void share_beyond_the_budget_is_refused_by_name(Kind kind) {
        assertThatThrownBy(() -> open(kind, 1.5).close())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("maxPinned is 1.5");
        assertThatThrownBy(() -> open(kind, Double.NaN).close()).isInstanceOf(IllegalArgumentException.class);
    }
}
