package dev.kvc.simulator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SimulateTest {
    @TempDir
    private Path directory;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private int run(String... words) {
        return new Simulate(
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8),
                        LocalDate.of(2026, 11, 25))
                .run(words);
    }

    @Test
    void tableCsvPageAndChartAreWritten() throws Exception {
        Path csv = directory.resolve("x.csv");
        Path html = directory.resolve("x.html");
        Path svg = directory.resolve("x.svg");
        assertThat(run(
                        "--trace", "synthetic:50",
                        "--policy", "lru,sieve",
                        "--budgets", "0.1,0.5",
                        "--size-model", "ds4,1000+20",
                        "--csv", csv.toString(),
                        "--html", html.toString(),
                        "--svg", svg.toString(),
                        "--threads", "1"))
                .isZero();
        assertThat(err.toString(StandardCharsets.UTF_8)).isEmpty();
        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains("synthetic, seed 1, 50 requests, sizes ds4: 50 requests")
                .contains("sizes 1000+20")
                .contains("foresight")
                .contains("written: " + html);
        assertThat(csv).content().hasLineCount(1 + 2 * 4 * 2);
        assertThat(html).content().contains("2026-11-25, ./kvc simulate --trace synthetic:50 ");
        assertThat(svg).content().startsWith("<svg ");
    }

    @Test
    void boundsCanBeLeftOut() {
        assertThat(run("--trace", "synthetic:9", "--no-bounds", "--policy", "lru"))
                .isZero();
        assertThat(out.toString(StandardCharsets.UTF_8)).doesNotContain("foresight");
    }

    @Test
    void helpExplainsEveryOption() {
        assertThat(run("--help")).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains(
                        "--trace", "--policy", "--budgets", "--size-model", "--csv", "--html", "--svg", "--no-bounds");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--what | unknown option '--what'; there are --trace, ",
                "--policy lru | --trace PATH is missing",
                "--trace | --trace is followed by nothing; it needs a value",
                "--trace --policy | --trace is followed by '--policy'; it needs a value",
                "--trace a --trace b | --trace was already given as 'a'; give it once",
                "--trace /no/such/file | /no/such/file does not exist",
                "--trace synthetic:0 | --trace has '0'; it must be a whole number above 0",
                "--trace synthetic:5 --policy best | --policy: no eviction policy is named \"best\"; there are ",
                "--trace synthetic:5 --policy lru,lru | --policy has 'lru' twice",
                "--trace synthetic:5 --policy lru, | --policy has '' in its list",
                "--trace synthetic:5 --budgets 0.1,0 | --budgets has '0'; each must be a number above 0, such as 0.1",
                "--trace synthetic:5 --budgets ten | --budgets has 'ten'; each must be a number above 0, such as 0.1",
                "--trace synthetic:5 --size-model big | --size-model has 'big'; there are ds4, proportional, recorded ",
                "--trace synthetic:5 --size-model 5+x | --size-model has 'x'; it must be whole numbers of bytes",
                "--trace synthetic:5 --threads 0 | --threads has '0'; it must be a whole number from 1 to 1024",
                "--trace synthetic:5 --csv /no/such/x.csv | --csv '/no/such/x.csv': there is no directory /no/such",
            })
    void wrongArgumentsGiveOneLineAndCodeTwo(String words, String problem) {
        assertThat(run(words.split(" "))).isEqualTo(2);
        assertThat(err.toString(StandardCharsets.UTF_8).lines())
                .singleElement()
                .asString()
                .startsWith("kvc simulate: " + problem);
        assertThat(out.toString(StandardCharsets.UTF_8)).isEmpty();
    }

    @Test
    void fileThatIsNoTraceGivesItsLineAndCodeTwo() throws Exception {
        Path file = Files.writeString(directory.resolve("x"), "no trace");
        assertThat(run("--trace", file.toString())).isEqualTo(2);
        assertThat(err.toString(StandardCharsets.UTF_8).lines())
                .singleElement()
                .asString()
                .startsWith("kvc simulate: " + file + ", line 1: ");
    }
}
