package dev.kvc.cli;

import static dev.kvc.cli.Directories.draft;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.kvc.cli.KvcJar.Result;
import dev.kvc.store.fs.FileSystemKvStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The manners of the command: codes, messages, settings, help, and what a terminal sees that a pipe does not. */
class CommandJarTest {
    @TempDir
    private Path scratch;

    private static boolean isThere(String program) {
        return Stream.of("/usr/bin", "/bin").anyMatch(bin -> Files.isExecutable(Path.of(bin, program)));
    }

    private Path cache(String name) throws IOException {
        Path directory = scratch.resolve(name);
        try (FileSystemKvStore store = Directories.open(directory)) {
            store.save(draft(name, 10));
        }
        return directory;
    }

    @Test
    void usageIsWrongWithCode2AndOneLine() throws IOException {
        for (String[] wrong : new String[][] {
            {},
            {"nope"},
            {"ls", "--nope"},
            {"ls", "--sort", "colour"},
            {"show"},
            {"evict", "--budget", "8 gigs"},
            {"ls"}
        }) {
            Result result = new KvcJar().run(wrong);
            assertThat(result.code()).as(String.join(" ", wrong)).isEqualTo(2);
            assertThat(result.err().lines())
                    .as(result.err())
                    .hasSize(1)
                    .first()
                    .asString()
                    .startsWith("kvc: ");
            assertThat(result.out()).isEmpty();
        }
    }

    @Test
    void failureIsCode3AndOneLineAndTheStackOnlyWhenAskedFor() throws IOException {
        Path missing = scratch.resolve("missing");
        Result result = KvcJar.in(missing).run("ls");
        assertThat(result.code()).isEqualTo(3);
        assertThat(result.err().lines()).hasSize(1).first().asString().contains(missing + " does not exist");
        assertThat(missing).doesNotExist();
        assertThat(KvcJar.in(missing).run("ls", "--verbose").err()).contains("\tat dev.kvc.store");
    }

    @Test
    void flagsComeBeforeTheEnvironmentAndThatBeforeTheFile() throws IOException {
        Path file = cache("of-the-file");
        Path config = Files.writeString(
                scratch.resolve("cache.properties"),
                "kvc.disk.dir=" + file + "\n"
                        + "kvc.disk.budget=8GiB\nkvc.memory.budget=1GiB\nkvc.cache.agents.disk.dir="
                        + cache("of-the-agents") + "\n");
        Path environment = cache("of-the-environment");
        Path flag = cache("of-the-flag");
        KvcJar kvc = new KvcJar().with("KVC_CONFIG", config.toString());
        assertThat(kvc.run("ls").out()).contains(Directories.name("of-the-file").substring(0, 40));
        assertThat(kvc.run("ls", "--cache", "agents").out())
                .contains(Directories.name("of-the-agents").substring(0, 40));
        kvc.with("KVC_DIR", environment.toString());
        assertThat(kvc.run("ls").out())
                .contains(Directories.name("of-the-environment").substring(0, 40));
        assertThat(kvc.run("ls", "--dir", flag.toString()).out())
                .contains(Directories.name("of-the-flag").substring(0, 40));
    }

    @Test
    void wrongSettingsAreNamed() throws IOException {
        Path config = Files.writeString(scratch.resolve("cache.properties"), "kvc.disk.budegt=8GiB\n");
        Result typo = new KvcJar().run("ls", "--config", config.toString());
        assertThat(typo.code()).isEqualTo(2);
        assertThat(typo.err()).contains("there is no setting kvc.disk.budegt").contains("kvc.disk.budget");
        Result value = KvcJar.in(cache("c")).with("KVC_BUDGET", "much").run("evict", "--dry-run");
        assertThat(value.code()).isEqualTo(2);
        assertThat(value.err()).contains("budget is \"much\"");
    }

    /** All but picocli's own. */
    static List<String> commands() {
        return Kvc.commandLine(Terminal.ofProcess()).getSubcommands().keySet().stream()
                .filter(name -> !name.equals("help"))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("commands")
    void helpOfEveryCommandSaysWhatItDoesWithExamples(String command) throws IOException {
        Result result = new KvcJar().run(command, "--help");
        assertThat(result.code()).isZero();
        assertThat(result.out())
                .startsWith("Usage: kvc " + command)
                .contains("Examples:")
                .contains("  kvc ");
        assertThat(result.out().lines()).allMatch(line -> line.length() <= 100);
    }

    @Test
    void helpDocumentsExitCodes() throws IOException {
        assertThat(new KvcJar().run("--help").out())
                .contains("Exit codes:")
                .contains("1   a problem was found, or what was asked for is not there");
        assertThat(new KvcJar().run("--version").out()).startsWith("kvc 0");
    }

    @Test
    void longWorkShowsProgressOnATerminalAlone() throws IOException {
        assumeTrue(isThere("script"), "script, of util-linux, makes the pseudo-terminal, and is not here");
        Path directory = cache("watched");
        Result terminal = KvcJar.in(directory).runOnTerminal("verify");
        assertThat(terminal.code()).isZero();
        assertThat(terminal.out()).contains("\r\u001b[Kverifying: 1 file, ").contains("1 file, ");
        Result pipe = KvcJar.in(directory).run("verify");
        assertThat(pipe.err()).isEmpty();
        assertThat(pipe.out()).doesNotContain("\u001b", "\r", "verifying");
    }

    @Test
    void textOfASnapshotCannotMoveTheCursor() throws IOException {
        Path directory = scratch.resolve("hostile");
        String text = "\u001b[2J\u001b]0;owned\u0007 \u202e";
        try (FileSystemKvStore store = Directories.open(directory)) {
            store.save(draft(text, 10));
        }
        String key = Directories.name(text).substring(0, 40);
        assertThat(KvcJar.in(directory).run("show", key).out())
                .contains("\\u{1b}[2J")
                .doesNotContain("\u001b", "\u0007", "\u202e");
    }

    @Test
    void completionIsAScriptThatBashTakes() throws IOException {
        Result script = new KvcJar().run("completion");
        assertThat(script.code()).isZero();
        commands().forEach(command -> assertThat(script.out()).contains(command));
        assumeTrue(isThere("bash"), "bash checks the script, and is not here");
        Path file = Files.write(scratch.resolve("completion.bash"), script.bytes());
        Process bash =
                new ProcessBuilder("bash", "-n", file.toString()).inheritIO().start();
        assertThat(bash.onExit().join().exitValue()).isZero();
    }

    @Test
    void everyCommandHasAManualPageWithEveryOption() throws IOException {
        Path pages = scratch.resolve("man1");
        assertThat(new KvcJar().run("man", "--out", pages.toString()).code()).isZero();
        for (String command : commands()) {
            String page = Files.readString(pages.resolve("kvc-" + command + ".1"));
            assertThat(page).startsWith(".TH ").contains(".SH EXAMPLES").contains(".SH EXIT STATUS");
        }
        assertThat(Files.readString(pages.resolve("kvc-ls.1"))).contains("\\fB\\-\\-never\\-hit\\fR");
        assertThat(pages.resolve("kvc.1")).exists();
        assumeTrue(isThere("groff"), "groff checks the pages, and is not here");
        Process groff = new ProcessBuilder(
                        "groff",
                        "-man",
                        "-ww",
                        "-Tutf8",
                        "-z",
                        pages.resolve("kvc-ls.1").toString())
                .redirectErrorStream(true)
                .start();
        assertThat(new String(groff.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .isEmpty();
    }
}
