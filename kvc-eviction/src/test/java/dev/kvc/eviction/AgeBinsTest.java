package dev.kvc.eviction;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AgeBinsTest {
    @Test
    void bins_are_octaves() {
        assertThat(AgeBins.of(0)).isZero();
        assertThat(AgeBins.of(1)).isEqualTo(1);
        assertThat(AgeBins.of(2)).isEqualTo(AgeBins.of(3)).isEqualTo(2);
        assertThat(AgeBins.of(4)).isEqualTo(AgeBins.of(7)).isEqualTo(3);
        assertThat(AgeBins.of(Long.MAX_VALUE)).isEqualTo(AgeBins.COUNT - 1);
        assertThat(AgeBins.middle(3)).isEqualTo(6);
    }

    @Test
    void each_begins_where_the_one_before_ends() {
        for (int bin = 0; bin < AgeBins.COUNT; bin++) {
            assertThat(AgeBins.of(AgeBins.from(bin))).isEqualTo(bin);
            assertThat(AgeBins.from(bin) + AgeBins.width(bin)).isEqualTo(AgeBins.from(bin + 1));
        }
    }
}
