package dev.kvc.examples.llama;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kvc.store.DataSize;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The whole program, with its processes and the recorded sessions, and a model that is small. */
class LlamaProgramTest {
    private static final String SESSIONS = "../src/main/resources/sessions";

    @TempDir
    private Path directory;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private int run(String... args) {
        RunSettings settings =
                new RunSettings(Noise.model(1), 4_096, Noise.model(2), 4_096, DataSize.parse("2MiB"), 64, 2, directory);
        return new LlamaProgram(settings, new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8))
                .run(args);
    }

    private String printed() {
        return out.toString(UTF_8);
    }

    private String complaint() {
        return err.toString(UTF_8);
    }

    @Test
    void killedProcessIsResumedByAnotherWithTheSameScores() throws Exception {
        int code = run("--sessions", SESSIONS, "--requests", "24", "--threads", "1");
        assertThat(code).as("%s%n%s", printed(), complaint()).isZero();
        assertThat(printed())
                .contains("was killed (SIGKILL) while it prefilled prompt 2")
                .containsPattern("1: again +4,096 +4,032 ")
                .containsPattern("2: killed meanwhile +4,096 +[1-9],?[0-9]+ ")
                .contains("24 requests of 8 sessions")
                .contains("2 requests were compared with a full prefill: the scores are the same, bit for bit");
        assertThat(complaint()).isEmpty();
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void modelOfTheUserIsTaken() throws Exception {
        Path own = Files.createDirectory(directory.resolve("own"));
        Path model = Noise.write(own, 3);
        int code = run("--model", model.toString(), "--sessions", SESSIONS, "--requests", "2", "--threads", "1");
        assertThat(code).as("%s%n%s", printed(), complaint()).isZero();
        assertThat(printed()).contains("model: " + model);
        assertThat(model).exists();
    }

    @Test
    void fileThatIsNoModelIsToldByName() throws Exception {
        Path model = Files.writeString(directory.resolve("no.gguf"), "not a model");
        assertThat(run("--model", model.toString(), "--sessions", SESSIONS)).isEqualTo(1);
        assertThat(printed()).contains("llama.cpp cannot load " + model);
    }

    @Test
    void helpIsPrinted() {
        assertThat(run("--sessions", SESSIONS, "--help")).isZero();
        assertThat(printed()).startsWith("Usage: ./kvc llama");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--modle x                  | there is no setting --modle; there are --model, --requests, --sessions, --threads",
                "--model                    | --model is followed by nothing",
                "--threads 0                | --threads is \"0\"; it must be a whole number from 1 to ",
                "--requests many            | --requests is \"many\"; it must be a whole number from 1 to ",
                "--threads 2                | --sessions is missing",
                "--sessions /no/such        | --sessions '/no/such' does not exist"
            })
    void wrongArgumentIsToldWithItsRule(String arguments, String message) {
        assertThat(run(arguments.split(" "))).isEqualTo(2);
        assertThat(complaint()).contains(message);
    }
}
