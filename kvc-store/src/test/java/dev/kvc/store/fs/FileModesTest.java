package dev.kvc.store.fs;

import static dev.kvc.store.fs.Fixtures.draft;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.kvc.format.KvcKey;
import dev.kvc.format.Namespace;
import dev.kvc.store.DataSize;
import dev.kvc.store.PayloadSource;
import dev.kvc.store.SnapshotDraft;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** U20: whatever we make, at any moment and under any umask, is its owner's alone. */
@Timeout(60)
class FileModesTest {
    @TempDir
    Path temporary;

    private Path directory;

    @BeforeEach
    void requirePosix() {
        assumeTrue(
                temporary.getFileSystem().supportedFileAttributeViews().contains("posix"), "there are no modes here");
        directory = temporary.resolve("cache");
    }

    /** Names to modes, of everything that is there. */
    private Map<String, String> modes() throws IOException {
        Map<String, String> modes = new TreeMap<>();
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path path : all.toList()) {
                String kind = Files.isDirectory(path) ? "d" : "-";
                modes.put(
                        directory.relativize(path).toString(),
                        kind + PosixFilePermissions.toString(Files.getPosixFilePermissions(path)));
            }
        }
        return modes;
    }

    private void assertOwnersAlone() throws IOException {
        assertThat(modes().values()).allMatch(mode -> mode.equals("drwx------") || mode.equals("-rw-------"));
    }

    @Test
    void u20_temporaries_the_lock_file_and_files_set_aside_are_their_owners_alone() throws IOException {
        try (FileSystemKvStore store = FileSystemKvStore.builder(directory)
                .budget(DataSize.ofBytes(4_000))
                .open()) {
            store.save(SnapshotDraft.builder()
                    .text("whole")
                    .payload(PayloadSource.of(1_000, out -> {
                        assertThat(modes().keySet()).anyMatch(name -> name.endsWith(".kvc.tmp"));
                        assertOwnersAlone();
                        out.write(ByteBuffer.allocate(1_000));
                    }))
                    .build());
            store.in(Namespace.of("tenant")).save(draft("bad", 1_000));
            store.in(Namespace.of("tenant"))
                    .load(KvcKey.of("bad"))
                    .orElseThrow()
                    .reject();
            store.save(draft("large", 3_000));
            assertThat(modes().keySet()).contains(FileNames.LOCK);
            store.load(KvcKey.of("large")).orElseThrow().reject();
            assertThat(modes().keySet()).anyMatch(name -> name.endsWith(".kv.bad"));
            assertOwnersAlone();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"000", "022", "077"})
    void u20_so_they_are_under_any_umask(String umask) throws Exception {
        try (ChildProcess child = ChildProcess.underUmask(umask, directory, 60_000, "child", 1)) {
            assertThat(child.hear()).isEqualTo("open");
            child.ask("storm child 20");
            assertOwnersAlone();
            assertThat(modes().keySet()).contains(FileNames.LOCK).anyMatch(name -> name.endsWith(".kv"));
        }
        try (ChildProcess child = ChildProcess.underUmask(umask, directory, 64 << 20, "child", 1)) {
            assertThat(child.hear()).isEqualTo("open");
            assertThat(child.ask("hang")).isEqualTo("half");
            assertThat(modes().keySet()).anyMatch(name -> name.endsWith(".kvc.tmp"));
            assertOwnersAlone();
        }
    }
}
