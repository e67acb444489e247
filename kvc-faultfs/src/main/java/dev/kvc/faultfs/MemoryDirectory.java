package dev.kvc.faultfs;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Directories in memory, where the machine has a file system there: tests that change files thousands of times, and
 * play the failures of a disk themselves, need none, and take a fraction of the time. They are of the default provider,
 * with everything that the operating system does for files.
 */
public final class MemoryDirectory {
    private static final Path MEMORY = Path.of("/dev/shm");
    private static final String PREFIX = "kvc";

    private MemoryDirectory() {}

    /**
     * Makes an empty directory in memory, or an ordinary temporary one where there is no memory for it. The caller
     * deletes it.
     *
     * @param room the bytes that must be free, at least 0: more than what is put there at any time. Containers tend to
     *     have 64 MiB
     * @throws IOException if it cannot be made
     */
    public static Path create(long room) throws IOException {
        return isInMemory(MEMORY, room) ? Files.createTempDirectory(MEMORY, PREFIX) : Files.createTempDirectory(PREFIX);
    }

    private static boolean isInMemory(Path directory, long room) throws IOException {
        if (!Files.isDirectory(directory) || !Files.isWritable(directory)) {
            return false;
        }
        FileStore files = Files.getFileStore(directory);
        return files.type().equals("tmpfs") && files.getUsableSpace() >= room;
    }
}
