package dev.kvc.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvc.engine.CheckpointPlanner;
import dev.kvc.engine.Gates;
import dev.kvc.engine.PrefixCache;
import dev.kvc.engine.Resumption;
import dev.kvc.engine.SaveHandle;
import dev.kvc.engine.TokenText;
import dev.kvc.store.KvStore;
import dev.kvc.store.KvStores;
import dev.kvc.store.PayloadSource;
import dev.kvc.store.SnapshotDraft;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** docs/engines.md says what there is, and its code is compiled and run, here and in {@link CachedEngine}. */
class EnginesDocumentTest {
    private static final Path DOCUMENT = Path.of("../docs/engines.md");
    private static final List<Path> SOURCES = List.of(
            Path.of("src/main/java/dev/kvc/examples/CachedEngine.java"),
            Path.of("src/test/java/dev/kvc/examples/EnginesDocumentTest.java"));
    private static final Pattern CODE = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

    @TempDir
    private Path directory;

    static Stream<String> codeInTheDocumentIsTheOneThatRuns() throws IOException {
        return CODE.matcher(Files.readString(DOCUMENT)).results().map(match -> match.group(1));
    }

    @ParameterizedTest
    @MethodSource
    void codeInTheDocumentIsTheOneThatRuns(String code) throws IOException {
        StringBuilder sources = new StringBuilder();
        for (Path source : SOURCES) {
            sources.append(withoutSpace(Files.readString(source)));
        }
        assertThat(sources).contains(withoutSpace(code));
    }

    private static String withoutSpace(String text) {
        return text.replaceAll("\\s+", "");
    }

    @Test
    void printedLinesOfTheDocumentAreThoseOfTheExample() throws IOException {
        List<String> lines = PrintedLines.of(out -> CachedEngine.run(directory, out));
        assertThat(Files.readString(DOCUMENT))
                .contains("dev.kvc.examples.CachedEngine\n" + String.join("\n", lines) + "\n```");
    }

    @Test
    void engineThatMatchesByTokensGoesOnFromThem() throws Exception {
        int[] tokens = {1, 2, 3, 4, 5};
        int[] prompt = {1, 2, 3, 4, 9};
        Gates gates = Gates.builder().modelId(1).build();
        try (KvStore store = KvStores.open("memory:?budget=1MiB");
                PrefixCache cache = PrefixCache.of(store)) {
            save(cache, gates, tokens, 3, PayloadSource.of(new byte[3])).await();
            try (Resumption resumption = cache.resume(TokenText.of(prompt), gates)) {
                int reused = TokenText.count(resumption.textBytes());
                int branch = TokenText.count(resumption.branchPoint().orElse(0));
                assertThat(reused).isEqualTo(3);
                assertThat(branch).isZero();
            }
        }
    }

    private static SaveHandle save(PrefixCache cache, Gates gates, int[] tokens, int covered, PayloadSource state) {
        SnapshotDraft draft = gates.draft()
                .text(TokenText.of(tokens, 0, covered))
                .payload(state)
                .tokenCount(covered)
                .build();
        return cache.save(draft);
    }

    @ParameterizedTest
    @ValueSource(classes = {CheckpointPlanner.Builder.class, PrefixCache.Builder.class})
    void everySettingIsDocumentedAndNoOther(Class<?> builder) throws IOException {
        List<String> settings = Arrays.stream(builder.getDeclaredMethods())
                .filter(method -> Modifier.isPublic(method.getModifiers()))
                .map(Method::getName)
                .filter(name -> !name.equals("build"))
                .toList();
        String table = table(builder.getEnclosingClass().getSimpleName());
        assertThat(Pattern.compile("(?m)^\\| `(\\w+)` \\|")
                        .matcher(table)
                        .results()
                        .map(row -> row.group(1)))
                .containsExactlyInAnyOrderElementsOf(settings);
    }

    private static String table(String name) throws IOException {
        Pattern table = Pattern.compile("\\| `" + name + "` \\|.*\n\\| ---.*\n((\\|.*\n)+)");
        MatchResult found =
                table.matcher(Files.readString(DOCUMENT)).results().findFirst().orElseThrow();
        return found.group(1);
    }

    @Test
    void everyMissIsDocumented() throws IOException {
        String document = Files.readString(DOCUMENT);
        assertThat(Resumption.Miss.values()).allMatch(miss -> document.contains("`Miss." + miss + "`"));
    }
}
