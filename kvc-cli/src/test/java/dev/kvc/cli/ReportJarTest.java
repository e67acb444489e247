package dev.kvc.cli;

import static dev.kvc.cli.Directories.draft;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kvc.cli.KvcJar.Result;
import dev.kvc.format.KvcKey;
import dev.kvc.format.Namespace;
import dev.kvc.store.fs.FileSystemKvStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code kvc report} writes, where, and what it leaves alone; {@link ReportPageJarTest} looks at the page. */
class ReportJarTest {
    private static final String SECRET = "my secret plan ";

    @TempDir
    private Path scratch;

    private Path directory;
    private Path page;

    @BeforeEach
    void fill() throws IOException {
        directory = scratch.resolve("cache");
        page = scratch.resolve("cache.html");
        try (FileSystemKvStore store = Directories.open(directory)) {
            store.save(draft(SECRET, 1000));
            store.save(draft(SECRET + "goes on", 2000));
            store.in(Namespace.of("alice")).save(draft(SECRET + "of alice", 3000));
            store.load(KvcKey.of(SECRET)).orElseThrow().close();
        }
    }

    private Result report(String... more) throws IOException {
        String[] words = Stream.concat(Stream.of("report", "--out", page.toString()), Stream.of(more))
                .toArray(String[]::new);
        return KvcJar.in(directory).run(words);
    }

    private static String begin(String text) {
        return KvcKey.of(text).hex().substring(0, 12);
    }

    @Test
    void pageTellsOfEverySnapshotAndChangesNothing() throws IOException {
        Map<String, KvcKey> before = Directories.contents(directory);
        Result result = report();
        assertThat(result.err()).isEmpty();
        assertThat(result.code()).isZero();
        assertThat(result.out()).startsWith("written: " + page + ", ");
        assertThat(page)
                .content()
                .contains(begin(SECRET), begin(SECRET + "goes on"), "alice/" + begin(SECRET + "of alice"))
                .contains("with 1 that go on from it")
                .contains("kvc record --out")
                .contains("default-src 'none'");
        assertThat(Directories.contents(directory)).isEqualTo(before);
    }

    @Test
    void textsAreInItOnlyWhenAskedFor() throws IOException {
        report();
        assertThat(page).content().doesNotContain("secret", "goes on&quot;");
        report("--force", "--texts");
        assertThat(page).content().contains("my secret plan", "its text goes on &quot;goes on&quot;");
    }

    @Test
    void namespaceCanBeLookedAtAlone() throws IOException {
        report("--namespace", "alice");
        assertThat(page)
                .content()
                .contains("alice/" + begin(SECRET + "of alice"))
                .doesNotContain(begin(SECRET + "goes on"));
    }

    @Test
    void pageIsForItsOwnerAndNoFileIsWrittenOverUnlessTold() throws IOException {
        Files.writeString(page, "mine");
        Result refused = report();
        assertThat(refused.code()).isEqualTo(2);
        assertThat(refused.err()).contains(page + " is there already").contains("--force");
        assertThat(page).hasContent("mine");
        assertThat(report("--force").code()).isZero();
        assertThat(page).content().startsWith("<!doctype html>");
        if (Files.getFileStore(page).supportsFileAttributeView("posix")) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(page)))
                    .isEqualTo("rw-------");
        }
        try (Stream<Path> files = Files.list(scratch)) {
            assertThat(files).containsExactlyInAnyOrder(directory, page);
        }
    }

    @Test
    void linkIsNotWrittenThrough() throws IOException {
        Path target = Files.writeString(scratch.resolve("target"), "mine");
        Files.createSymbolicLink(page, target);
        assertThat(report().code()).isEqualTo(2);
        assertThat(report("--force").err()).contains("is no regular file");
        assertThat(target).hasContent("mine");
        assertThat(page).isSymbolicLink();
    }

    @Test
    void emptyDirectoryAndThoseOfEveryWriterHaveAPage() throws IOException {
        directory = Files.createDirectory(scratch.resolve("empty"));
        assertThat(report().code()).isZero();
        assertThat(page).content().contains("There is no snapshot in it.");
        Directories.copyGolden(directory);
        Result golden = report("--force", "--texts");
        assertThat(golden.err()).isEmpty();
        assertThat(golden.code()).isZero();
        assertThat(page).content().doesNotContain("NaN", "Infinity");
    }

    @Test
    void traceThatIsNoneIsSaidBeforeAnythingIsWritten() throws IOException {
        Path trace = Files.writeString(scratch.resolve("trace"), "{}");
        Result result = report("--trace", trace.toString());
        assertThat(result.code()).isEqualTo(2);
        assertThat(result.err()).contains("line 1");
        assertThat(page).doesNotExist();
        Path empty = Files.writeString(scratch.resolve("empty.jsonl"), "{\"kvc-trace\":1,\"unit\":256}\n");
        assertThat(report("--trace", empty.toString()).code()).isZero();
        assertThat(page).content().contains("The recording has no save");
    }
}
