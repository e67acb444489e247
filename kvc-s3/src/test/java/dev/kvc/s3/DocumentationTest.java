package dev.kvc.s3;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvc.store.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** docs/remote.md says what there is. */
class DocumentationTest {
    private static List<String> documented() throws IOException {
        String page = Files.readString(Path.of("../docs/remote.md"));
        String table = page.substring(page.indexOf("<!-- s3-settings -->"));
        return Arrays.stream(table.substring(0, table.indexOf("\n\n")).split("\n"))
                .filter(line -> line.startsWith("| `"))
                .map(line -> line.substring(3, line.indexOf('`', 3)))
                .toList();
    }

    @Test
    void everySettingIsDocumentedAndNoOther() throws Exception {
        Settings settings = new Settings("test", Map.of("nonsense", ""));
        S3Settings.read(settings);
        String known = settings.problems().get(0).replaceAll(".*there are ", "");
        assertThat(documented()).containsExactlyInAnyOrder((known + ", policy").split(", "));
    }

    @Test
    void defaultsAreThoseOfThePage() throws Exception {
        String page = Files.readString(Path.of("../docs/remote.md"));
        S3Settings settings = S3Settings.read(new Settings("test", Map.of()));
        assertThat(settings.partBytes()).isEqualTo(8 << 20);
        assertThat(page)
                .contains("| whole mebibytes from 5MiB to 512MiB | 8MiB |")
                .contains("| 1 to 1000 | " + settings.client().connections() + " |")
                .contains("what others have saved | a duration | "
                        + settings.refresh().toSeconds() + "s |")
                .contains("| above 0 | " + settings.client().timeout().toSeconds() + "s |");
    }
}
