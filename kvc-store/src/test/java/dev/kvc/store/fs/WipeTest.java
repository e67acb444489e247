package dev.kvc.store.fs;

import static dev.kvc.store.fs.Fixtures.draft;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kvc.format.KvcKey;
import dev.kvc.format.Namespace;
import dev.kvc.store.DataSize;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** U20: prompts that must not be found again are overwritten before they are deleted, wherever they are. */
class WipeTest {
    private static final KvcKey SECRET = KvcKey.of("secret");

    @TempDir
    private Path directory;

    private FileSystemKvStore open() throws IOException {
        return FileSystemKvStore.builder(directory)
                .budget(DataSize.ofMebibytes(64))
                .open();
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(Files::isRegularFile)
                    .map(path -> directory.relativize(path).toString())
                    .sorted()
                    .toList();
        }
    }

    @Test
    void bytesOfAWipedSnapshotAreZeroOnTheDisk() throws IOException {
        try (FileSystemKvStore store = open()) {
            store.save(draft("secret", 3 << 20));
            try (FileChannel file = FileChannel.open(store.file(SECRET).orElseThrow())) {
                assertThat(store.wipe(id -> id.key().equals(SECRET)).files()).hasSize(1);
                ByteBuffer bytes = ByteBuffer.allocate((int) file.size());
                while (bytes.hasRemaining() && file.read(bytes) >= 0) {
                    assertThat(bytes.position()).isPositive();
                }
                assertThat(bytes.array()).containsOnly(0).hasSizeGreaterThan(3 << 20);
            }
            assertThat(store.stat(SECRET)).isEmpty();
            assertThat(store.stats().bytes()).isZero();
        }
        assertThat(names()).isEmpty();
    }

    @Test
    void everythingOfAKeyIsWipedInEveryNamespaceAndNothingElse() throws IOException {
        try (FileSystemKvStore store = open()) {
            store.save(draft("secret", 10));
            store.in(Namespace.of("tenant")).save(draft("secret", 10));
            store.save(draft("public", 10));
            Files.write(directory.resolve(SECRET + ".kv.bad"), new byte[7]);
            Path dead = Files.write(directory.resolve(SECRET + ".kv.tmp.99"), new byte[7]);
            Files.setLastModifiedTime(dead, FileTime.from(Instant.ofEpochSecond(1_000_000_000)));
            Path live = Files.write(directory.resolve(SECRET + ".77-1.kv.tmp"), new byte[7]);
            Files.writeString(directory.resolve("notes.txt"), "not ours");

            WipeReport plan = store.planWipe(id -> id.key().equals(SECRET));
            assertThat(names()).hasSize(7);
            WipeReport report = store.wipe(id -> id.key().equals(SECRET));
            assertThat(report.files()).containsExactlyInAnyOrderElementsOf(plan.files());
            assertThat(report.bytes()).isEqualTo(plan.bytes()).isPositive();
            assertThat(report.files()).hasSize(4);
            assertThat(report.live()).containsExactly(live.toRealPath());
        }
        assertThat(names())
                .containsExactlyInAnyOrder(KvcKey.of("public") + ".kv", SECRET + ".77-1.kv.tmp", "notes.txt");
    }

    @Test
    void wipingWhatIsNotThereDoesNothing() throws IOException {
        try (FileSystemKvStore store = open()) {
            assertThat(store.wipe(id -> true).files()).isEmpty();
        }
    }
}
