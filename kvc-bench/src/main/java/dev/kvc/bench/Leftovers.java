package dev.kvc.bench;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Files that have been removed, without a byte, until the run ends. ext4 gives an inode that was freed to no new file
 * for one to six minutes ({@code recently_deleted} in its {@code ialloc.c}), and passes by all such inodes whenever it
 * makes a file: after some thousands of removals that takes several times what a small save does.
 *
 * <p>Not safe for use by several threads.
 */
final class Leftovers {
    private final Path directory;
    private int count;

    Leftovers(Path parent) throws IOException {
        directory = Files.createTempDirectory(parent, "side-");
    }

    /**
     * Removes a file where there is one.
     *
     * @param remove removes its name
     */
    void remove(Path file, Operation remove) throws Exception {
        if (!Files.exists(file)) {
            return;
        }
        Path left = Files.createLink(directory.resolve(Integer.toString(count++)), file);
        remove.run();
        FileChannel.open(left, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)
                .close();
    }

    /** Removes a file where there is one. */
    void remove(Path file) throws Exception {
        remove(file, () -> Files.delete(file));
    }
}
