package dev.kvc.examples.demo;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** A directory that is deleted, with all that is in it, when it is closed or the process is told to end. */
public final class TemporaryDirectory implements Closeable {
    private static final System.Logger LOG = System.getLogger("dev.kvc.examples.demo");

    private final Path path;

    /** In {@code parent}; only its owner may enter it. */
    public TemporaryDirectory(Path parent) throws IOException {
        path = Files.createTempDirectory(parent, "kvc-demo-");
        Runtime.getRuntime().addShutdownHook(new Thread(this::deleteAtExit, "delete temporary directory"));
    }

    /** Where it is. */
    public Path path() {
        return path;
    }

    @Override
    public void close() throws IOException {
        if (Files.exists(path)) {
            try (Stream<Path> found = Files.walk(path)) {
                for (Path each : found.sorted(Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(each);
                }
            }
        }
    }

    private void deleteAtExit() {
        try {
            close();
        } catch (IOException | UncheckedIOException e) {
            LOG.log(Level.WARNING, "{0} is left behind: {1}", path, e);
        }
    }
}
