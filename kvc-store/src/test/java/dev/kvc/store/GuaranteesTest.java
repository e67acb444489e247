package dev.kvc.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each test that docs/guarantees.md names is there. */
class GuaranteesTest {
    private static final Path PROJECT = Path.of("..");
    private static final Pattern TEST = Pattern.compile("`(\\w+(?:Test|Contract))\\.(\\w+)`");

    static Stream<String> namedTests() throws IOException {
        Path guarantees = PROJECT.resolve("docs/guarantees.md");
        assumeThat(guarantees).as("built without the whole project").exists();
        return TEST.matcher(Files.readString(guarantees))
                .results()
                .map(MatchResult::group)
                .distinct();
    }

    @ParameterizedTest
    @MethodSource("namedTests")
    void testThatTheGuaranteesNameIsThere(String name) throws IOException {
        String[] parts = name.replace("`", "").split("\\.", -1);
        try (Stream<Path> sources = Files.find(PROJECT, 12, (path, attributes) -> path.endsWith(parts[0] + ".java"))) {
            assertThat(sources.filter(path -> !path.toString().contains("/target/")))
                    .anySatisfy(path -> assertThat(path).content().contains("void " + parts[1] + "("));
        }
    }
}
