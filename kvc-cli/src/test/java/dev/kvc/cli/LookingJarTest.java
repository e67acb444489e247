package dev.kvc.cli;

import static dev.kvc.cli.Directories.draft;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kvc.cli.KvcJar.Result;
import dev.kvc.format.KvcKey;
import dev.kvc.format.Namespace;
import dev.kvc.store.fs.FileSystemKvStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** U23, U31: what is in a directory, whoever wrote it, and why something missed; looking changes nothing. */
class LookingJarTest {
    private static final String SMALLEST = "e057edaff3887da66792716cb284db131cc70d80";

    @TempDir
    private Path directory;

    private long files;
    private Map<String, KvcKey> before = Map.of();

    @BeforeEach
    void fill() throws IOException {
        files = Directories.copyGolden(directory);
        before = Directories.contents(directory);
    }

    @AfterEach
    void nothingHasChanged() throws IOException {
        assertThat(Directories.contents(directory)).isEqualTo(before);
    }

    private KvcJar kvc() {
        return KvcJar.in(directory);
    }

    @Test
    void lsListsTheFilesOfEveryWriter() throws IOException {
        Result result = kvc().run("ls");
        assertThat(result.code()).isZero();
        assertThat(result.err()).isEmpty();
        assertThat(result.lines()).hasSize((int) files + 1).anyMatch(line -> line.startsWith(SMALLEST));
    }

    @Test
    void lsSortsFiltersAndLimits() throws IOException {
        Result largest = kvc().run("ls", "--sort", "size", "--reverse", "--limit", "1", "--json");
        assertThat(largest.lines()).hasSize(1);
        assertThat(largest.out()).contains("\"bytes\":1048");
        Result cold = kvc().run("ls", "--reason", "agent-system", "--json");
        assertThat(cold.lines()).hasSize(1).allMatch(line -> line.contains("\"reason\":\"agent-system\""));
        Result hit = kvc().run("ls", "--sort", "hits", "-r", "--limit", "2", "--json");
        assertThat(hit.lines().get(0)).contains("\"hits\":4294967295");
        assertThat(kvc().run("ls", "--min-size", "1GiB").out()).isEmpty();
    }

    @Test
    void jsonOfEveryGoldenFileIsOneObjectALine() throws IOException {
        Result result = kvc().run("ls", "--json");
        assertThat(result.lines())
                .hasSize((int) files)
                .allMatch(line -> line.startsWith("{\"namespace\":\"\",\"key\":\"") && line.endsWith("}"));
    }

    @Test
    void showTellsHeaderTextAndSections() throws IOException {
        Result result = kvc().run("show", SMALLEST.substring(0, 6));
        assertThat(result.code()).isZero();
        assertThat(result.out())
                .contains("key          " + SMALLEST)
                .contains("tokens       17, made for a context of 8192")
                .contains("reason       cold")
                .contains("2026-")
                .contains("checksums    none");
    }

    @Test
    void showGivesTextAndBytesAsTheyAre() throws IOException {
        byte[] file = Files.readAllBytes(directory.resolve(SMALLEST + ".kv"));
        byte[] text = kvc().run("show", SMALLEST, "--text").bytes();
        assertThat(KvcKey.of(text).hex()).isEqualTo(SMALLEST);
        Result hex = kvc().run("show", SMALLEST, "--hex", "0:20");
        assertThat(hex.lines()).hasSize(2);
        assertThat(hex.lines().get(0)).startsWith("00000000  4b 56 43 01 02 01");
        assertThat(hex.lines().get(1)).startsWith(String.format("00000010  %02x", file[16]));
    }

    @Test
    void showNamesWhatCannotBeFound() throws IOException {
        Result absent = kvc().run("show", "0".repeat(40));
        assertThat(absent.code()).isEqualTo(1);
        assertThat(absent.err().lines()).hasSize(1).first().asString().contains("kvc ls");
        assertThat(kvc().run("show", "../../etc/passwd").code()).isEqualTo(2);
    }

    @Test
    void statSumsUpAndSaysWhatASmallerBudgetWouldDrop() throws IOException {
        Result result = kvc().run("stat", "--budget", "100KiB", "--policy", "lru");
        assertThat(result.code()).isZero();
        assertThat(result.out())
                .startsWith(files + " snapshots, 1.1 MiB")
                .contains("REASON")
                .contains("agent-session")
                .contains("LAST USED")
                .contains("A budget of 100KiB would drop ");
        assertThat(kvc().run("stat", "--json").out()).contains("\"snapshots\":{\"count\":" + files + ",");
    }

    @Test
    void doctorNamesWhatDs4PassesOverAndWhy() throws IOException {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
        Result result = kvc().run("doctor", "--files");
        assertThat(result.out())
                .contains("the directory is for its owner alone")
                .contains("(quant bits are 8, and it knows 2 and 4)")
                .contains("(it covers no token)")
                .contains("(payload ABI is 0, and it knows 2)");
    }

    @Test
    void doctorFindsOpenPermissionsAndStaleFiles(@TempDir Path other) throws IOException {
        try (FileSystemKvStore store = Directories.open(other)) {
            store.save(draft("good", 10));
            store.save(draft("damaged text", 10));
        }
        Path damaged = other.resolve(Directories.name("damaged text"));
        byte[] bytes = Files.readAllBytes(damaged);
        bytes[53] ^= 1;
        Files.write(damaged, bytes);
        Files.writeString(other.resolve("notes.txt"), "not ours");
        Files.setPosixFilePermissions(other, PosixFilePermissions.fromString("rwxr-xr-x"));
        Result result = KvcJar.in(other).run("doctor");
        assertThat(result.code()).isEqualTo(1);
        assertThat(result.out())
                .contains("chmod 700")
                .contains("damaged")
                .contains("notes.txt (none of ours: counted, never deleted)");
    }

    @Test
    void findSaysWhatAPromptHitsAndWhereItLeavesTheNearest(@TempDir Path other) throws IOException {
        try (FileSystemKvStore store = Directories.open(other)) {
            store.save(draft("You are a helpful assistant.", 10));
            store.save(draft("You are a helpful assistant.\nToday is Monday.", 10));
        }
        Result hit = KvcJar.in(other)
                .given("You are a helpful assistant.\nToday is Tuesday.".getBytes(StandardCharsets.UTF_8))
                .run("find", "--prompt", "-");
        assertThat(hit.code()).isZero();
        assertThat(hit.out())
                .contains("hit   " + KvcKey.of("You are a helpful assistant."))
                .contains("begins with 28 of the prompt's 46 bytes (60.9 %) and saves prefilling 28 tokens")
                .contains("near  " + KvcKey.of("You are a helpful assistant.\nToday is Monday."))
                .contains("shares 38 bytes with the prompt, which leaves it on line 2 after")
                .contains("the prompt goes on \"Tuesday.\"")
                .contains("the stored text    \"Monday.\"");
    }

    @Test
    void findSaysWhyCandidatesWereRefused(@TempDir Path other) throws IOException {
        try (FileSystemKvStore store = Directories.open(other)) {
            store.save(draft("begin", 10));
        }
        Path prompt = Files.writeString(other.resolve("prompt.txt"), "begins");
        Result result = KvcJar.in(other).run("find", "-p", prompt.toString(), "--model-id", "7");
        assertThat(result.code()).isEqualTo(1);
        assertThat(result.out())
                .contains("miss  no stored text that can be used begins the prompt of 6 bytes")
                .contains("begins with 5 bytes: it is of model 0");
        assertThat(KvcJar.in(other)
                        .run("find", "-p", prompt.toString(), "--json")
                        .out())
                .contains("\"hit\":{\"namespace\":\"\",\"key\":\"" + KvcKey.of("begin"));
    }

    @Test
    void snapshotsInNamespacesAreListedUnderThemAndFoundInThem(@TempDir Path other) throws IOException {
        try (FileSystemKvStore store = Directories.open(other)) {
            store.in(Namespace.of("llama")).save(draft("begin", 10));
        }
        String id = "llama/" + KvcKey.of("begin");
        assertThat(KvcJar.in(other).run("ls").lines()).last().asString().startsWith(id);
        assertThat(KvcJar.in(other).run("show", id).out()).startsWith("key          " + id);
        assertThat(KvcJar.in(other).run("ls", "-n", ".").out()).isEmpty();
        Result found = KvcJar.in(other)
                .given("begins".getBytes(StandardCharsets.UTF_8))
                .run("find", "-p", "-", "-n", "llama");
        assertThat(found.out()).startsWith("hit   " + id);
    }

    @Test
    void verifyReadsEveryGoldenFileAndChangesNothing() throws IOException {
        Result result = kvc().run("verify");
        assertThat(result.code()).isZero();
        assertThat(result.out()).contains(files + " files, 1.1 MiB: 7 verified, 27 in order without checksums");
        assertThat(List.of(kvc().run("verify", "--quick").code())).containsExactly(0);
    }
}
