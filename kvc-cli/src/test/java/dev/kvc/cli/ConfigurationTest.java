package dev.kvc.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class ConfigurationTest {
    private static final Pattern KEY = Pattern.compile("(?m)^\\| `kvc\\.(disk\\.[a-z-]+|policy)` \\|");

    /** The table in the README is held by the tests of kvc-guice to be the keys of a cache's settings. */
    @Test
    void keysAreThoseOfACache() throws IOException {
        String readme = Files.readString(Path.of("..", "README.md"));
        List<String> documented =
                KEY.matcher(readme).results().map(match -> match.group(1)).toList();
        assertThat(Configuration.NAMES.stream().map(Configuration::key))
                .containsExactlyInAnyOrderElementsOf(documented);
    }

    @Test
    void variablesAreNamedLikeSettings() {
        assertThat(Configuration.variable("max-writes-per-day")).isEqualTo("KVC_MAX_WRITES_PER_DAY");
    }
}
