package dev.kvc.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SimulateCommandTest {
    @TempDir
    private Path directory;

    private final Commands kvc = new Commands(InstantSource.fixed(Instant.parse("2026-11-25T12:00:00Z")));

    private int simulate(String words) {
        return kvc.run(("simulate " + words).split(" "));
    }

    @Test
    void tableCsvPageAndChartAreWritten() {
        Path csv = directory.resolve("x.csv");
        Path html = directory.resolve("x.html");
        Path svg = directory.resolve("x.svg");
        int code = simulate("--trace synthetic:50 --policy lru,sieve --budgets 0.1,0.5 --size-model ds4,1000+20"
                + " --threads 1 --csv " + csv + " --html " + html + " --svg " + svg);
        assertThat(kvc.err()).isEmpty();
        assertThat(code).isZero();
        assertThat(kvc.out())
                .contains("synthetic, seed 1, 50 requests, sizes ds4: 50 requests")
                .contains("sizes 1000+20")
                .contains("foresight")
                .contains("written: " + html);
        assertThat(csv).content().hasLineCount(1 + 2 * 4 * 2);
        assertThat(html).content().contains("2026-11-25, kvc simulate --trace synthetic:50 ");
        assertThat(svg).content().startsWith("<svg ");
    }

    @Test
    void boundsCanBeLeftOut() {
        assertThat(simulate("--trace synthetic:9 --no-bounds --policy lru")).isZero();
        assertThat(kvc.out()).contains("lru").doesNotContain("foresight");
    }

    @Test
    void everyPolicyThatIsInstalledIsReplayedUnlessSomeAreNamed() {
        assertThat(simulate("--trace synthetic:9 --budgets 0.1")).isZero();
        assertThat(kvc.out()).contains("lru", "sieve", "ds4-current", "prefix-aware", "0.1");
    }

    @Test
    void fleetsAreReplayedForEachSizeModelPolicyAndBudget() {
        Path csv = directory.resolve("x.csv");
        int code = simulate("--trace synthetic:50 --engines 1,20 --policy lru,sieve --budgets 0.1,0.5"
                + " --size-model ds4,1000+20 --shared-budget 0.3 --shared-policy size-weighted"
                + " --shared-min-tokens 2048 --shared-on-second-hit --csv " + csv);
        assertThat(kvc.err()).isEmpty();
        assertThat(code).isZero();
        assertThat(kvc.out())
                .contains("sizes 1000+20")
                .contains("each engine: sieve, ")
                .contains("shared by all: size-weighted, ")
                .contains(" GB (0.3), from 2,048 tokens on, and others at their second hit")
                .contains("written: " + csv);
        assertThat(csv).content().hasLineCount(1 + 2 * 2 * 2 * 2 * 2).contains(",session,20,50,");
    }

    @Test
    void fleetHasOneTableIfNoMoreIsAskedFor() {
        assertThat(simulate("--trace synthetic:50 --engines 3 --router session --size-model ds4"))
                .isZero();
        assertThat(kvc.out())
                .containsOnlyOnce("router ")
                .contains("each engine: prefix-aware, ")
                .contains(" GB (0.1)\nshared by all: lru, ")
                .contains("session ")
                .doesNotContain("random ", "foresight");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--what | Missing required option: '--trace=PATH'",
                "--trace a --what | Unknown option: '--what'",
                "--trace | Missing required parameter for option '--trace' (PATH)",
                "--trace a --trace b | option '--trace' (PATH) should be specified only once",
                "--trace synthetic:0 | --trace is synthetic:0; synthetic: is followed by a whole number above 0",
                "--trace synthetic:5 --policy best | no eviction policy is named \"best\"; there are ",
                "--trace synthetic:5 --policy lru,lru | --policy has lru twice",
                "--trace synthetic:5 --budgets 0.1,0 | Invalid value for option '--budgets' (SHARES): \"0\" is no number",
                "--trace synthetic:5 --budgets ten | Invalid value for option '--budgets' (SHARES): \"ten\" is no number",
                "--trace synthetic:5 --size-model big | Invalid value for option '--size-model' (NAMES): \"big\" is none",
                "--trace synthetic:5 --size-model 5+x | Invalid value for option '--size-model' (NAMES): \"5+x\" is none",
                "--trace synthetic:5 --size-model ds4,ds4 | --size-model has ds4 twice",
                "--trace synthetic:5 --threads 0 | --threads is 0; it must be 1 to 1024",
                "--trace synthetic:5 --engines 0 | engines has 0; each must be 1 or more",
                "--trace synthetic:5 --engines many | Invalid value for option '--engines' (COUNTS): 'many' is not an int",
                "--trace synthetic:5 --engines 2,2 | engines has 2 twice",
                "--trace synthetic:5 --engines 2 --router best | Invalid value for option '--router' (NAMES): \"best\" is",
                "--trace synthetic:5 --engines 2 --router random,random | routers has random twice",
                "--trace synthetic:5 --engines 2 --shared-budget 0 | Invalid value for option '--shared-budget': \"0\" is no number",
                "--trace synthetic:5 --engines 2 --shared-policy best | no eviction policy is named \"best\"; there are ",
                "--trace synthetic:5 --engines 2 --shared-min-tokens -1 | sharedMinTokens is -1; it must be 0 or more",
                "--trace synthetic:5 --engines 2 --policy lru,lru | --policy has lru twice",
                "--trace synthetic:5 --engines 2 --threads 0 | --threads is 0; it must be 1 to 1024",
                "--trace synthetic:5 --engines 2 --html x.html | --html, --svg and --no-bounds are for a simulation without",
                "--trace synthetic:5 --engines 2 --csv /no/such/x.csv | --csv is /no/such/x.csv, and there is no directory",
                "--trace synthetic:5 --router random | Missing required argument(s): --engines=COUNTS",
                "--trace synthetic:5 --csv /no/such/x.csv | --csv is /no/such/x.csv, and there is no directory /no/such",
            })
    void wrongArgumentsGiveOneLineAndCodeTwo(String words, String problem) {
        assertThat(simulate(words)).isEqualTo(2);
        assertThat(kvc.err().lines()).singleElement().asString().startsWith("kvc: " + problem);
        assertThat(kvc.out()).isEmpty();
    }

    @Test
    void fileThatIsNoTraceGivesItsLineAndCodeTwo() throws Exception {
        Path file = Files.writeString(directory.resolve("x"), "no trace");
        assertThat(simulate("--trace " + file)).isEqualTo(2);
        assertThat(kvc.err().lines()).singleElement().asString().startsWith("kvc: " + file + ", line 1: ");
        assertThat(simulate("--trace " + directory.resolve("none"))).isEqualTo(3);
        assertThat(kvc.err()).contains("none does not exist");
    }

    @ParameterizedTest
    @CsvSource({"bench", "demo"})
    void commandsOfTheRepositoryAreNamedAsSuch(String command) {
        assertThat(kvc.run(command, "--full")).isEqualTo(2);
        assertThat(kvc.err())
                .isEqualTo("kvc: " + command + " needs KVC's repository, where './kvc " + command
                        + "' runs it; 'kvc --help' lists what there is\n");
    }
}
