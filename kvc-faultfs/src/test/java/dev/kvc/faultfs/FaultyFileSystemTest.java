package dev.kvc.faultfs;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.ProviderMismatchException;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Around the default file system; {@link FaultyJimfsTest} does the same around Jimfs. */
class FaultyFileSystemTest {
    @TempDir
    Path temporary;

    private FaultyFileSystem files;
    private Path path;

    /** The real directory. */
    Path directory() throws IOException {
        return temporary.toRealPath();
    }

    @BeforeEach
    void wrap() throws IOException {
        files = FaultyFileSystem.around(directory());
        path = files.path();
    }

    private static FileChannel create(Path file) throws IOException {
        return FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, StandardOpenOption.READ);
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(US_ASCII));
    }

    // It is a file system

    @Test
    void whatIsDoneIsDoneInTheRealDirectory() throws IOException {
        Path file = Files.writeString(path.resolve("a"), "hello");
        assertThat(file.toString()).isEqualTo(files.real().resolve("a").toString());
        assertThat(Files.readString(files.real().resolve("a"))).isEqualTo("hello");
        assertThat(Files.readString(file)).isEqualTo("hello");
        Files.move(file, path.resolve("b"), StandardCopyOption.ATOMIC_MOVE);
        Files.copy(path.resolve("b"), path.resolve("c"));
        Files.createLink(path.resolve("d"), path.resolve("c"));
        Files.createSymbolicLink(path.resolve("e"), path.resolve("d"));
        assertThat(Files.readSymbolicLink(path.resolve("e"))).isEqualTo(path.resolve("d"));
        assertThat(Files.isSameFile(path.resolve("c"), path.resolve("d"))).isTrue();
        assertThat(Files.getFileStore(path).getUsableSpace()).isPositive();
        List<Path> names = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(path, "[b-d]")) {
            stream.forEach(names::add);
        }
        assertThat(names)
                .containsExactlyInAnyOrder(path.resolve("b"), path.resolve("c"), path.resolve("d"))
                .allMatch(each -> each.getFileSystem().equals(path.getFileSystem()));
        Files.delete(path.resolve("b"));
        assertThat(Files.exists(files.real().resolve("b"))).isFalse();
        files.requireAllClosed();
    }

    @Test
    void pathsBehaveAsTheRealOnesAndDoNotMixWithThem() throws IOException {
        Path file = path.resolve("sub").resolve("file");
        assertThat(file.getParent()).isEqualTo(path.resolve("sub"));
        assertThat(file).isEqualByComparingTo(path.resolve("sub/file"));
        assertThat((Object) file.getFileName()).hasToString("file");
        assertThat(path.relativize(file)).isEqualTo(path.getFileSystem().getPath("sub", "file"));
        assertThat(file.startsWith(path)).isTrue();
        assertThat(file.endsWith("file")).isTrue();
        assertThat(file.startsWith(files.real())).isFalse();
        assertThat(path.resolve("x/../sub/file").normalize()).isEqualTo(file).hasSameHashCodeAs(file);
        assertThat(file.getNameCount()).isEqualTo(files.real().getNameCount() + 2);
        assertThat(path.toRealPath()).isEqualTo(path);
        assertThatThrownBy(() -> path.resolve(files.real())).isInstanceOf(ProviderMismatchException.class);
        assertThat(FaultyFileSystem.around(files.real()).path()).isNotEqualTo(path);
    }

    @Test
    void everyWayToReadAndWriteAChannelWorks() throws IOException {
        try (FileChannel channel = create(path.resolve("a"))) {
            assertThat(channel.write(bytes("hello"))).isEqualTo(5);
            assertThat(channel.write(bytes("J"), 0)).isEqualTo(1);
            assertThat(channel.write(new ByteBuffer[] {bytes(", "), bytes(""), bytes("world")}))
                    .isEqualTo(7);
            assertThat(channel.position()).isEqualTo(channel.size()).isEqualTo(12);
            assertThat(channel.transferFrom(
                            Channels.newChannel(new java.io.ByteArrayInputStream(new byte[] {'!'})), 12, 9))
                    .isEqualTo(1);
            channel.force(true);
            ByteBuffer[] parts = {ByteBuffer.allocate(6), ByteBuffer.allocate(100)};
            assertThat(channel.position(0).read(parts)).isEqualTo(13);
            assertThat(channel.read(parts)).isEqualTo(-1);
            ByteBuffer one = ByteBuffer.allocate(1);
            assertThat(channel.read(one, 12)).isEqualTo(1);
            assertThat(one.get(0)).isEqualTo((byte) '!');
            java.io.ByteArrayOutputStream copy = new java.io.ByteArrayOutputStream();
            assertThat(channel.transferTo(0, 13, Channels.newChannel(copy))).isEqualTo(13);
            assertThat(copy.toString(US_ASCII)).isEqualTo("Jello, world!");
            assertThat(channel.truncate(5).size()).isEqualTo(5);
        }
        assertThat(Files.readString(files.real().resolve("a"))).isEqualTo("Jello");
    }

    @Test
    void locksAreRealAndBelongToTheChannelThatTookThem() throws IOException {
        try (FileChannel channel = create(path.resolve("a"));
                FileLock lock = channel.lock(3, 4, false)) {
            assertThat(lock.channel()).isSameAs(channel);
            assertThat(lock.position()).isEqualTo(3);
            assertThat(lock.isValid()).isTrue();
            lock.release();
            assertThat(lock.isValid()).isFalse();
            try (FileLock second = channel.tryLock()) {
                assertThat(second.acquiredBy()).isSameAs(channel);
            }
        }
    }

    @Test
    void attributesAreReadAndSet() throws IOException {
        Path file = Files.writeString(path.resolve("a"), "x");
        Files.setLastModifiedTime(file, FileTime.fromMillis(1_000_000));
        Files.setPosixFilePermissions(file, Set.of());
        assertThat(Files.getLastModifiedTime(files.real().resolve("a"))).isEqualTo(FileTime.fromMillis(1_000_000));
        assertThat(Files.getPosixFilePermissions(file)).isEmpty();
        assertThat(Files.readAttributes(file, "size")).containsEntry("size", 1L);
        files.with(Fault.on(Operation.WRITE_ATTRIBUTES));
        assertThatThrownBy(() -> Files.setLastModifiedTime(file, FileTime.fromMillis(5)))
                .isInstanceOf(FileSystemException.class);
    }

    @Test
    void interruptedChannelIsClosed() throws IOException {
        try (FileChannel channel = create(path.resolve("a"))) {
            Thread.currentThread().interrupt();
            try {
                channel.write(bytes("x"));
            } catch (IOException e) {
                assertThat(channel.isOpen()).isFalse();
            } finally {
                Thread.interrupted();
            }
        }
        files.requireAllClosed();
    }

    // Faults

    @Test
    void theNthOperationOnAFileFailsAndNothingIsDone() throws IOException {
        Fault fault = Fault.on(Operation.DELETE)
                .where(file -> file.endsWith("a") || file.endsWith("b"))
                .at(2);
        files.with(fault);
        for (String name : List.of("a", "b", "c")) {
            Files.writeString(path.resolve(name), name);
        }
        Files.delete(path.resolve("c"));
        Files.delete(path.resolve("a"));
        assertThatThrownBy(() -> Files.delete(path.resolve("b")))
                .isInstanceOf(FileSystemException.class)
                .hasMessageContaining("DELETE fails on purpose");
        assertThat(fault.strikes()).isEqualTo(1);
        Files.delete(path.resolve("b"));
        assertThat(files.count(Operation.DELETE)).isEqualTo(4);
    }

    @Test
    void writeIsShortenedOrTorn() throws IOException {
        files.with(Fault.on(Operation.WRITE).at(1).shortened());
        files.with(Fault.on(Operation.WRITE).at(2).torn().failing(file -> new IOException("broken")));
        try (FileChannel channel = create(path.resolve("a"))) {
            ByteBuffer src = bytes("123456");
            assertThat(channel.write(src)).isEqualTo(3);
            assertThat(src.remaining()).isEqualTo(3);
            channel.write(src); // the second fault has not seen the first write
            assertThatThrownBy(() -> channel.write(bytes("abcdef"))).hasMessage("broken");
        }
        assertThat(Files.readString(files.real().resolve("a"))).isEqualTo("123456abc");
    }

    @Test
    void everyWriteShortenedStillEnds() throws IOException {
        files.with(Fault.on(Operation.WRITE).shortened());
        try (OutputStream out = Files.newOutputStream(path.resolve("a"))) {
            out.write("1234567".getBytes(US_ASCII));
        }
        assertThat(Files.readString(files.real().resolve("a"))).isEqualTo("1234567");
    }

    @Test
    void chanceIsReplayedFromItsSeed() throws IOException {
        List<Integer> first = strikesBySeed(42);
        assertThat(strikesBySeed(42)).isEqualTo(first).isNotEmpty();
        assertThat(strikesBySeed(43)).isNotEqualTo(first);
    }

    private List<Integer> strikesBySeed(long seed) throws IOException {
        FaultyFileSystem some = FaultyFileSystem.around(files.real())
                .with(Fault.on(Operation.LIST).randomly(0.3, seed));
        List<Integer> struck = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            try {
                list(some.path());
            } catch (FileSystemException e) {
                struck.add(i);
            }
        }
        return struck;
    }

    private static void list(Path directory) throws IOException {
        try (DirectoryStream<Path> names = Files.newDirectoryStream(directory)) {
            assertThat(names).isNotNull();
        }
    }

    @Test
    void faultMayDoWhateverATestWantsDoneAtThatMoment() throws IOException {
        Path real = files.real().resolve("a");
        files.with(Fault.on(Operation.OPEN).doing((operation, file) -> Files.deleteIfExists(file)));
        Files.writeString(real, "here");
        assertThatThrownBy(() -> Files.readString(path.resolve("a"))).isInstanceOf(NoSuchFileException.class);
        files.clearFaults();
        Files.writeString(real, "here");
        assertThat(Files.readString(path.resolve("a"))).isEqualTo("here");
    }

    // Space

    @Test
    void fullDiskTakesWhatThereIsRoomForAndThenFails() throws IOException {
        files.limitSpace(10);
        try (FileChannel channel = create(path.resolve("a"))) {
            assertThat(channel.write(bytes("1234567"))).isEqualTo(7);
            assertThat(Files.getFileStore(path).getUsableSpace()).isEqualTo(3);
            assertThat(channel.write(bytes("89abc"))).isEqualTo(3);
            assertThatThrownBy(() -> channel.write(bytes("x"))).hasMessageContaining("No space left on device");
            assertThat(channel.write(bytes("A"), 0)).isEqualTo(1);
            assertThatThrownBy(() -> Files.copy(path.resolve("a"), path.resolve("b")))
                    .hasMessageContaining("No space left on device");
            channel.truncate(1);
            assertThat(channel.write(bytes("x"))).isEqualTo(1);
        }
    }

    // The end of the world

    @Test
    void nothingReachesTheDiskOnceTheWorldHasStopped() throws IOException {
        Files.writeString(files.real().resolve("old"), "old");
        FileChannel channel = create(path.resolve("a"));
        files.stopAfter(2);
        channel.write(bytes("1"));
        channel.write(bytes("2"));
        assertThat(files.isStopped()).isFalse();
        assertThatThrownBy(() -> channel.write(bytes("3"))).hasMessageContaining("the world has stopped");
        assertThat(files.isStopped()).isTrue();
        assertThat(channel.isOpen()).isFalse();
        assertThatCode(channel::close).doesNotThrowAnyException();
        Path old = path.resolve("old");
        assertThatThrownBy(() -> Files.delete(old)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> Files.readString(old)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> Files.move(old, path.resolve("b"))).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> Files.createDirectory(path.resolve("c"))).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> Files.setLastModifiedTime(old, FileTime.fromMillis(5)))
                .isInstanceOf(IOException.class);
        assertThatThrownBy(() -> list(path)).isInstanceOf(IOException.class);
        assertThat(Files.readString(files.real().resolve("a"))).isEqualTo("12");
        assertThat(Files.readString(files.real().resolve("old"))).isEqualTo("old");
    }

    @Test
    void locksAreReleasedWhenTheWorldStops() throws IOException {
        FileChannel channel = create(path.resolve("a"));
        channel.lock();
        files.stop();
        FaultyFileSystem again = FaultyFileSystem.around(files.real());
        try (FileChannel second = FileChannel.open(again.path().resolve("a"), StandardOpenOption.WRITE)) {
            FileLock lock = second.tryLock();
            assertThat(lock).isNotNull();
        } catch (OverlappingFileLockException e) {
            throw new AssertionError("the lock outlives the world", e);
        }
    }

    @Test
    void flushedBytesStayWhereNamesCannotBeFlushed() throws IOException {
        files.rememberUnflushed();
        try (FileChannel channel = create(path.resolve("a"))) {
            channel.write(bytes("flushed"));
            channel.force(false);
            channel.write(bytes("lost"));
        }
        assertThat(files.cut(PowerCut.losingAll().withNames(true))).hasSize(2);
        assertThat(Files.readString(files.real().resolve("a"))).isEqualTo("flushed");
        assertThat(files.isStopped()).isTrue();
    }

    @Test
    void powerCutNeedsToHaveRemembered() {
        assertThatThrownBy(() -> files.cut(PowerCut.losingAll()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("rememberUnflushed");
    }

    // Reports

    @Test
    void fileLeftOpenIsReportedWithTheStackThatOpenedIt() throws IOException {
        FileChannel channel = create(path.resolve("left"));
        @SuppressWarnings("StreamResourceLeak") // to be found
        DirectoryStream<Path> listing = Files.newDirectoryStream(path);
        assertThat(files.openFiles())
                .extracting(OpenFile::path)
                .containsExactly(files.real().resolve("left"), files.real());
        assertThatThrownBy(files::requireAllClosed)
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("left")
                .satisfies(e -> assertThat(e.getSuppressed()[0])
                        .hasStackTraceContaining("fileLeftOpenIsReportedWithTheStackThatOpenedIt"));
        listing.close();
        channel.close();
        files.requireAllClosed();
    }

    @Test
    void operationsAreCountedAndNamed() throws IOException {
        Files.writeString(path.resolve("a"), "x");
        Files.readString(path.resolve("a"));
        Files.delete(path.resolve("a"));
        Path a = files.real().resolve("a");
        assertThat(files.trace()).contains("CREATE " + a, "WRITE " + a, "OPEN " + a, "DELETE " + a);
        assertThat(files.changes()).isEqualTo(3);
        assertThat(files.count(Operation.OPEN)).isEqualTo(1);
        assertThat(files.count(Operation.OPEN_WRITE)).isZero();
    }
}
