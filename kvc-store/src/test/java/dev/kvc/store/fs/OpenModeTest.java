package dev.kvc.store.fs;

import static dev.kvc.store.fs.Fixtures.draft;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvc.format.KvcKey;
import dev.kvc.store.DataSize;
import dev.kvc.store.PrefixQuery;
import dev.kvc.store.Snapshot;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tools that look at a directory change nothing in it; those that manage it do what they are told and no more. */
class OpenModeTest {
    private static final String DEAD = KvcKey.of("dead") + ".kv.tmp.a1B2c3";

    @TempDir
    private Path directory;

    private FileSystemKvStore open(OpenMode mode) throws IOException {
        return FileSystemKvStore.builder(directory)
                .budget(DataSize.ofMebibytes(64))
                .mode(mode)
                .open();
    }

    private void fill() throws IOException {
        try (FileSystemKvStore store = open(OpenMode.SERVE)) {
            store.save(draft("good", 100));
            store.save(draft("good and damaged", 100));
        }
        Path damaged = directory.resolve(KvcKey.of("good and damaged") + ".kv");
        byte[] bytes = Files.readAllBytes(damaged);
        bytes[52 + 16 + 7] ^= 1;
        Files.write(damaged, bytes);
        Path dead = Files.write(directory.resolve(DEAD), new byte[10]);
        Files.setLastModifiedTime(dead, FileTime.from(Instant.ofEpochSecond(1_000_000_000)));
    }

    private Map<String, String> contents() throws IOException {
        Map<String, String> contents = new TreeMap<>();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                contents.put(
                        file.toString(), KvcKey.of(Files.readAllBytes(file)).hex());
            }
        }
        return contents;
    }

    @Test
    void readingChangesNothingWhateverIsLoaded() throws IOException {
        fill();
        Map<String, String> before = contents();
        try (FileSystemKvStore store = open(OpenMode.READ)) {
            try (Snapshot snapshot =
                    store.loadLongestPrefix(PrefixQuery.of("good and damaged")).orElseThrow()) {
                assertThat(snapshot.info().key()).isEqualTo(KvcKey.of("good"));
            }
            assertThat(store.load(KvcKey.of("good and damaged"))).isEmpty();
            assertThat(store.openReport().removedTemporaries()).isEmpty();
        }
        assertThat(contents()).isEqualTo(before);
    }

    @Test
    void whatWouldChangeIsRefusedToReaders() throws IOException {
        fill();
        Map<String, String> before = contents();
        try (FileSystemKvStore store = open(OpenMode.READ)) {
            assertThatThrownBy(() -> store.save(draft("new", 1))).isInstanceOf(AccessDeniedException.class);
            assertThatThrownBy(() -> store.remove(KvcKey.of("good"))).isInstanceOf(AccessDeniedException.class);
            assertThatThrownBy(store::evictToBudget).isInstanceOf(AccessDeniedException.class);
            assertThatThrownBy(() -> store.wipe(id -> true)).isInstanceOf(AccessDeniedException.class);
        }
        assertThat(contents()).isEqualTo(before);
    }

    @Test
    void openingToManageLeavesDeadTemporariesAndRemovesWhatItIsToldTo() throws IOException {
        fill();
        Map<String, String> before = contents();
        try (FileSystemKvStore store = open(OpenMode.MANAGE)) {
            assertThat(store.openReport().removedTemporaries()).isEmpty();
            assertThat(contents()).isEqualTo(before);
            assertThat(store.remove(KvcKey.of("good"))).isTrue();
        }
        assertThat(directory.resolve(KvcKey.of("good") + ".kv")).doesNotExist();
        assertThat(directory.resolve(DEAD)).exists();
    }

    @ParameterizedTest
    @EnumSource(names = {"READ", "MANAGE"})
    void toolsMakeNoDirectory(OpenMode mode) {
        Path missing = directory.resolve("missing");
        FileSystemKvStore.Builder builder = FileSystemKvStore.builder(missing)
                .budget(DataSize.ofMebibytes(64))
                .mode(mode);
        assertThatThrownBy(builder::open)
                .isInstanceOf(NoSuchFileException.class)
                .hasMessageContaining("there is no such directory");
        assertThat(missing).doesNotExist();
    }

    @Test
    void textsAreKnownAtOnceToThoseWhoAskForThemFirst() throws IOException {
        String shared = "s".repeat(2048);
        try (FileSystemKvStore store = open(OpenMode.SERVE)) {
            store.save(draft(shared + " goes left", 10));
        }
        try (FileSystemKvStore store = FileSystemKvStore.builder(directory)
                .budget(DataSize.ofMebibytes(64))
                .mode(OpenMode.READ)
                .textsFirst()
                .open()) {
            assertThat(store.match(PrefixQuery.of(shared + " goes right")).divergesAt())
                    .isEqualTo(2048);
        }
    }
}
