package dev.kvc.examples.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DemoErrorsTest {
    @TempDir
    Path directory;

    private final DemoRun demo = new DemoRun();

    private void assertRefused(String message, String... args) {
        assertThat(demo.run(directory, args)).isEqualTo(2);
        assertThat(demo.complaint()).isEqualTo("kvc demo: " + message + System.lineSeparator());
        assertThat(demo.printed()).isEmpty();
    }

    private Path file(String name, String text) throws IOException {
        return Files.writeString(directory.resolve(name), text);
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

        assertThat(demo.run(directory, "--prompts", latin.toString())).isEqualTo(2);
        assertThat(demo.complaint()).contains("is not UTF-8").hasLineCount(1);
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

        assertThat(demo.run(directory, "--sessions", directory.toString())).isEqualTo(2);
        assertThat(demo.complaint())
                .startsWith("kvc demo: " + file + ", line 2: " + problem)
                .endsWith("; it must be a JSON object with the field \"input\"" + System.lineSeparator())
                .hasLineCount(1);
    }

    @Test
    void refusesACompressedFileThatIsNot() throws Exception {
        Path file = file("a.jsonl.gz", "{}");

        assertThat(demo.run(directory, "--sessions", directory.toString())).isEqualTo(2);
        assertThat(demo.complaint())
                .startsWith("kvc demo: " + file + " cannot be read")
                .hasLineCount(1);
    }
}
