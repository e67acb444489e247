package dev.kvc.examples.demo;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SessionReaderTest {
    @TempDir
    Path directory;

    private List<String> prompts(String lines) throws Exception {
        Files.writeString(directory.resolve("s.jsonl"), lines);
        return SessionReader.read(directory).get(0).prompts().stream()
                .map(prompt -> new String(prompt, UTF_8))
                .toList();
    }

    @Test
    void sortsByTimestamp() throws Exception {
        assertThat(prompts("""
                        {"input": "second", "timestamp": 1760428436442742}
                        {"timestamp": 1760428436442741, "input": "first"}
                        """)).containsExactly("first", "second");
    }

    @Test
    void keepsTheOrderOfTheLinesUnlessAllHaveATimestamp() throws Exception {
        assertThat(prompts("""
                        {"input": "a", "timestamp": 2}
                        {"input": "b"}
                        {"input": "c", "timestamp": "yesterday"}
                        """)).containsExactly("a", "b", "c");
    }

    @Test
    void takesAllStringsOfAListOfMessages() throws Exception {
        assertThat(prompts("""
                        {"input": [{"role": "user", "content": "Häh?"}, {"role": "tool", "content": [{"text": "42"}], "n": 1}]}
                        """)).containsExactly("user\nHäh?\ntool\n42\n");
    }

    @Test
    void readsFilesInTheOrderOfTheirNames() throws Exception {
        Files.writeString(directory.resolve("b.jsonl"), "{\"input\": \"x\"}");
        Files.writeString(directory.resolve("a.jsonl"), "{\"input\": \"y\"}");

        assertThat(SessionReader.read(directory)).extracting(Session::name).containsExactly("a.jsonl", "b.jsonl");
    }
}
