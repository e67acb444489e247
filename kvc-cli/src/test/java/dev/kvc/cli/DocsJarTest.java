package dev.kvc.cli;

import dev.kvc.store.fs.FileSystemKvStore;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The sessions that the documents about directories show. */
class DocsJarTest {
    @TempDir
    private Path scratch;

    @ParameterizedTest
    @ValueSource(strings = {"README.md", "docs/operating.md"})
    void sessionsInTheDocumentsAreReal(String document) throws IOException {
        Path directory = scratch.resolve("cache");
        try (FileSystemKvStore store = Directories.open(directory)) {
            DocumentedCache.fill(store);
        }
        DocumentedCache.writePrompts(scratch);
        DocumentedSessions.assertReal(document, () -> KvcJar.in(directory).at(scratch));
    }
}
