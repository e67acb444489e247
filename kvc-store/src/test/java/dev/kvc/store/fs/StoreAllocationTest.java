package dev.kvc.store.fs;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.kvc.format.KvcFormatException;
import dev.kvc.format.KvcKey;
import dev.kvc.store.DataSize;
import dev.kvc.store.LoadOptions;
import dev.kvc.store.LoadOptions.Verify;
import dev.kvc.store.PrefixQuery;
import dev.kvc.store.Snapshot;
import dev.kvc.store.VerifyOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Nothing sized by a file's content is allocated before it is checked against the file's real size: all that a store
 * allocates for a file stays near what the file has, whatever its lengths say.
 */
class StoreAllocationTest {
    /** Objects, messages, stack traces and small buffers; a hostile length asks for at least four times as much. */
    private static final long SMALL_CHANGE_BYTES = 512 << 10;

    private static final String TEXT = "a rendered prompt";
    private static final KvcKey KEY = KvcKey.of(TEXT);

    @TempDir
    Path directory;

    record Hostile(String name, byte[] file) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Hostile> files() {
        Stream<Hostile> golden = Stream.concat(GoldenFile.good(), GoldenFile.bad())
                .map(file -> {
                    try {
                        return new Hostile(file.toString(), file.bytes());
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                });
        return Stream.concat(
                golden,
                Stream.of(
                        lying("text of 2 MiB", b -> b.putInt(48, 2 << 20)),
                        lying("text of 64 MiB", b -> b.putInt(48, 64 << 20)),
                        lying("text of 2^32-1", b -> b.putInt(48, -1)),
                        lying("payload of 1 GiB", b -> b.putLong(40, 1 << 30)),
                        lying("payload of 2^63-1", b -> b.putLong(40, Long.MAX_VALUE)),
                        lying("payload of 2^64-1", b -> b.putLong(40, -1)),
                        lying("footer of 1 GiB", b -> b.putInt(b.limit() - 36, 1 << 30)),
                        lying("footer of 2^32-1", b -> b.putInt(b.limit() - 36, -1)),
                        lying("file of 2^63-1 in its footer", b -> b.putLong(b.limit() - 16, Long.MAX_VALUE))));
    }

    private static Hostile lying(String name, Consumer<ByteBuffer> change) {
        try {
            Path made = Files.createTempDirectory("kvc-hostile");
            try (FileSystemKvStore store = open(made)) {
                store.save(Fixtures.draft(TEXT, 300));
            }
            Path path = made.resolve(FileNames.snapshot(KEY));
            byte[] file = Files.readAllBytes(path);
            Files.delete(path);
            Files.delete(made);
            change.accept(ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN));
            return new Hostile(name, file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static FileSystemKvStore open(Path directory) throws IOException {
        return FileSystemKvStore.builder(directory)
                .budget(DataSize.ofMebibytes(64))
                .open();
    }

    /** Something that a store does with the file. */
    private interface Use {
        void of(FileSystemKvStore store) throws IOException;
    }

    private void assertSmall(Hostile hostile, Use use) throws IOException {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long allocated = Long.MAX_VALUE;
        for (int i = 0; i < 2; i++) { // the first time classes are loaded
            Path file = Files.write(directory.resolve(FileNames.snapshot(KEY)), hostile.file);
            Files.setLastModifiedTime(file, FileTime.from(Instant.now().minusSeconds(1_000)));
            try (FileSystemKvStore store = open(directory)) {
                store.openReport();
                long before = threads.getCurrentThreadAllocatedBytes();
                use.of(store);
                allocated = threads.getCurrentThreadAllocatedBytes() - before;
            }
        }
        assertThat(allocated).isLessThan(8L * hostile.file.length + SMALL_CHANGE_BYTES);
    }

    private static void read(Optional<Snapshot> found) throws IOException {
        if (found.isPresent()) {
            try (Snapshot snapshot = found.get()) {
                snapshot.trailer().toolMap();
                snapshot.trailer().sessionTitle();
                snapshot.payload().toByteArray();
            } catch (KvcFormatException e) {
                assertThat(e.kind()).isEqualTo(KvcFormatException.Kind.CHECKSUM_MISMATCH); // verified on reading
            }
        }
    }

    @ParameterizedTest
    @MethodSource("files")
    void a_store_allocates_no_more_for_a_file_than_its_real_size_warrants(Hostile hostile) throws IOException {
        for (Verify verify : Verify.values()) {
            assertSmall(hostile, store -> read(store.load(KEY, LoadOptions.DEFAULT.verify(verify))));
        }
        PrefixQuery query = PrefixQuery.builder(Fixtures.bytes(TEXT + " and more"))
                .modelId(1)
                .build();
        assertSmall(hostile, store -> read(store.loadLongestPrefix(query)));
        assertSmall(hostile, store -> FileSystemKvStore.builder(directory).verify(VerifyOptions.DEFAULT));
    }
}
