package dev.kvc.guice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** There is one table of settings, in code; wherever else it is printed, it says the same. */
class SettingsTableTest {
    private static final Path JAVADOC = Path.of("src/main/java/dev/kvc/guice/KvcModule.java");
    private static final Path README = Path.of("../README.md");

    @Test
    void theTableInTheJavadocIsTheOneInCode() throws IOException {
        List<String> rows = Files.readAllLines(JAVADOC).stream()
                .filter(line -> line.contains("<tr><td>"))
                .toList();

        assertThat(rows).containsExactlyElementsOf(javadocRows());
    }

    @Test
    void theTableInTheReadmeIsTheOneInCode() throws IOException {
        assumeTrue(Files.exists(README), "built without the whole project");
        List<String> rows = Files.readAllLines(README).stream()
                .filter(line -> line.startsWith("| `kvc."))
                .toList();
        assumeTrue(!rows.isEmpty(), "a README without the table");

        assertThat(rows).containsExactlyElementsOf(readmeRows());
    }

    @Test
    void theSettersOfTheBuilderNameEverySetting() throws IOException {
        String builder = Files.readString(JAVADOC.resolveSibling("CacheBuilder.java"));

        assertThat(CacheSetting.values())
                .allSatisfy(setting -> assertThat(builder).contains("{@code " + setting.suffix()));
    }

    private static List<String> javadocRows() {
        return Arrays.stream(CacheSetting.values())
                .map(setting -> " *   <tr><td>{@code " + setting.suffix() + "}<td>" + setting.meaning() + "<td>"
                        + setting.constraint() + "<td>" + setting.defaultText())
                .toList();
    }

    private static List<String> readmeRows() {
        return Arrays.stream(CacheSetting.values())
                .map(setting -> "| `kvc." + setting.suffix() + "` | " + setting.meaning() + " | " + setting.constraint()
                        + " | " + setting.defaultText() + " |")
                .toList();
    }
}
