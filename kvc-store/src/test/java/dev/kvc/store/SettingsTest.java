package dev.kvc.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {
    private static Settings of(String text) {
        return new Settings("a test", Map.of("wait", text));
    }

    @Test
    void durationAboveZeroIsTaken() {
        assertThat(of("1ms").durationAboveZero("wait")).contains(Duration.ofMillis(1));
        assertThat(of("PT1H30M").durationAboveZero("wait")).contains(Duration.ofMinutes(90));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0s", "PT0S", "-PT1S", "soon"})
    void durationThatIsNotAboveZeroIsAProblemThatSaysTheRule(String text) {
        Settings settings = of(text);
        assertThat(settings.durationAboveZero("wait")).isEmpty();
        assertThat(settings.problems())
                .singleElement()
                .asString()
                .startsWith("wait is \"" + text + "\"; it must be a duration such as ")
                .contains(", above 0");
    }

    @Test
    void zeroIsADurationWhereItIsNotExcluded() {
        assertThat(of("0s").duration("wait")).contains(Duration.ZERO);
    }
}
