package dev.kvc.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvc.store.Settings;
import dev.kvc.store.StoreUri;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** How often and for how long, from a URI. */
class RemoteSettingsTest {
    @Test
    void everySettingHasADefault() {
        assertThat(RemoteSettings.read(StoreUri.parse("redis://host").settings()))
                .isEqualTo(RemoteSettings.DEFAULT);
    }

    @Test
    void everySettingIsRead() {
        Settings settings = StoreUri.parse(
                        "redis://host?attempts=7&retry-delay=20ms&breaker-failures=9&breaker-delay=2s")
                .settings();
        assertThat(RemoteSettings.read(settings))
                .isEqualTo(new RemoteSettings(7, Duration.ofMillis(20), 9, Duration.ofSeconds(2)));
        settings.requireValid();
    }

    @Test
    void allThatIsWrongIsNamedTogether() {
        Settings settings = StoreUri.parse(
                        "redis://host?attempts=0&retry-delay=0ms&breaker-failures=many&breaker-delay=-PT1S")
                .settings();
        assertThat(RemoteSettings.read(settings)).isEqualTo(RemoteSettings.DEFAULT);
        assertThatThrownBy(settings::requireValid)
                .hasMessageContaining("attempts is \"0\"")
                .hasMessageContaining("retry-delay is 0ms; it must be 1ms or more")
                .hasMessageContaining("breaker-failures is \"many\"")
                .hasMessageContaining("breaker-delay is \"-PT1S\"");
    }

    @Test
    void allThatIsWrongInCodeIsNamedTogether() {
        assertThatThrownBy(() -> new RemoteSettings(11, Duration.ZERO, 0, Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("attempts is 11; it must be 1 to 10")
                .hasMessageContaining("retry-delay")
                .hasMessageContaining("breaker-failures is 0; it must be 1 to 1000")
                .hasMessageContaining("breaker-delay");
    }
}
