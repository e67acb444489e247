package dev.kvc.faultfs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvc.faultfs.PowerCut.Fate;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What was flushed is there after a power cut, and what was not may be lost. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "directories cannot be flushed there")
class PowerCutTest {
    private static final byte[] OLD = "0123456789".getBytes(java.nio.charset.StandardCharsets.US_ASCII);

    @TempDir
    Path directory;

    private FaultyFileSystem files;
    private Path path;

    @BeforeEach
    void remember() throws IOException {
        Files.write(directory.resolve("old"), OLD);
        files = FaultyFileSystem.around(directory).rememberUnflushed();
        path = files.path();
    }

    private static void flush(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private static byte[] filled(int bytes) {
        byte[] array = new byte[bytes];
        Arrays.fill(array, (byte) 0x55);
        return array;
    }

    private Set<String> names() throws IOException {
        Set<String> names = new HashSet<>();
        try (Stream<Path> all = Files.list(directory)) {
            all.forEach(each -> names.add(each.getFileName().toString()));
        }
        return names;
    }

    @Test
    void flushedBytesOfAFlushedNameStay() throws IOException {
        Files.write(path.resolve("new"), filled(100));
        flush(path.resolve("new"));
        flush(path);
        files.cut(PowerCut.losingAll());
        assertThat(directory.resolve("new")).hasBinaryContent(filled(100));
    }

    @Test
    void flushedBytesOfANameThatIsNotFlushedGoWithIt() throws IOException {
        Files.write(path.resolve("new"), filled(100));
        flush(path.resolve("new"));
        files.cut(PowerCut.losingAll());
        assertThat(names()).containsExactly("old");
    }

    @Test
    void bytesThatWereNotFlushedAreLostFromAFileWhoseNameIsThere() throws IOException {
        Files.write(path.resolve("new"), filled(100));
        flush(path);
        files.cut(PowerCut.losingAll());
        assertThat(directory.resolve("new")).isEmptyFile();
    }

    @Test
    void removalThatWasNotFlushedIsTakenBack() throws IOException {
        Files.delete(path.resolve("old"));
        files.cut(PowerCut.losingAll());
        assertThat(directory.resolve("old")).hasBinaryContent(OLD);
    }

    @Test
    void removalThatWasFlushedStays() throws IOException {
        Files.delete(path.resolve("old"));
        flush(path);
        files.cut(PowerCut.losingAll());
        assertThat(names()).isEmpty();
    }

    @Test
    void renameThatIsTakenBackBringsBackBothFiles() throws IOException {
        Files.write(path.resolve("new"), filled(100));
        flush(path.resolve("new"));
        flush(path);
        Files.move(path.resolve("new"), path.resolve("old"), StandardCopyOption.REPLACE_EXISTING);
        files.cut(PowerCut.losingAll());
        assertThat(directory.resolve("new")).hasBinaryContent(filled(100));
        assertThat(directory.resolve("old")).hasBinaryContent(OLD);
    }

    @Test
    void renameThatIsKeptDoesNotKeepBytesThatWereNotFlushed() throws IOException {
        Files.write(path.resolve("new"), filled(100));
        Files.move(path.resolve("new"), path.resolve("old"), StandardCopyOption.REPLACE_EXISTING);
        files.cut(PowerCut.seeded(1).withFiles(Fate.LOST).withNames(true));
        assertThat(names()).containsExactly("old");
        assertThat(directory.resolve("old")).isEmptyFile();
    }

    @Test
    void directoryWhoseNameIsNotFlushedGoesWithAllThatIsInIt() throws IOException {
        Path sub = Files.createDirectory(path.resolve("sub"));
        Files.write(sub.resolve("new"), filled(100));
        flush(sub.resolve("new"));
        flush(sub);
        files.cut(PowerCut.losingAll());
        assertThat(names()).containsExactly("old");
    }

    @Test
    void renameBetweenDirectoriesLastsWhenBothAreFlushed() throws IOException {
        Path sub = Files.createDirectory(path.resolve("sub"));
        flush(path);
        Files.move(path.resolve("old"), sub.resolve("new"));
        flush(sub);
        files.cut(PowerCut.losingAll());
        assertThat(names()).containsExactlyInAnyOrder("old", "sub");
        assertThat(directory.resolve("sub")).isEmptyDirectory();
    }

    @Test
    void linksAndCopiesAndRemovedDirectoriesAreTakenBack() throws IOException {
        Path sub = Files.createDirectory(path.resolve("sub"));
        flush(path);
        Files.createLink(path.resolve("link"), path.resolve("old"));
        Files.createSymbolicLink(path.resolve("symbolic"), path.resolve("old"));
        Files.copy(path.resolve("old"), path.resolve("copy"));
        Files.delete(sub);
        files.cut(PowerCut.losingAll());
        assertThat(names()).containsExactlyInAnyOrder("old", "sub");
        assertThat(directory.resolve("old")).hasBinaryContent(OLD);
    }

    /** As a hit is counted: what was flushed stays, whatever becomes of the bytes written in place. */
    @ParameterizedTest
    @EnumSource
    void bytesWrittenInPlaceTakeNoOthersWithThem(Fate fate) throws IOException {
        for (int seed = 0; seed < 20; seed++) {
            Files.write(directory.resolve("old"), OLD);
            files = FaultyFileSystem.around(directory).rememberUnflushed();
            try (FileChannel channel = FileChannel.open(files.path().resolve("old"), StandardOpenOption.WRITE)) {
                channel.write(ByteBuffer.wrap(filled(3)), 4);
            }
            files.cut(PowerCut.seeded(seed).withFiles(fate));
            byte[] after = Files.readAllBytes(directory.resolve("old"));
            Arrays.fill(after, 4, 7, (byte) 0);
            byte[] expected = OLD.clone();
            Arrays.fill(expected, 4, 7, (byte) 0);
            assertThat(after).isEqualTo(expected);
        }
    }

    @Test
    void eachFateIsWhatItSays() {
        PowerCut cut = PowerCut.seeded(7);
        byte[] now = filled(3000);
        byte[] flushed = filled(1000);
        for (int i = 0; i < 100; i++) {
            assertThat(cut.outcome(Fate.KEPT, now, flushed)).isEqualTo(now);
            assertThat(cut.outcome(Fate.LOST, now, flushed)).isEqualTo(flushed);
            byte[] shorter = cut.outcome(Fate.CUT, now, flushed);
            assertThat(now).startsWith(shorter);
            assertThat(shorter.length).isBetween(1000, 3000);
            byte[] zeroed = cut.outcome(Fate.ZEROED, now, flushed);
            assertThat(zeroed).hasSize(3000).startsWith(flushed).contains((byte) 0);
            byte[] flipped = cut.outcome(Fate.FLIPPED, now, flushed);
            assertThat(Arrays.mismatch(flipped, now)).isGreaterThanOrEqualTo(1000);
            byte[] scattered = cut.outcome(Fate.SCATTERED, now, flushed);
            assertThat(scattered).hasSize(3000).startsWith(flushed);
        }
    }

    @Test
    void theSameSeedGivesTheSameOutcome() throws IOException {
        List<String> first = cutSomething(5);
        assertThat(cutSomething(5)).isEqualTo(first);
        assertThat(new TreeMap<>(java.util.Map.of("other", cutSomething(6))).get("other"))
                .isNotEqualTo(first);
    }

    private List<String> cutSomething(long seed) throws IOException {
        try (Stream<Path> all = Files.list(directory)) {
            for (Path each : all.toList()) {
                Files.delete(each);
            }
        }
        FaultyFileSystem some = FaultyFileSystem.around(directory).rememberUnflushed();
        for (int i = 0; i < 10; i++) {
            Files.write(some.path().resolve("file" + i), filled(100 * i));
        }
        return some.cut(PowerCut.seeded(seed));
    }
}
