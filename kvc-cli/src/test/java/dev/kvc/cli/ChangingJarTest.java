package dev.kvc.cli;

import static dev.kvc.cli.Directories.contents;
import static dev.kvc.cli.Directories.draft;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kvc.cli.KvcJar.Result;
import dev.kvc.format.KvcKey;
import dev.kvc.format.Namespace;
import dev.kvc.store.fs.FileSystemKvStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** U12, U20: what is removed is what was asked for, and can be seen beforehand. */
class ChangingJarTest {
    @TempDir
    private Path scratch;

    private Path directory;
    private Path other;

    @BeforeEach
    void fill() throws IOException {
        directory = scratch.resolve("cache");
        other = Files.createDirectory(scratch.resolve("other"));
        try (FileSystemKvStore store = Directories.open(directory)) {
            store.save(draft("one", 3 << 20));
            store.save(draft("two", 1000));
            store.in(Namespace.of("tenant")).save(draft("three", 1000));
        }
    }

    private KvcJar kvc() {
        return KvcJar.in(directory);
    }

    @Test
    void evictKeepsWithinTheBudgetAndADryRunSaysHow() throws IOException {
        Map<String, KvcKey> before = contents(directory);
        Result dry = kvc().run("evict", "--budget", "10KiB", "--policy", "size-weighted", "--dry-run");
        assertThat(dry.code()).isZero();
        assertThat(dry.out())
                .contains("over-budget     " + Directories.name("one"))
                .contains("would evict 1 file");
        assertThat(contents(directory)).isEqualTo(before);
        Result wet = kvc().run("evict", "--budget", "10KiB", "--policy", "size-weighted");
        assertThat(wet.code()).isZero();
        assertThat(wet.out()).contains(Directories.name("one")).contains("evicted 1 file; 2.1 KiB are left");
        before.keySet().removeIf(name -> name.equals(Directories.name("one")));
        assertThat(contents(directory)).containsAllEntriesOf(before).doesNotContainKey(Directories.name("one"));
    }

    @Test
    void evictSaysWhenTheBudgetCannotBeMet() throws IOException {
        Files.write(directory.resolve("large.bin"), new byte[20_000]);
        Result result = kvc().run("evict", "--budget", "10KiB");
        assertThat(result.code()).isEqualTo(1);
        assertThat(result.err()).contains("kvc doctor");
        assertThat(directory.resolve("large.bin")).exists();
    }

    @Test
    void evictWithoutABudgetIsRefused() throws IOException {
        Result result = kvc().run("evict");
        assertThat(result.code()).isEqualTo(2);
        assertThat(result.err()).contains("--budget SIZE");
    }

    @Test
    void rmRemovesWhatIsNamedAndNothingIfANameIsWrong() throws IOException {
        Map<String, KvcKey> before = contents(directory);
        String two = KvcKey.of("two").hex().substring(0, 8);
        assertThat(kvc().run("rm", two, "ffffffff").code()).isEqualTo(1);
        assertThat(kvc().run("rm", two, "--dry-run").out()).startsWith("would remove " + KvcKey.of("two"));
        assertThat(contents(directory)).isEqualTo(before);
        assertThat(kvc().run("rm", two, "tenant/" + KvcKey.of("three")).code()).isZero();
        assertThat(contents(directory)).containsOnlyKeys(Directories.name("one"));
    }

    @Test
    void wipeLeavesNothingAndNeedsAYesForEverything() throws IOException {
        Map<String, KvcKey> before = contents(directory);
        assertThat(kvc().run("wipe").code()).isEqualTo(2);
        assertThat(kvc().run("wipe", "--all").code()).isEqualTo(2);
        assertThat(kvc().run("wipe", "--all", "--dry-run").lines())
                .last()
                .asString()
                .startsWith("3 files, 3.0 MiB");
        assertThat(contents(directory)).isEqualTo(before);
        assertThat(kvc().run("wipe", KvcKey.of("one").hex()).out()).startsWith("wiped " + Directories.name("one"));
        assertThat(contents(directory)).hasSize(2);
        assertThat(kvc().run("wipe", "--all", "--yes").code()).isZero();
        assertThat(contents(directory)).isEmpty();
    }

    @Test
    void verifySetsAsideWhatIsDamagedOnlyWhenToldTo() throws IOException {
        Directories.damage(directory, "one");
        Map<String, KvcKey> before = contents(directory);
        assertThat(kvc().run("verify").code()).isEqualTo(1);
        Result dry = kvc().run("verify", "--repair", "--dry-run");
        assertThat(dry.code()).isEqualTo(1);
        assertThat(dry.out()).contains("CHECKSUM_MISMATCH").contains("is to be set aside");
        assertThat(contents(directory)).isEqualTo(before);
        assertThat(kvc().run("verify", "--repair").code()).isZero();
        assertThat(contents(directory)).containsKey(KvcKey.of("one") + ".kv.bad");
        assertThat(kvc().run("verify").code()).isZero();
    }

    @Test
    void whatIsExportedIsImportedByteForByte() throws IOException {
        Directories.copyGolden(directory);
        Map<String, KvcKey> all = contents(directory);
        Result archive = kvc().run("export");
        assertThat(archive.code()).isZero();
        assertThat(archive.err()).contains("exported 37 snapshots");
        Result result = KvcJar.in(other).given(archive.bytes()).run("import");
        assertThat(result.code()).isZero();
        assertThat(result.out()).contains("37 stored, 0 replaced, 0 already there, 0 refused");
        assertThat(contents(other)).isEqualTo(all);
        assertThat(KvcJar.in(other).given(archive.bytes()).run("import").out()).contains("37 already there");
    }

    @Test
    void whatIsDamagedIsNeitherExportedNorImported() throws IOException {
        Path archive = scratch.resolve("all.tar");
        assertThat(kvc().run("export", "--out", archive.toString()).code()).isZero();
        assertThat(kvc().run("export", "--out", archive.toString()).code()).isEqualTo(3);

        byte[] tar = Files.readAllBytes(archive);
        Directories.damage(directory, "one");
        Result export = kvc().run("export");
        assertThat(export.code()).isEqualTo(1);
        assertThat(export.err()).contains("CHECKSUM_MISMATCH").contains("exported 2 snapshots");

        tar[tar.length / 2] ^= 1; // within the payload of the largest
        Result result = KvcJar.in(other).given(tar).run("import");
        assertThat(result.code()).isEqualTo(1);
        assertThat(result.err()).contains("kvc: refused: ").contains("CHECKSUM_MISMATCH");
        assertThat(contents(other)).containsOnlyKeys(Directories.name("two"), "tenant/" + Directories.name("three"));
    }

    @Test
    void importEvictsNothingAndNamesWhatDoesNotFit() throws IOException {
        byte[] tar = kvc().run("export").bytes();
        Result dry = KvcJar.in(other).given(tar).run("import", "--budget", "1MiB", "--dry-run");
        assertThat(dry.out()).contains("2 to be stored").contains("1 refused");
        assertThat(contents(other)).isEmpty();
        Result result = KvcJar.in(other).given(tar).run("import", "--budget", "1MiB");
        assertThat(result.code()).isEqualTo(1);
        assertThat(result.err()).contains("does not fit the budget");
        assertThat(contents(other)).hasSize(2);
    }

    @Test
    void anArchiveThatIsNoneIsAFailureOfOneLine() throws IOException {
        byte[] noise = Files.readAllBytes(Directories.golden("bad", "zip.kv"));
        Result result = KvcJar.in(other).given(noise).run("import");
        assertThat(result.code()).isNotZero();
        assertThat(result.err().lines()).hasSize(1);
        assertThat(contents(other)).isEmpty();
    }

    @Test
    void worksOnADirectoryThatAnotherProcessHasOpen() throws IOException {
        try (FileSystemKvStore store = Directories.open(directory)) {
            assertThat(store.contains(KvcKey.of("two"))).isTrue();
            store.save(draft("four", 10));
            assertThat(kvc().run("ls").out()).contains(KvcKey.of("four").hex());
            assertThat(kvc().run("rm", KvcKey.of("two").hex()).code()).isZero();
            assertThat(kvc().run("evict", "--budget", "10KiB", "--policy", "size-weighted")
                            .code())
                    .isZero();
            assertThat(store.load(KvcKey.of("two"))).isEmpty();
            assertThat(store.load(KvcKey.of("one"))).isEmpty();
            store.load(KvcKey.of("four")).orElseThrow().close();
        }
    }
}
