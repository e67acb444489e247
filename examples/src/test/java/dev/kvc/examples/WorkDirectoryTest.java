package dev.kvc.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkDirectoryTest {
    @TempDir
    private Path temp;

    @Test
    void temporaryOneIsDeletedWithAllThatIsInIt() throws IOException {
        Path path;
        try (WorkDirectory directory = WorkDirectory.of()) {
            path = directory.path();
            Files.createFile(Files.createDirectories(path.resolve("a/b")).resolve("c"));
        }
        assertThat(path).doesNotExist();
    }

    @Test
    void namedOneIsMadeAndKept() throws IOException {
        Path path = temp.resolve("new");
        try (WorkDirectory directory = WorkDirectory.of(path.toString())) {
            assertThat(directory.path()).isEqualTo(path).isEmptyDirectory();
        }
        assertThat(path).isDirectory();
    }

    @Test
    void namedOneThatIsInUseIsRefusedAndLeftAsItIs() throws IOException {
        Path file = Files.createFile(temp.resolve("something"));
        assertThatThrownBy(() -> WorkDirectory.of(temp.toString()))
                .isInstanceOf(DirectoryNotEmptyException.class)
                .hasMessage(temp.toString());
        assertThat(file).exists();
    }
}
