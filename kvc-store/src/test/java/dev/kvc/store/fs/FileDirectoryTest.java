package dev.kvc.store.fs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvc.format.Namespace;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A directory in which many files are looked at, read and removed, held open and by its path. */
class FileDirectoryTest {
    private static final Namespace TENANT = Namespace.of("tenant");

    @TempDir
    Path root;

    private StoreFiles files;
    private Path tenant;

    @BeforeEach
    void make() throws IOException {
        files = StoreFiles.open(root, OpenMode.SERVE);
        tenant = Files.createDirectory(root.resolve("tenant"));
        Files.write(tenant.resolve("file"), new byte[] {1, 2, 3});
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void it_is_held_open_on_linux() {
        try (FileDirectory directory = FileDirectory.open(files, TENANT)) {
            assertThat(directory.isHeld()).isTrue();
        }
    }

    @Test
    void a_file_is_looked_at_read_and_removed_once_held_open_or_not() throws IOException {
        for (boolean isHeld : new boolean[] {true, false}) {
            Files.write(tenant.resolve("file"), new byte[] {1, 2, 3});
            try (FileDirectory directory =
                    isHeld ? FileDirectory.open(files, TENANT) : FileDirectory.byPath(files, TENANT)) {
                assertThat(directory.stat(Path.of("file"))).isEqualTo(FileStat.of(tenant.resolve("file")));
                try (FileChannel channel = directory.openForReading(Path.of("file"))) {
                    ByteBuffer bytes = ByteBuffer.allocate(4);
                    assertThat(channel.read(bytes)).isEqualTo(3);
                }
                assertThat(directory.deleteIfExists(Path.of("file"))).isTrue();
                assertThat(directory.deleteIfExists(Path.of("file"))).isFalse();
                assertThat(directory.stat(Path.of("file"))).isNull();
                assertThatThrownBy(() -> directory.openForReading(Path.of("file")))
                        .isInstanceOf(NoSuchFileException.class);
            }
            assertThat(tenant).isEmptyDirectory();
        }
    }

    @Test
    void a_directory_that_is_not_there_has_no_files_until_it_is() throws IOException {
        try (FileDirectory directory = FileDirectory.open(files, Namespace.of("nobody"))) {
            assertThat(directory.isHeld()).isFalse();
            assertThat(directory.stat(Path.of("file"))).isNull();
            Files.createDirectory(root.resolve("nobody"));
            Files.write(root.resolve("nobody").resolve("file"), new byte[1]);
            assertThat(directory.stat(Path.of("file"))).isNotNull();
        }
    }

    /** Making links takes a privilege there. */
    @Test
    @DisabledOnOs(OS.WINDOWS)
    void what_is_behind_a_link_is_not_found(@TempDir Path elsewhere) throws IOException {
        Files.write(elsewhere.resolve("file"), new byte[1]);
        Files.createSymbolicLink(root.resolve("link"), elsewhere);
        try (FileDirectory directory = FileDirectory.open(files, Namespace.of("link"))) {
            assertThat(directory.isHeld()).isFalse();
            assertThat(directory.stat(Path.of("file"))).isNull();
        }
        Files.createSymbolicLink(tenant.resolve("linked"), elsewhere.resolve("file"));
        try (FileDirectory directory = FileDirectory.open(files, TENANT)) {
            assertThat(directory.stat(Path.of("linked")).isRegular()).isFalse();
            assertThatThrownBy(() -> directory.openForReading(Path.of("linked")))
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void what_takes_the_place_of_a_directory_that_is_held_is_left_alone(@TempDir Path elsewhere) throws IOException {
        Files.write(elsewhere.resolve("file"), new byte[1]);
        try (FileDirectory directory = FileDirectory.open(files, TENANT)) {
            Files.move(tenant, root.resolve("moved"));
            Files.createSymbolicLink(tenant, elsewhere);
            assertThat(directory.deleteIfExists(Path.of("file"))).isTrue();
        }
        assertThat(elsewhere.resolve("file")).exists();
        assertThat(root.resolve("moved")).isEmptyDirectory();
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void a_link_that_takes_the_place_of_a_directory_that_is_not_held_is_not_followed(@TempDir Path elsewhere)
            throws IOException {
        Files.write(elsewhere.resolve("file"), new byte[1]);
        try (FileDirectory directory = FileDirectory.byPath(files, TENANT)) {
            Files.move(tenant, root.resolve("moved"));
            Files.createSymbolicLink(tenant, elsewhere);
            assertThat(directory.stat(Path.of("file"))).isNull();
        }
    }
}
