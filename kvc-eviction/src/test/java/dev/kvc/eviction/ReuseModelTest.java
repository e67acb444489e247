package dev.kvc.eviction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class ReuseModelTest {
    private static final Offset<Double> EXACTLY = within(1e-9);
    private static final int[][] NOBODY = new int[1][AgeBins.COUNT];
    private final ReuseModel model = new ReuseModel(1.0);

    private static double[] at(int bin, double value) {
        double[] values = new double[AgeBins.COUNT];
        values[bin] = value;
        return values;
    }

    /** Widths 1, 1, 2, 4. One ended in bin 3: 4 × ½ there. Two live in bin 1, and it passed: 1 × (1 + 2 × ½) = 2. */
    @Test
    void time_is_spent_in_every_bin_that_a_spell_came_through_and_half_of_its_last() {
        int[] alive = new int[AgeBins.COUNT];
        alive[1] = 2;
        double[] exposure = ReuseModel.exposure(at(3, 1), alive);
        assertThat(Arrays.copyOf(exposure, 5)).containsExactly(3, 2, 2, 2, 0);
    }

    /** Trust 4 is worth 4 × 0.05 = 0.2 hits, at 0.01 a step 20 steps: (3 + 0.2) ÷ (100 + 20). */
    @Test
    void a_hazard_is_hits_for_the_time_with_a_little_of_what_it_began_at() {
        assertThat(ReuseModel.shrunk(3, 100, 0.01, 4)).isEqualTo(3.2 / 120, EXACTLY);
        assertThat(ReuseModel.shrunk(0, 0, 0.01, 4)).isEqualTo(0.01, EXACTLY);
    }

    /** One bin has e⁴ times the hazard: after averaging by 1 : 2 : 1 it has e², those beside it e¹. */
    @Test
    void a_hazard_is_averaged_with_those_beside_it() {
        double[] hazard = new double[AgeBins.COUNT];
        for (int bin = 0; bin < AgeBins.COUNT; bin++) {
            hazard[bin] = (bin == 5 ? Math.exp(4) : 1) / AgeBins.middle(bin);
        }
        double[] smoothed = ReuseModel.smoothed(hazard);
        assertThat(smoothed[3] * AgeBins.middle(3)).isEqualTo(1, EXACTLY);
        assertThat(smoothed[4] * AgeBins.middle(4)).isEqualTo(Math.E, EXACTLY);
        assertThat(smoothed[5] * AgeBins.middle(5)).isEqualTo(Math.exp(2), EXACTLY);
    }

    /**
     * All are hit in bin 2, on the average in its middle, age 3. From bin 0, half of which is past: 1 hit ÷ (½ + 1 +
     * 1). From bin 1: 1 ÷ (½ + 1). Within bin 2, half of it past: 1 ÷ ½. Behind it: none.
     */
    @Test
    void the_index_rises_toward_a_peak_and_drops_behind_it() {
        double[] index = ReuseModel.indexOf(at(2, 1000));
        assertThat(index[0]).isEqualTo(1 / 2.5, EXACTLY);
        assertThat(index[1]).isEqualTo(1 / 1.5, EXACTLY);
        assertThat(index[2]).isEqualTo(2, EXACTLY);
        assertThat(index[3]).isZero();
    }

    @Test
    void with_nothing_learned_recency_decides() {
        for (int bin = 1; bin < AgeBins.COUNT; bin++) {
            assertThat(model.index(0, bin)).isLessThan(model.index(0, bin - 1));
        }
    }

    @Test
    void where_the_young_are_never_hit_the_old_are_kept_until_it_is_known_whether_they_are() {
        for (int i = 0; i < 1000; i++) {
            model.ended(0, 3);
        }
        model.fit(NOBODY);
        assertThat(model.index(0, 5)).isGreaterThan(model.index(0, 0));
    }

    @Test
    void removals_do_not_make_those_who_stay_look_worse() {
        for (int i = 0; i < 100; i++) {
            model.hit(0, 8);
        }
        model.fit(NOBODY);
        double before = model.index(0, 8);
        for (int i = 0; i < 1000; i++) {
            model.ended(0, 2);
        }
        model.fit(NOBODY);
        assertThat(model.index(0, 8)).isEqualTo(before, EXACTLY);
    }

    @Test
    void hits_are_expected_as_long_as_a_snapshot_is_there() {
        assertThat(model.expected(0, 0)).isLessThan(model.expected(0, 1));
        assertThat(model.expected(0, 1)).isLessThan(model.expected(0, 10));
    }

    @Test
    void counts_fade_and_what_was_learned_is_unlearned() {
        for (int i = 0; i < 64; i++) {
            model.hit(0, 1);
        }
        model.fit(NOBODY);
        double hot = model.index(0, 1);
        for (int i = 0; i < 20; i++) {
            model.fade();
        }
        assertThat(model.spells()).isLessThan(1);
        model.fit(NOBODY);
        assertThat(model.index(0, 1)).isLessThan(hot / 5);
    }
}
