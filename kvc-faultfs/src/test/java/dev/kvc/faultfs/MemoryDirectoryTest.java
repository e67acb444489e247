package dev.kvc.faultfs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class MemoryDirectoryTest {
    private static final Path TEMPORARY = Path.of(System.getProperty("java.io.tmpdir"));

    @Test
    void eachIsNewAndEmptyAndOfTheDefaultProvider() throws IOException {
        Path one = MemoryDirectory.create(0);
        Path other = MemoryDirectory.create(0);
        try {
            assertThat(one).isNotEqualTo(other).isEmptyDirectory();
            assertThat(other).isEmptyDirectory();
            Files.writeString(one.resolve("file"), "text");
            assertThat(one.resolve("file").toFile()).hasContent("text");
        } finally {
            Files.deleteIfExists(one.resolve("file"));
            Files.delete(one);
            Files.delete(other);
        }
    }

    @Test
    void isAnOrdinaryOneWhereThereIsNotEnoughMemory() throws IOException {
        Path directory = MemoryDirectory.create(Long.MAX_VALUE);
        try {
            assertThat(directory).isEmptyDirectory().hasParent(TEMPORARY);
        } finally {
            Files.delete(directory);
        }
    }
}
