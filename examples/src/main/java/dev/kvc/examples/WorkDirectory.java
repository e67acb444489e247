package dev.kvc.examples;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/**
 * Where an example keeps its files: the directory that its first argument names, or a temporary one, which is deleted
 * when this is closed.
 */
final class WorkDirectory implements Closeable {
    private final Path path;
    private final boolean temporary;

    private WorkDirectory(Path path, boolean temporary) {
        this.path = path;
        this.temporary = temporary;
    }

    static WorkDirectory of(String[] args) throws IOException {
        return args.length == 0
                ? new WorkDirectory(Files.createTempDirectory("kvc-example-"), true)
                : new WorkDirectory(Path.of(args[0]), false);
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
