package dev.kvc.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The operating system's cache of files. */
final class PageCache {
    private static final Path DROP = Path.of("/proc/sys/vm/drop_caches");

    private PageCache() {}

    /** Drops what is clean, where this process may: elsewhere files stay cached. */
    static void drop() throws IOException {
        if (Files.isWritable(DROP)) {
            Files.writeString(DROP, "1");
        }
    }
}
