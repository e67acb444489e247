package dev.kvc.store.fs;

import static dev.kvc.store.fs.Fixtures.draft;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvc.format.KvcFormatException;
import dev.kvc.format.KvcKey;
import dev.kvc.store.DataSize;
import dev.kvc.store.PrefixQuery;
import dev.kvc.store.SaveResult.Outcome;
import dev.kvc.store.Snapshot;
import dev.kvc.store.Verification;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A file of another directory is taken byte for byte, or not at all. */
class AdoptTest {
    private static final KvcKey KEY = KvcKey.of("moved");

    @TempDir
    private Path directory;

    private FileSystemKvStore open(long budgetBytes) throws IOException {
        return FileSystemKvStore.builder(directory.resolve("to"))
                .budget(DataSize.ofBytes(budgetBytes))
                .open();
    }

    private byte[] file() throws IOException {
        try (FileSystemKvStore store = FileSystemKvStore.builder(directory.resolve("from"))
                .budget(DataSize.ofMebibytes(64))
                .open()) {
            store.save(draft("moved", 3 << 20));
            return Files.readAllBytes(store.file(KEY).orElseThrow());
        }
    }

    private static ReadableByteChannel channel(byte[] bytes) {
        return Channels.newChannel(new ByteArrayInputStream(bytes));
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(directory.resolve("to"))) {
            return files.toList();
        }
    }

    @Test
    void adoptedFileIsServedAndVerified() throws IOException {
        byte[] file = file();
        try (FileSystemKvStore store = open(64 << 20)) {
            assertThat(store.adopt(KEY, channel(file), file.length, false).outcome())
                    .isEqualTo(Outcome.STORED);
            assertThat(Files.readAllBytes(store.file(KEY).orElseThrow())).isEqualTo(file);
            assertThat(store.stats().bytes()).isEqualTo(file.length);
            try (Snapshot snapshot =
                    store.loadLongestPrefix(PrefixQuery.of("moved on")).orElseThrow()) {
                assertThat(snapshot.verification()).isEqualTo(Verification.VERIFIED);
            }
        }
    }

    static Stream<GoldenFile> good() {
        return GoldenFile.good();
    }

    @ParameterizedTest
    @MethodSource("good")
    void everyWritersBytesAreKept(GoldenFile golden) throws IOException {
        byte[] file = Files.readAllBytes(golden.path());
        try (FileSystemKvStore store = open(64 << 20)) {
            store.adopt(golden.key(), channel(file), file.length, false);
            assertThat(Files.readAllBytes(store.file(golden.key()).orElseThrow()))
                    .isEqualTo(file);
        }
    }

    @Test
    void fileWithAnUpperCaseNameIsReplacedAsOneSnapshot() throws IOException {
        byte[] file = file();
        Path to = Files.createDirectories(directory.resolve("to"));
        Files.write(to.resolve(Fixtures.upperCaseName(KEY)), file);
        try (FileSystemKvStore store = open(64 << 20)) {
            assertThat(store.adopt(KEY, channel(file), file.length, true).outcome())
                    .isEqualTo(Outcome.REPLACED);
            assertThat(files()).containsExactly(to.resolve(KEY + ".kv"));
            assertThat(store.stats().bytes()).isEqualTo(file.length);
        }
    }

    @Test
    void damagedFileIsRefusedAndLeavesNothing() throws IOException {
        byte[] file = file();
        file[1 << 20] ^= 1;
        try (FileSystemKvStore store = open(64 << 20)) {
            assertThatThrownBy(() -> store.adopt(KEY, channel(file), file.length, false))
                    .isInstanceOf(KvcFormatException.class)
                    .hasMessageContaining("CHECKSUM_MISMATCH");
            assertThat(files()).isEmpty();
            assertThat(store.stats().bytes()).isZero();
        }
    }

    @Test
    void fileThatEndsEarlyIsRefusedAndLeavesNothing() throws IOException {
        byte[] file = file();
        try (FileSystemKvStore store = open(64 << 20)) {
            assertThatThrownBy(() -> store.adopt(KEY, channel(file), file.length + 1L, false))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("ends 1 bytes before");
            assertThat(files()).isEmpty();
        }
    }

    @Test
    void whatIsThereStaysUnlessItIsToBeReplaced() throws IOException {
        byte[] file = file();
        try (FileSystemKvStore store = open(64 << 20)) {
            store.save(draft("moved", 10));
            assertThat(store.adopt(KEY, channel(file), file.length, false).outcome())
                    .isEqualTo(Outcome.ALREADY_PRESENT);
            assertThat(store.stat(KEY).orElseThrow().header().payloadBytes()).isEqualTo(10);
            assertThat(store.adopt(KEY, channel(file), file.length, true).outcome())
                    .isEqualTo(Outcome.REPLACED);
            assertThat(store.stat(KEY).orElseThrow().header().payloadBytes()).isEqualTo(3 << 20);
            assertThat(store.stats().bytes()).isEqualTo(file.length);
        }
    }

    @Test
    void nothingIsEvictedToMakeRoom() throws IOException {
        byte[] file = file();
        try (FileSystemKvStore store = open(4 << 20)) {
            store.save(draft("here", 2 << 20));
            assertThat(store.adopt(KEY, channel(file), file.length, false).outcome())
                    .isEqualTo(Outcome.NO_ROOM);
            assertThat(store.contains(KvcKey.of("here"))).isTrue();
        }
        try (FileSystemKvStore store = open(1 << 20)) {
            assertThat(store.adopt(KEY, channel(file), file.length, false).outcome())
                    .isEqualTo(Outcome.TOO_LARGE);
        }
    }
}
