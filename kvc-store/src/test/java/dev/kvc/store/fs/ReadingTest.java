package dev.kvc.store.fs;

import static dev.kvc.store.fs.Fixtures.draft;
import static dev.kvc.store.fs.Fixtures.payload;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kvc.format.KvcKey;
import dev.kvc.store.DataSize;
import dev.kvc.store.LoadOptions;
import dev.kvc.store.Snapshot;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What reading a payload costs, whatever buffers the reader brings. */
class ReadingTest {
    private static final int SIZE = (5 << 20) + 77;

    private final byte[] state = payload(SIZE, 7);

    @TempDir
    Path directory;

    private Snapshot load(FileSystemKvStore store, LoadOptions.Verify verify) throws IOException {
        store.save(draft("a prompt", state));
        return store.load(KvcKey.of("a prompt"), LoadOptions.DEFAULT.verify(verify))
                .orElseThrow();
    }

    private FileSystemKvStore open() throws IOException {
        return FileSystemKvStore.builder(directory)
                .budget(DataSize.ofMebibytes(100))
                .open();
    }

    /** The JDK reads into an array through a direct buffer of the same length, which the thread then keeps. */
    @Test
    void an_array_of_any_length_is_filled_in_pieces_of_one_block() throws IOException {
        try (FileSystemKvStore store = open();
                Snapshot snapshot = load(store, LoadOptions.Verify.ON_LOAD)) {
            assertThat(snapshot.payload().read(ByteBuffer.allocate(SIZE), 3)).isBetween(1, 1 << 20);
            assertThat(snapshot.payload().read(ByteBuffer.allocateDirect(SIZE), 0))
                    .isEqualTo(SIZE);
            assertThat(snapshot.payload().toByteArray()).isEqualTo(state);
        }
    }

    @Test
    void a_stream_verified_on_read_gives_all_bytes_in_any_pieces() throws IOException {
        try (FileSystemKvStore store = open();
                Snapshot snapshot = load(store, LoadOptions.Verify.ON_READ);
                InputStream in = snapshot.payload().newInputStream()) {
            assertThat(in.read()).isEqualTo(Byte.toUnsignedInt(state[0]));
            assertThat(in.readNBytes(10_000)).isEqualTo(Arrays.copyOfRange(state, 1, 10_001));
            in.skipNBytes(2 << 20);
            byte[] rest = Arrays.copyOfRange(state, 10_001 + (2 << 20), SIZE);
            assertThat(in.readAllBytes()).isEqualTo(rest);
            assertThat(in.read()).isEqualTo(-1);
        }
    }
}
