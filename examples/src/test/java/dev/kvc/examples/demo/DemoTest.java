package dev.kvc.examples.demo;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kvc.examples.transformer.KvState;
import dev.kvc.examples.transformer.TransformerConfig;
import dev.kvc.format.SaveReason;
import dev.kvc.store.DataSize;
import dev.kvc.store.KvStore;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DemoTest {
    private static final TransformerConfig MODEL = new TransformerConfig(2, 2, 4, 8, 100, 1);

    @TempDir
    Path directory;

    @TempDir
    Path temporary;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @AfterEach
    void nothingIsLeftBehind() {
        assertThat(temporary).isEmptyDirectory();
    }

    private int run(String... args) {
        DemoSettings settings = new DemoSettings(MODEL, 20, MODEL, DataSize.parse("32KiB"), 3, temporary);
        return new Demo(settings, new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8)).run(args);
    }

    private String printed() {
        return out.toString(UTF_8);
    }

    private String complaint() {
        return err.toString(UTF_8);
    }

    private void assertRefused(String message, String... args) {
        assertThat(run(args)).isEqualTo(2);
        assertThat(complaint()).isEqualTo("kvc demo: " + message + System.lineSeparator());
        assertThat(printed()).isEmpty();
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
                .as(complaint() + printed())
                .isZero();

        assertThat(complaint()).isEmpty();
        assertThat(printed().lines())
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

        assertThat(printed())
                .contains("a prompt of 130 bytes is cut at the context size, 100")
                .containsPattern("1: the first again +100 +99 ");
    }

    @Test
    void saysWhenTheScoresDiffer() throws Exception {
        byte[] prompt = "a prompt".getBytes(UTF_8);
        Handover handover = new Handover(directory);
        handover.writePrompts(List.of(prompt));
        try (KvStore store = handover.openStore();
                Engine engine = new Engine(MODEL, store)) {
            KvState wrong = engine.prefill("a PROMPT".getBytes(UTF_8)).state();
            assertThat(engine.save(prompt, wrong, SaveReason.COLD).isLoadable()).isTrue();
        }

        int code = run(SecondProcess.OPTION, directory.toString(), "2", "2", "4", "8", "100", "1");

        assertThat(code).isEqualTo(1);
        assertThat(complaint()).startsWith("kvc demo: prompt 1: the first again: after resuming from 7 tokens");
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

        assertThat(run("--sessions", directory.toString())).as(complaint()).isZero();

        // The prompts of a have 20, 40, 60, 80 and five times 100 bytes; each but the first begins with the one before.
        assertThat(printed().lines())
                .anyMatch(line -> line.contains("11 requests of 2 sessions"))
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

        String all = printed()
                .lines()
                .filter(line -> line.startsWith("all "))
                .findFirst()
                .orElseThrow();
        assertThat(Integer.parseInt(all.substring(all.lastIndexOf(' ') + 1))).isPositive();
    }

    @Test
    void explainsItself() {
        assertThat(run("--help")).isZero();
        assertThat(printed()).startsWith("Usage: ./kvc demo [--prompts FILE | --sessions DIR]");
    }

    @Test
    void refusesWrongArguments() {
        assertRefused("unknown option '--promt'; there are --prompts FILE, --sessions DIR and --help", "--promt", "x");
    }

    @Test
    void refusesAnOptionWithoutItsValue() {
        assertRefused("--prompts is followed by nothing; it needs a file", "--prompts");
    }

    @Test
    void refusesAnOptionInPlaceOfAValue() {
        assertRefused("--sessions is followed by '--prompts'; it needs a directory", "--sessions", "--prompts", "x");
    }

    @Test
    void refusesBothOptions() {
        assertRefused(
                "--prompts 'x' and --sessions 'y' were both given; give one of them",
                "--prompts",
                "x",
                "--sessions",
                "y");
    }

    @Test
    void refusesAnOptionTwice() {
        assertRefused("--prompts was already given as 'x'; give it once", "--prompts", "x", "--prompts", "y");
    }

    @Test
    void refusesAFileThatIsNotThere() {
        assertRefused("--prompts 'no/such' does not exist; it must be a text file", "--prompts", "no/such");
    }

    @Test
    void refusesADirectoryForAFile() {
        assertRefused(
                "--prompts '" + directory + "' is not a file; it must be a text file",
                "--prompts",
                directory.toString());
    }

    @Test
    void refusesAFileWithoutAPrompt() throws Exception {
        Path empty = file("empty", "\n---\n");

        assertRefused(
                "--prompts '" + empty + "' has no prompt; it must hold at least one byte of text",
                "--prompts",
                empty.toString());
    }

    @Test
    void refusesAFileThatIsNotUtf8() throws Exception {
        Path latin = Files.write(directory.resolve("latin"), new byte[] {'f', (byte) 0xfc, 'r'});

        assertThat(run("--prompts", latin.toString())).isEqualTo(2);
        assertThat(complaint()).contains("is not UTF-8").hasLineCount(1);
    }

    @Test
    void refusesADirectoryThatIsNotThere() {
        assertRefused("--sessions 'no/such' does not exist; it must be a directory", "--sessions", "no/such");
    }

    @Test
    void refusesADirectoryWithoutSessions() {
        assertRefused(
                "--sessions '" + directory + "' has no session; it must hold at least one file *.jsonl or *.jsonl.gz",
                "--sessions",
                directory.toString());
    }

    @Test
    void refusesAnEmptySession() throws Exception {
        Path empty = file("empty.jsonl", "\n");

        assertRefused(
                empty + " is empty; a session must have at least one request", "--sessions", directory.toString());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "[1]                        | it is not a JSON object",
                "{\"output\": \"x\"}        | it has no \"input\" with text",
                "{\"input\": \"\"}          | it has no \"input\" with text",
                "{\"input\": 7}             | its \"input\" is neither a string nor a list of messages",
                "{\"input\": \"x\"} {}      | there is more behind the object",
                "{\"input\": \"x            | Unexpected end-of-input",
                "nonsense                   | Unrecognized token 'nonsense'"
            })
    void namesTheLineThatIsNotARequest(String line, String problem) throws Exception {
        Path file = file("a.jsonl", "{\"input\": \"fine\"}\n" + line + "\n");

        assertThat(run("--sessions", directory.toString())).isEqualTo(2);
        assertThat(complaint())
                .startsWith("kvc demo: " + file + ", line 2: " + problem)
                .endsWith("; it must be a JSON object with the field \"input\"" + System.lineSeparator())
                .hasLineCount(1);
    }

    @Test
    void refusesACompressedFileThatIsNot() throws Exception {
        Path file = file("a.jsonl.gz", "{}");

        assertThat(run("--sessions", directory.toString())).isEqualTo(2);
        assertThat(complaint())
                .startsWith("kvc demo: " + file + " cannot be read")
                .hasLineCount(1);
    }
}
