package dev.kvc.cli.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class UnitsTest {
    @Test
    void sizesHaveTwoOrThreeDigits() {
        assertThat(Units.size(0)).isEqualTo("0 B");
        assertThat(Units.size(999)).isEqualTo("999 B");
        assertThat(Units.size(1000)).isEqualTo("1.0 KiB");
        assertThat(Units.size(10_189)).isEqualTo("10 KiB");
        assertThat(Units.size(3 << 20)).isEqualTo("3.0 MiB");
        assertThat(Units.size(Long.MAX_VALUE)).isEqualTo("8.0 EiB");
    }

    @Test
    void timesThatNoCalendarHasAreNumbers() {
        assertThat(Units.time(0)).isEqualTo("1970-01-01T00:00:00Z");
        assertThat(Units.time(-1)).isEqualTo("18446744073709551615");
        assertThat(Units.ago(-1, 1000)).isEqualTo("-");
        assertThat(Units.ago(0, 1000)).isEqualTo("-");
        assertThat(Units.ago(900, 1000)).isEqualTo("100s");
        assertThat(Units.ago(1000, 1000 + 86_400 * 3)).isEqualTo("3d");
    }

    @Test
    void shareOfNothingIsNone() {
        assertThat(Units.share(0, 0)).isEqualTo("0.0 %");
        assertThat(Units.share(1, 3)).isEqualTo("33.3 %");
    }

    @Test
    void oneIsSingular() {
        assertThat(Units.count(1, "file")).isEqualTo("1 file");
        assertThat(Units.count(0, "file")).isEqualTo("0 files");
    }
}
