package dev.kvc.store.fs;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.AnnotatedElementContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.io.TempDirFactory;

/**
 * A directory in memory where the machine has one, for tests that change small files tens of thousands of times and
 * play the failures of the disk themselves. Tests of what a real disk does have an ordinary one.
 */
final class QuickScratch implements TempDirFactory {
    private static final Path MEMORY = Path.of("/dev/shm");
    /** More than any of these tests needs at once; containers tend to have 64 MiB. */
    private static final long ENOUGH = 48L << 20;

    @Override
    public Path createTempDirectory(AnnotatedElementContext element, ExtensionContext test) throws IOException {
        return isRoomy(MEMORY) ? Files.createTempDirectory(MEMORY, "kvc") : Files.createTempDirectory("kvc");
    }

    private static boolean isRoomy(Path directory) throws IOException {
        if (!Files.isWritable(directory)) {
            return false;
        }
        FileStore files = Files.getFileStore(directory);
        return files.type().equals("tmpfs") && files.getUsableSpace() >= ENOUGH;
    }
}
