package dev.kvc.examples.demo;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kvc.examples.transformer.KvState;
import dev.kvc.format.SaveReason;
import dev.kvc.store.KvStore;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoTest {
    @TempDir
    Path directory;

    @TempDir
    Path temporary;

    private final DemoRun demo = new DemoRun();

    @AfterEach
    void nothingIsLeftBehind() {
        assertThat(temporary).isEmptyDirectory();
    }

    private int run(String... args) {
        return demo.run(temporary, args);
    }

    private Path file(String name, String text) throws IOException {
        return Files.writeString(directory.resolve(name), text);
    }

    @Test
    void resumesInASecondProcess() throws Exception {
        String prompt = "You answer questions about pumps, briefly.";
        Path prompts = file(
                "prompts",
                prompt + "\n---\n" + prompt + "\n---\n" + prompt
                        + " Why?\n---\nYou answer questions about valves.\n---\nNo.\n");

        assertThat(run("--prompts", prompts.toString()))
                .as(demo.complaint() + demo.printed())
                .isZero();

        assertThat(demo.complaint()).isEmpty();
        assertThat(demo.printed().lines())
                .anyMatch(line -> line.matches("process \\d+: prefilled a prompt of 42 bytes and saved it as 3 .*"))
                .anyMatch(line -> line.matches("process \\d+: resuming 5 prompts"))
                .anyMatch(line -> line.matches("1: the first again +42 +41 .*"))
                .anyMatch(line -> line.matches("2: the first again +42 +41 .*"))
                .anyMatch(line -> line.matches("3: all of the first, and more +47 +42 .*"))
                .anyMatch(line -> line.matches("4: 27 bytes as in the first +34 +20 .*"))
                .anyMatch(line -> line.matches("5: another beginning +3 +0 .* 0"));
    }

    @Test
    void cutsAPromptThatIsLongerThanTheContext() throws Exception {
        Path prompts = file("prompts", "x".repeat(130));

        assertThat(run("--prompts", prompts.toString())).isZero();

        assertThat(demo.printed())
                .contains("a prompt of 130 bytes is cut at the context size, 100")
                .containsPattern("1: the first again +100 +99 ");
    }

    @Test
    void saysWhenTheScoresDiffer() throws Exception {
        byte[] prompt = "a prompt".getBytes(UTF_8);
        Handover handover = new Handover(directory);
        handover.writePrompts(List.of(prompt));
        try (KvStore store = handover.openStore();
                Engine engine = new Engine(DemoRun.MODEL, store)) {
            KvState wrong = engine.prefill("a PROMPT".getBytes(UTF_8)).state();
            assertThat(engine.save(prompt, wrong, SaveReason.COLD).isLoadable()).isTrue();
        }

        int code = run(SecondProcess.OPTION, directory.toString(), "2", "2", "4", "8", "100", "1");

        assertThat(code).isEqualTo(1);
        assertThat(demo.complaint()).startsWith("kvc demo: prompt 1: the first again: after resuming from 7 tokens");
    }

    @Test
    void replaysSessions() throws Exception {
        StringBuilder lines = new StringBuilder();
        for (int i = 9; i > 0; i--) {
            lines.append("{\"timestamp\": " + i + ", \"input\": \"" + "word ".repeat(4 * i) + "\"}\n");
        }
        file("a.jsonl", lines.toString());
        try (OutputStream gzip = new GZIPOutputStream(Files.newOutputStream(directory.resolve("b.jsonl.gz")))) {
            gzip.write("{\"input\": \"one\"}\n\n{\"input\": \"one two\", \"output\": {\"x\": []}}\n".getBytes(UTF_8));
        }
        file("notes.txt", "passed over");

        assertThat(run("--sessions", directory.toString())).as(demo.complaint()).isZero();

        // The prompts of a have 20, 40, 60, 80 and five times 100 bytes; each but the first begins with the one before.
        assertThat(demo.printed().lines())
                .anyMatch(line -> line.contains("11 requests of 2 sessions"))
                .anyMatch(line -> line.startsWith("prompts are cut at 100 bytes: 4 are longer"))
                .anyMatch(line -> line.matches("a.jsonl +9 +8 +88.9 % +700 +596 +85.1 % +\\d+"))
                .anyMatch(line -> line.matches("b.jsonl.gz +2 +1 +50.0 % +10 +3 +30.0 % +0"))
                .anyMatch(line -> line.matches("all +11 +9 +81.8 % +710 +599 +84.4 % +\\d+"))
                .anyMatch(line -> line.startsWith("2 requests were checked"));
    }

    @Test
    void evictsWhatHasNoRoom() throws Exception {
        for (String name : List.of("a", "b", "c", "d", "e", "f")) {
            String prompt = name.repeat(60);
            file(name + ".jsonl", ("{\"input\": \"" + prompt + "\"}\n").repeat(3));
        }

        assertThat(run("--sessions", directory.toString())).isZero();

        String all = demo.printed()
                .lines()
                .filter(line -> line.startsWith("all "))
                .findFirst()
                .orElseThrow();
        assertThat(Integer.parseInt(all.substring(all.lastIndexOf(' ') + 1))).isPositive();
    }

    @Test
    void explainsItself() {
        assertThat(run("--help")).isZero();
        assertThat(demo.printed()).startsWith("Usage: ./kvc demo [--prompts FILE | --sessions DIR]");
    }
}
