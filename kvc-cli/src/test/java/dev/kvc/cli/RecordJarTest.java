package dev.kvc.cli;

import static dev.kvc.cli.Directories.draft;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kvc.cli.KvcJar.Result;
import dev.kvc.format.KvcKey;
import dev.kvc.store.fs.FileSystemKvStore;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A directory that others use is recorded, and the recording replayed. */
class RecordJarTest {
    private static final String OLD = "An old prompt that nobody will want. ".repeat(20);
    private static final String SYSTEM = "You are a helpful assistant. ".repeat(30);

    @TempDir
    private Path scratch;

    private Path cache() throws IOException {
        Path directory = scratch.resolve("cache");
        try (FileSystemKvStore store = Directories.open(directory)) {
            store.save(draft(OLD, 10));
        }
        return directory;
    }

    private static void use(Path directory) throws IOException {
        try (FileSystemKvStore engine = Directories.open(directory)) {
            engine.save(draft(SYSTEM, 4000));
            engine.load(KvcKey.of(SYSTEM)).orElseThrow().close();
            engine.load(KvcKey.of(SYSTEM)).orElseThrow().close();
            engine.save(draft(SYSTEM + "And now? ".repeat(40), 6000));
            engine.remove(KvcKey.of(OLD));
        }
    }

    /** Records while an engine uses the directory, and ends it as Ctrl-C does. */
    private List<String> record(Path directory, Path trace) throws IOException, InterruptedException {
        Process recording = KvcJar.in(directory).begin("record", "--out", trace.toString(), "--interval", "1h");
        try (BufferedReader out = recording.inputReader(StandardCharsets.UTF_8)) {
            assertThat(out.readLine()).isEqualTo("recording " + directory + " to " + trace + "; Ctrl-C ends it");
            use(directory);
            recording.toHandle().destroy(); // which, unlike destroy(), leaves the pipes open
            List<String> rest = out.lines().toList();
            recording.waitFor();
            return rest;
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"trace.jsonl", "trace.jsonl.gz"})
    void savesHitsAndRemovalsAreSeenAndTheFileIsWholeWhenItIsInterrupted(String name) throws Exception {
        Path directory = cache();
        Path trace = scratch.resolve(name);
        assertThat(record(directory, trace)).containsExactly("written: " + trace + ", 3 saves, 2 hits, 1 removal");
        Result replay = new KvcJar()
                .run("simulate", "--trace", trace.toString(), "--policy", "lru", "--size-model", "recorded");
        assertThat(replay.err()).isEmpty();
        assertThat(replay.out()).contains(name + ", sizes recorded: 2 requests").contains("token hit ratio 1.0000");
        if (Files.getFileStore(trace).supportsFileAttributeView("posix")) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(trace)))
                    .isEqualTo("rw-------");
        }
    }

    @Test
    void noTextIsWritten() throws Exception {
        Path trace = scratch.resolve("trace.jsonl");
        record(cache(), trace);
        assertThat(trace).content().contains("\"op\":\"lookup\"").doesNotContain("assistant", "prompt");
    }

    @Test
    void recordingMakesTheReportLookAhead() throws Exception {
        Path directory = cache();
        Path trace = scratch.resolve("trace.jsonl");
        record(directory, trace);
        Path page = scratch.resolve("cache.html");
        Result report = KvcJar.in(directory)
                .with("KVC_BUDGET", "64MiB")
                .run("report", "--out", page.toString(), "--trace", trace.toString(), "--policy", "sieve");
        assertThat(report.err()).isEmpty();
        assertThat(page)
                .content()
                .contains("2 requests of the recording trace.jsonl, replayed")
                .contains("budget is 64 MiB, its policy sieve")
                .contains("data-policy=\"sieve\"", "data-policy=\"lru\"", "data-policy=\"foresight\"")
                .doesNotContain("That looks back");
    }

    @Test
    void recordingThatIsToLastSoLongEndsByItself() throws IOException {
        Path trace = scratch.resolve("trace.jsonl");
        Result result = KvcJar.in(cache()).run("record", "--out", trace.toString(), "--for", "1s", "--interval", "1s");
        assertThat(result.code()).isZero();
        assertThat(result.out()).contains("1 save, 0 hits, 0 removals");
    }

    @Test
    void fileThatIsThereIsNeverWrittenOver() throws IOException {
        Path trace = Files.writeString(scratch.resolve("trace.jsonl"), "mine");
        Result result = KvcJar.in(cache()).run("record", "--out", trace.toString());
        assertThat(result.code()).isEqualTo(2);
        assertThat(result.err()).contains("is there already");
        assertThat(trace).hasContent("mine");
        Path none = scratch.resolve("none.jsonl");
        assertThat(KvcJar.in(scratch.resolve("missing"))
                        .run("record", "--out", none.toString())
                        .code())
                .isEqualTo(3);
        assertThat(none).doesNotExist();
    }
}
