package dev.kvc.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class StatsTest {
    @Test
    void medianAndQuartilesInterpolate() {
        Stats stats = Stats.of(4, 1, 3, 2);
        assertThat(stats.median()).isEqualTo(2.5);
        assertThat(stats.low()).isEqualTo(1.75);
        assertThat(stats.high()).isEqualTo(3.25);
        assertThat(stats.least()).isEqualTo(1);
    }

    @Test
    void oneSampleIsAllOfThem() {
        assertThat(Stats.of(7)).isEqualTo(new Stats(7, 7, 7, 7));
    }

    @Test
    void anOutlierMovesNoMedian() {
        assertThat(Stats.of(1, 1, 1, 1, 1e9).median()).isEqualTo(1);
    }

    @Test
    void spreadIsAShareOfTheMedian() {
        assertThat(Stats.of(8, 10, 12, 10, 10).spread()).isCloseTo(0, within(1e-9));
        assertThat(Stats.of(5, 10, 15).spread()).isCloseTo(0.5, within(1e-9));
        assertThat(Stats.of(0, 0).spread()).isZero();
    }

    @Test
    void noSamplesAreRefused() {
        assertThatThrownBy(Stats::of).isInstanceOf(IllegalArgumentException.class);
    }
}
