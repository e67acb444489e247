package dev.kvc.cli;

import dev.kvc.format.KvcKey;
import dev.kvc.store.DataSize;
import dev.kvc.store.SnapshotDraft;
import dev.kvc.store.fs.FileSystemKvStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Directories for tests: with the golden files of every writer, or with snapshots of our own. */
final class Directories {
    private static final Path VECTORS = Path.of("..", "kvc-format", "src", "test", "resources", "vectors");

    private Directories() {}

    /** Copies every good golden file: by the reference implementation, by ds4's own store, by hand. */
    static long copyGolden(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(VECTORS.resolve("good"))) {
            for (Path file : files.toList()) {
                Files.copy(file, directory.resolve(file.getFileName()));
            }
        }
        return contents(directory).size();
    }

    static Path golden(String directory, String name) {
        return VECTORS.resolve(directory).resolve(name);
    }

    static FileSystemKvStore open(Path directory) throws IOException {
        return FileSystemKvStore.builder(directory)
                .budget(DataSize.ofMebibytes(64))
                .open();
    }

    static SnapshotDraft draft(String text, int payloadBytes) {
        byte[] payload = new byte[payloadBytes];
        new Random(text.hashCode()).nextBytes(payload);
        return SnapshotDraft.builder()
                .text(text)
                .payload(payload)
                .tokenCount(text.length())
                .contextSize(4096)
                .quantBits(2)
                .build();
    }

    static String name(String text) {
        return KvcKey.of(text) + ".kv";
    }

    /** Flips a bit of the payload of our own snapshot of a text. */
    static void damage(Path directory, String text) throws IOException {
        Path file = directory.resolve(name(text));
        byte[] bytes = Files.readAllBytes(file);
        bytes[52 + text.length() + 3] ^= 1;
        Files.write(file, bytes);
    }

    /** Names and contents of all files, to see what has changed. */
    static Map<String, KvcKey> contents(Path directory) throws IOException {
        Map<String, KvcKey> contents = new TreeMap<>();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                contents.put(directory.relativize(file).toString(), KvcKey.of(Files.readAllBytes(file)));
            }
        }
        return contents;
    }
}
