package dev.kvc.store;

import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each test that docs/guarantees.md names is there. */
class GuaranteesTest {
    private static final Path PROJECT = Path.of("..");
    private static final Pattern TEST = Pattern.compile("`(\\w+(?:Test|Contract))\\.(\\w+)`");

    static Stream<String> namedTests() throws IOException {
        Path guarantees = PROJECT.resolve("docs/guarantees.md");
        assumeTrue(Files.exists(guarantees), "built without the whole project");
        return TEST.matcher(Files.readString(guarantees))
                .results()
                .map(MatchResult::group)
                .distinct();
    }

    /** Where the tests of the whole project are, by the name of their class. */
    private static Map<String, List<Path>> sources = Map.of();

    @BeforeAll
    static void findSources() throws IOException {
        try (Stream<Path> files = Files.walk(PROJECT)) {
            sources = files.filter(path -> path.toString().endsWith(".java"))
                    .filter(path -> !path.toString().contains("/target/"))
                    .collect(groupingBy(path -> path.getFileName().toString()));
        }
    }

    @ParameterizedTest
    @MethodSource("namedTests")
    void testThatTheGuaranteesNameIsThere(String name) {
        String[] parts = name.replace("`", "").split("\\.", -1);
        assertThat(sources.getOrDefault(parts[0] + ".java", List.of()))
                .anySatisfy(path -> assertThat(path).content().contains("void " + parts[1] + "("));
    }

    /** What users of such caches reported about loss, corruption and sharing. */
    @ParameterizedTest
    @ValueSource(ints = {6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 17, 18, 19, 20, 21, 25, 26, 27, 28, 29, 30})
    void scenarioOfUsersIsInTheGuarantees(int row) throws IOException {
        Path guarantees = PROJECT.resolve("docs/guarantees.md");
        assumeTrue(Files.exists(guarantees), "built without the whole project");
        Pattern named = Pattern.compile("\\bU" + row + "\\b.*`\\w+\\.\\w+`");
        assertThat(Files.readString(guarantees).lines())
                .as("a line that has U%d and a test", row)
                .anyMatch(line -> named.matcher(line).find());
    }
}
