package dev.kvc.store.fs;

import static dev.kvc.store.fs.Fixtures.payload;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import dev.kvc.format.KvcKey;
import dev.kvc.store.DataSize;
import dev.kvc.store.PayloadSource;
import dev.kvc.store.Snapshot;
import dev.kvc.store.SnapshotDraft;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The file is the same wherever the payload comes from, and however its parts fall upon the blocks that are written.
 */
class WrittenBlocksTest {
    private static final int BLOCK = 1 << 20;
    private static final int PAGE = 4096;

    @TempDir
    Path directory;

    /** What stands in front of a payload, and how long it is: around the ends of blocks of 1 MiB. */
    @ParameterizedTest
    @CsvSource({
        "1, 0",
        "1, 1",
        "3000, 1045523",
        "3000, 1045524",
        "3000, 1045525",
        "3000, 1048576",
        "3000, 3145733",
        "4044, 2097152",
        "1048524, 2097152",
        "1048523, 2097152",
        "1048583, 1048517",
        "2097152, 3145728",
        "3000, 17825793"
    })
    void the_file_is_the_same_wherever_the_payload_comes_from(int textBytes, int payloadBytes) throws IOException {
        byte[] text = new byte[textBytes];
        Arrays.fill(text, (byte) 'x');
        byte[] state = payload(payloadBytes, textBytes);
        PayloadSource[] sources = {
            PayloadSource.of(state),
            PayloadSource.of(direct(state, 16)),
            PayloadSource.of(direct(state, (52 + textBytes) % PAGE)),
            PayloadSource.of(direct(state, (51 + textBytes) % PAGE)),
            inPieces(state, 100_003),
            inPieces(state, BLOCK + 1),
            throughOneBuffer(state, ByteBuffer.allocate(9 * BLOCK)),
            throughOneBuffer(state, ByteBuffer.allocateDirect(9 * BLOCK))
        };
        byte[] expected = null;
        for (PayloadSource source : sources) {
            for (DataSize pastCache : new DataSize[] {DataSize.ofBytes(1), DataSize.ofGibibytes(1)}) {
                byte[] file = save(text, source, state, pastCache);
                expected = expected == null ? file : expected;
                assertThat(Arrays.equals(file, expected)).isTrue();
            }
        }
    }

    /** Memory that begins so many bytes behind a page. */
    private static ByteBuffer direct(byte[] bytes, int offset) {
        ByteBuffer pages = ByteBuffer.allocateDirect(bytes.length + 3 * PAGE).alignedSlice(PAGE);
        return pages.slice(offset, bytes.length).put(bytes).flip();
    }

    private static PayloadSource inPieces(byte[] bytes, int piece) {
        ByteBuffer all = direct(bytes, 16);
        return PayloadSource.of(bytes.length, out -> {
            for (int at = 0; at < bytes.length; at += piece) {
                out.write(all.slice(at, Math.min(piece, bytes.length - at)));
            }
        });
    }

    /** Each piece is where the last one was: who still reads that one when the next is written reads this one. */
    private static PayloadSource throughOneBuffer(byte[] bytes, ByteBuffer buffer) {
        return PayloadSource.of(bytes.length, out -> {
            for (int at = 0; at < bytes.length; at += buffer.capacity()) {
                out.write(buffer.clear()
                        .put(bytes, at, Math.min(buffer.capacity(), bytes.length - at))
                        .flip());
            }
        });
    }

    private byte[] save(byte[] text, PayloadSource source, byte[] state, DataSize pastCache) throws IOException {
        try (FileSystemKvStore store = FileSystemKvStore.builder(directory)
                .budget(DataSize.ofMebibytes(100))
                .pastCache(pastCache)
                .clock(() -> Instant.ofEpochSecond(1_700_000_000))
                .open()) {
            SnapshotDraft draft = SnapshotDraft.builder()
                    .text(ByteBuffer.wrap(text))
                    .payload(source)
                    .build();
            store.save(draft);
            byte[] file = Files.readAllBytes(directory.resolve(FileNames.snapshot(draft.textKey())));
            try (Snapshot snapshot = store.load(KvcKey.of(text)).orElseThrow()) {
                assertThat(Arrays.equals(snapshot.payload().toByteArray(), state))
                        .isTrue();
            }
            assertThat(store.stats().bytes()).isEqualTo(file.length);
            return file;
        }
    }

    @Test
    void u32_a_large_save_does_not_stay_in_the_page_cache() throws IOException {
        assumeTrue(Files.getFileStore(directory).type().equals("ext4"), "others may do it another way");
        try (FileSystemKvStore store = FileSystemKvStore.builder(directory)
                .budget(DataSize.ofMebibytes(100))
                .pastCache(DataSize.ofMebibytes(4))
                .open()) {
            store.save(Fixtures.draft("small", 3 << 20));
            store.save(Fixtures.draft("large", 5 << 20));
            assertThat(isCached("small")).isTrue();
            assertThat(isCached("large")).isFalse();
            store.load(KvcKey.of("large")).orElseThrow().close();
            assertThat(isCached("large")).isTrue();
        }
    }

    @Test
    void u32_where_a_file_system_knows_no_page_cache_a_large_save_is_as_any_other() throws IOException {
        try (FileSystem memory = Jimfs.newFileSystem(Configuration.unix());
                FileSystemKvStore store = FileSystemKvStore.builder(memory.getPath("/cache"))
                        .budget(DataSize.ofMebibytes(100))
                        .pastCache(DataSize.ofBytes(1))
                        .open()) {
            store.save(Fixtures.draft("a prompt", 1_000));
            try (Snapshot snapshot = store.load(KvcKey.of("a prompt")).orElseThrow()) {
                assertThat(snapshot.payload().toByteArray()).isEqualTo(payload(1_000, "a prompt".hashCode()));
            }
        }
    }

    private boolean isCached(String text) throws IOException {
        try (FileChannel file = FileChannel.open(directory.resolve(FileNames.snapshot(KvcKey.of(text))))) {
            return file.map(FileChannel.MapMode.READ_ONLY, 0, file.size()).isLoaded();
        }
    }
}
