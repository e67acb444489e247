package dev.kvc.examples.demo;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PromptsTest {
    @TempDir
    Path directory;

    private List<String> read(String text) throws Exception {
        return Prompts.read(Files.writeString(directory.resolve("prompts"), text)).stream()
                .map(prompt -> new String(prompt, UTF_8))
                .toList();
    }

    @Test
    void separatesAtLinesOfExactlyThreeDashes() throws Exception {
        assertThat(read("one\ntwo ---\n----\n---\nthree\n")).containsExactly("one\ntwo ---\n----", "three");
    }

    @Test
    void endsPromptsBeforeTheLineBreakSoThatALongerOneCanBeginWithAllOfOne() throws Exception {
        assertThat(read("a\n---\na\nb")).containsExactly("a", "a\nb");
    }

    @Test
    void leavesOutEmptyPrompts() throws Exception {
        assertThat(read("---\na\n---\n\n---\nb\n---\n")).containsExactly("a", "b");
    }

    @Test
    void takesTheLineBreaksOfWindows() throws Exception {
        assertThat(read("a\r\n---\r\nb\r\n")).hasSize(2);
    }

    @Test
    void theBuiltInOnesBeginAsTheyAreSaidTo() throws Exception {
        List<byte[]> prompts = Prompts.builtIn();
        byte[] first = prompts.get(0);

        assertThat(Arrays.mismatch(first, prompts.get(1))).isBetween(5000, first.length - 1);
        assertThat(Arrays.mismatch(first, prompts.get(2))).isEqualTo(first.length);
        assertThat(Arrays.mismatch(first, prompts.get(3))).isZero();
    }
}
