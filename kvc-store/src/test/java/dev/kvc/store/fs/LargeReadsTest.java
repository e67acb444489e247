package dev.kvc.store.fs;

import static dev.kvc.store.fs.Fixtures.draft;
import static dev.kvc.store.fs.Fixtures.flip;
import static dev.kvc.store.fs.Fixtures.payload;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvc.format.KvcFormatException;
import dev.kvc.format.KvcKey;
import dev.kvc.store.DataSize;
import dev.kvc.store.LoadOptions;
import dev.kvc.store.LoadOptions.Verify;
import dev.kvc.store.Mapping;
import dev.kvc.store.MissReason;
import dev.kvc.store.Snapshot;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A payload that several threads read: the same bytes whichever way, and no damaged one of them. */
class LargeReadsTest {
    private static final KvcKey KEY = KvcKey.of("a prompt");
    private static final int BLOCK = 1 << 20;
    private static final int SIZE = 11 * BLOCK + 77;

    private final byte[] state = payload(SIZE, 7);

    @TempDir
    Path directory;

    private FileSystemKvStore open(int threads) throws IOException {
        FileSystemKvStore store = FileSystemKvStore.builder(directory)
                .budget(DataSize.ofMebibytes(100))
                .readThreads(threads)
                .open();
        store.save(draft("a prompt", state));
        return store;
    }

    private static Snapshot load(FileSystemKvStore store, Verify verify) throws IOException {
        return store.load(KEY, LoadOptions.DEFAULT.verify(verify)).orElseThrow();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4})
    void every_way_of_reading_gives_the_same_bytes(int threads) throws IOException {
        try (FileSystemKvStore store = open(threads)) {
            for (Verify verify : Verify.values()) {
                try (Snapshot snapshot = load(store, verify);
                        Mapping mapping = snapshot.payload().map()) {
                    assertThat(mapping.slices().get(0)).isEqualTo(ByteBuffer.wrap(state));
                    for (int from : new int[] {0, BLOCK, BLOCK + 1, 2 * BLOCK - 3}) {
                        assertRead(snapshot, from, SIZE);
                        assertRead(snapshot, from, SIZE - BLOCK / 2);
                    }
                }
            }
        }
    }

    private void assertRead(Snapshot snapshot, int from, int end) throws IOException {
        for (boolean direct : new boolean[] {true, false}) {
            int bytes = end - from;
            ByteBuffer dst = direct ? ByteBuffer.allocateDirect(bytes + 2) : ByteBuffer.allocate(bytes + 2);
            snapshot.payload().readFully(dst.position(1).limit(bytes + 1), from);
            assertThat(dst.position()).isEqualTo(bytes + 1);
            byte[] read = new byte[bytes];
            dst.get(1, read);
            assertThat(Arrays.equals(read, 0, bytes, state, from, end)).isTrue();
            assertThat(dst.limit(bytes + 2).get(0)).isZero();
            assertThat(dst.get(bytes + 1)).isZero();
        }
    }

    @ParameterizedTest
    @CsvSource({"0, 1", "5, 1", "11, 1", "0, 4", "5, 4", "11, 4"})
    void u7_of_a_payload_with_a_damaged_block_no_byte_is_handed_out(int block, int threads) throws IOException {
        try (FileSystemKvStore store = open(threads)) {
            flip(directory.resolve(FileNames.snapshot(KEY)), 52L + "a prompt".length() + (long) block * BLOCK + 33);
            try (Snapshot snapshot = load(store, Verify.ON_READ)) {
                ByteBuffer dst = ByteBuffer.allocateDirect(SIZE);
                while (dst.hasRemaining()) {
                    dst.put((byte) 1);
                }
                assertThatThrownBy(() -> snapshot.payload().read(dst.clear(), 0))
                        .isInstanceOf(KvcFormatException.class)
                        .hasMessageContaining("block " + block);
                assertThat(dst.position()).isZero();
                assertThat(dst).isEqualTo(ByteBuffer.allocate(SIZE));
                assertThatThrownBy(() -> snapshot.payload().map())
                        .isInstanceOf(KvcFormatException.class)
                        .hasMessageContaining("block " + block);
            }
            assertThat(store.load(KEY)).isEmpty();
            assertThat(store.stats().misses()).containsEntry(MissReason.CORRUPT, 1L);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void a_file_cut_while_it_is_read_is_an_error(int threads) throws IOException {
        try (FileSystemKvStore store = open(threads);
                Snapshot snapshot = load(store, Verify.NEVER)) {
            try (FileChannel channel =
                    FileChannel.open(directory.resolve(FileNames.snapshot(KEY)), StandardOpenOption.WRITE)) {
                channel.truncate(9 * BLOCK);
            }
            assertThatThrownBy(() -> snapshot.payload().readFully(ByteBuffer.allocateDirect(SIZE), 0))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("was cut while it was read");
        }
    }
}
