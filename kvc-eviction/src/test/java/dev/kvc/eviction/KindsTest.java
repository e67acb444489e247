package dev.kvc.eviction;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class KindsTest {
    private final History history = new History();

    @Test
    void a_tip_counts_the_uses_of_its_path_a_link_only_its_own() {
        history.uses = 1;
        history.pathUses = 2;
        assertThat(Kinds.of(0, history)).as("tip, 3 uses").isEqualTo(2);
        history.extensions = 1;
        assertThat(Kinds.of(1, history)).as("link, 1 use").isEqualTo(6 + 1);
        assertThat(Kinds.of(0, history))
                .as("tip again when what was upon it is gone")
                .isEqualTo(2);
    }

    @Test
    void what_was_gone_on_with_twice_is_a_fork_even_if_one_of_both_is_gone() {
        history.extensions = 2;
        assertThat(Kinds.of(2, history)).isEqualTo(12);
        assertThat(Kinds.of(1, history)).isEqualTo(12);
    }

    @Test
    void degrees_double() {
        long[] first = {0, 1, 2, 4, 8, 16};
        for (int degree = 0; degree < first.length; degree++) {
            history.uses = first[degree];
            assertThat(Kinds.of(0, history)).isEqualTo(degree);
        }
        history.uses = (1L << 32) - 1;
        assertThat(Kinds.of(0, history)).isEqualTo(5);
    }

    @Test
    void a_snapshot_that_is_about_to_be_gone_on_with_is_a_link_already() {
        assertThat(Kinds.whenExtended(0, history)).isEqualTo(6);
        history.extensions = 1;
        assertThat(Kinds.whenExtended(1, history)).isEqualTo(12);
    }
}
