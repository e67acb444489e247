package dev.kvc.examples;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/**
 * Where an example keeps its files: the directory that its first argument names, which must be empty because examples
 * have small budgets and would evict what somebody else keeps there; or a temporary one, deleted when this is closed.
 */
final class WorkDirectory implements Closeable {
    private final Path path;
    private final boolean temporary;

    private WorkDirectory(Path path, boolean temporary) {
        this.path = path;
        this.temporary = temporary;
    }

    /**
     * The directory for an example with these arguments.
     *
     * @throws DirectoryNotEmptyException if there is something in it
     */
    static WorkDirectory of(String... args) throws IOException {
        if (args.length == 0) {
            return new WorkDirectory(Files.createTempDirectory("kvc-example-"), true);
        }
        Path path = Files.createDirectories(Path.of(args[0]));
        try (Stream<Path> found = Files.list(path)) {
            if (found.findAny().isPresent()) {
                throw new DirectoryNotEmptyException(path.toString());
            }
        }
        return new WorkDirectory(path, false);
    }

    Path path() {
        return path;
    }

    @Override
    public void close() throws IOException {
        if (temporary) {
            try (Stream<Path> found = Files.walk(path)) {
                for (Path each : found.sorted(Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(each);
                }
            }
        }
    }
}
