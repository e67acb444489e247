package dev.kvc.format;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class UnixTimeTest {
    private static final long NOW = 1_800_000_000L;

    @ParameterizedTest
    @CsvSource({
        // last used, created, ranked
        "1700000000, 1600000000, 1700000000",
        "0, 1600000000, 0",
        "1800000000, 1600000000, 1800000000",
        "1800086400, 1600000000, 1800086400", // now + 1 day is believed
        "1800086401, 1600000000, 1600000000", // a second later is not
        "9223372036854775807, 1600000000, 1600000000",
        "-9223372036854775808, 1600000000, 1600000000", // 2^63
        "-1, 1800086400, 1800086400", // 2^64-1
        "-1, 1800086401, 0",
        "-1, -1, 0",
    })
    void aFileFromTheFutureIsNotImmortal(long lastUsed, long created, long ranked) {
        assertThat(UnixTime.ranked(lastUsed, created, NOW)).isEqualTo(ranked);
    }

    @ParameterizedTest
    @CsvSource({
        "1700000000, 100000000",
        "0, 1800000000",
        "1800000000, 0",
        "1800000001, 0",
        "9223372036854775807, 0",
        "-9223372036854775808, 0",
        "-1, 0",
    })
    void nothingHasElapsedSinceTheFuture(long then, long elapsed) {
        assertThat(UnixTime.elapsed(then, NOW)).isEqualTo(elapsed);
    }

    @ParameterizedTest
    @CsvSource({"1800000000999, 1800000000", "1800000000000, 1800000000", "999, 0", "0, 0", "-1, 0", "-5000, 0"})
    void aClockIsReadInWholeSecondsAndNeverBefore1970(long millis, long seconds) {
        assertThat(UnixTime.now(() -> Instant.ofEpochMilli(millis))).isEqualTo(seconds);
    }

    @ParameterizedTest
    @CsvSource({"9223372036854775807", "9223372036854689408"})
    void aClockNearTheEndOfTimeDoesNotOverflow(long now) {
        assertThat(UnixTime.ranked(5, 3, now)).isEqualTo(5);
        assertThat(UnixTime.ranked(-1, 3, now)).isEqualTo(3);
        assertThat(UnixTime.elapsed(0, now)).isEqualTo(now);
    }
}
