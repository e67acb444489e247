package dev.kvc.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Where the sides of a scenario work.
 *
 * <p>Not safe for use by several threads.
 */
final class Lab implements AutoCloseable {
    private final Path directory;
    private final Deque<AutoCloseable> open = new ArrayDeque<>();

    Lab(Path directory) {
        this.directory = directory;
    }

    /** The directory of the whole scenario. */
    Path directory() {
        return directory;
    }

    /** A directory in it, made where it is missing. */
    Path directory(String name) throws Exception {
        return Files.createDirectories(directory.resolve(name));
    }

    /** Leaves something to be closed at the end, the last first. */
    <T extends AutoCloseable> T closing(T resource) {
        open.push(resource);
        return resource;
    }

    @Override
    public void close() throws Exception {
        while (!open.isEmpty()) {
            open.pop().close();
        }
    }
}
