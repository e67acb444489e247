package dev.kvc.store.fs;

import dev.kvc.faultfs.MemoryDirectory;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.AnnotatedElementContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.io.TempDirFactory;

/**
 * A directory in memory for tests that change small files tens of thousands of times and play the failures of the disk
 * themselves. Tests of what a real disk does have an ordinary one.
 */
final class QuickScratch implements TempDirFactory {
    private static final long ROOM = 48L << 20;

    @Override
    public Path createTempDirectory(AnnotatedElementContext element, ExtensionContext test) throws IOException {
        return MemoryDirectory.create(ROOM);
    }
}
