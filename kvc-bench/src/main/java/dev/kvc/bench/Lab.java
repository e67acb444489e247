package dev.kvc.bench;

import java.io.IOException;
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
    Path directory(String name) throws IOException {
        return WorkDirectory.make(directory.resolve(name));
    }

    /** Where a side's removed files stay, beside the directory of the scenario. */
    Leftovers leftovers() throws IOException {
        return new Leftovers(WorkDirectory.make(directory.resolveSibling("removed")));
    }

    /** Leaves something to be closed at the end, the last first. */
    <T extends AutoCloseable> T closing(T resource) {
        open.push(resource);
        return resource;
    }

    /**
     * Closes what was left to it.
     *
     * @throws IOException if something cannot be closed; what was opened before it then stays open
     */
    @Override
    public void close() throws IOException {
        while (!open.isEmpty()) {
            try {
                open.pop().close();
            } catch (IOException | RuntimeException e) {
                throw e;
            } catch (Exception e) {
                throw new IOException("cannot be closed", e);
            }
        }
    }
}
