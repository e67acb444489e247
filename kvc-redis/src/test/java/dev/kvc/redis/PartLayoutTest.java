package dev.kvc.redis;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every byte of a file lies in one part, and the parts of a large one begin where its payload does. */
class PartLayoutTest {
    @ParameterizedTest
    @CsvSource({
        "52, 52, 100, 1",
        "100, 60, 100, 1",
        "101, 60, 100, 2",
        "160, 60, 100, 2",
        "161, 60, 100, 3",
        "1000, 260, 100, 11",
        "1060, 260, 100, 11",
        "1061, 260, 100, 12"
    })
    void partsCoverTheFile(long file, long payload, int part, int count) {
        PartLayout layout = new PartLayout(file, payload, part);
        assertThat(layout.count()).isEqualTo(count);
        long at = 0;
        for (int i = 0; i < count; i++) {
            assertThat(layout.start(i)).isEqualTo(at);
            long end = layout.end(at);
            assertThat(end - at).isBetween(1L, (long) part);
            assertThat(layout.indexOf(at)).isEqualTo(i);
            assertThat(layout.indexOf(end - 1)).isEqualTo(i);
            at = end;
        }
        assertThat(at).isEqualTo(file);
    }

    @ParameterizedTest
    @CsvSource({"1000, 260, 100, 3", "100000, 52, 4096, 1"})
    void payloadBeginsWithAPart(long file, long payload, int part, int index) {
        PartLayout layout = new PartLayout(file, payload, part);
        assertThat(layout.start(index)).isEqualTo(payload);
        assertThat(layout.start(index + 2)).isEqualTo(payload + 2L * part);
    }
}
