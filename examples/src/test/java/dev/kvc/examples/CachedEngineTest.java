package dev.kvc.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvc.engine.Resumption.Miss;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CachedEngineTest {
    private static final String SYSTEM = "Answer as briefly as you can, and in whole sentences. ".repeat(20);

    @TempDir
    private Path directory;

    private static byte[] prompt(String question) {
        return (SYSTEM + question).getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void sessionsThatTakeTurnsReuseWhatWasComputed() throws IOException {
        assertThat(PrintedLines.of(out -> CachedEngine.run(directory, out)))
                .containsExactly(
                        "Ann: 0 of 958 tokens reused",
                        "Bob: 896 of 957 tokens reused",
                        "Ann: 990 of 1000 tokens reused",
                        "2 resumed, 1886 tokens saved",
                        "the engine is started anew",
                        "Bob: 989 of 999 tokens reused",
                        "Ann: 1032 of 1042 tokens reused",
                        "2 resumed, 2021 tokens saved");
    }

    @Test
    void answersAreThoseOfAnEngineThatComputesEverything() throws IOException {
        List<byte[]> prompts =
                List.of(prompt("one"), prompt("another"), prompt("one"), prompt("one more"), prompt("an"));
        try (CachedEngine cached = new CachedEngine(directory.resolve("cached"))) {
            for (int i = 0; i < prompts.size(); i++) {
                try (CachedEngine fresh = new CachedEngine(directory.resolve("fresh-" + i))) {
                    assertThat(cached.complete(prompts.get(i), 40))
                            .as("prompt %d", i)
                            .isEqualTo(fresh.complete(prompts.get(i), 40));
                    assertThat(fresh.stats().resumes()).isZero();
                }
            }
            assertThat(cached.stats().resumes()).isPositive();
        }
    }

    @Test
    void stateThatCannotBeRestoredIsComputed() throws IOException {
        byte[] answer;
        try (CachedEngine engine = new CachedEngine(directory)) {
            answer = engine.complete(prompt("one"), 40);
        }
        cutAllPayloads();
        try (CachedEngine engine = new CachedEngine(directory)) {
            assertThat(engine.complete(prompt("one"), 40)).isEqualTo(answer);
            assertThat(engine.stats().tokensSaved()).isZero();
            assertThat(engine.stats().misses()).containsOnlyKeys(Miss.NO_PREFIX);
        }
    }

    private void cutAllPayloads() throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file :
                    files.filter(each -> each.toString().endsWith(".kv")).toList()) {
                Files.write(file, new byte[10]);
            }
        }
    }
}
