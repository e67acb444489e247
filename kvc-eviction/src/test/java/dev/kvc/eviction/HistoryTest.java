package dev.kvc.eviction;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HistoryTest {
    private final History history = new History();

    /** A use where 1 was expected: (1 + 0.97) ÷ (1 + 0.97). One where none was: (1 + 0.97 × 1.97) ÷ (1 + 0.97²). */
    @Test
    void popularity_is_uses_against_what_was_expected() {
        assertThat(history.popularity()).isEqualTo(1);
        history.used(1);
        assertThat(history.popularity()).isEqualTo(1);
        history.used(0);
        assertThat(history.popularity()).isEqualTo((1 + 0.97 * 1.97) / (1 + 0.97 * 0.97));
    }

    @Test
    void a_path_goes_on_with_its_uses_and_its_popularity() {
        history.used(0.25);
        history.pathUses = 3;
        History next = new History();
        next.continues(history);
        assertThat(next.uses).isZero();
        assertThat(next.pathUses).isEqualTo(4);
        assertThat(next.popularity()).isEqualTo(history.popularity());
    }

    @Test
    void hits_that_were_counted_elsewhere_are_taken_over_and_none_is_counted_twice() {
        history.counted(7);
        history.used(1);
        history.counted(8);
        assertThat(history.uses).isEqualTo(8);
    }
}
