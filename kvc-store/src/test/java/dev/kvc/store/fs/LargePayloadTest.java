package dev.kvc.store.fs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.kvc.format.KvcKey;
import dev.kvc.store.DataSize;
import dev.kvc.store.Mapping;
import dev.kvc.store.PayloadSource;
import dev.kvc.store.SaveResult.Outcome;
import dev.kvc.store.Snapshot;
import dev.kvc.store.SnapshotDraft;
import dev.kvc.store.Verification;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** U28: a state of 3 GiB is neither one array nor one mapping. */
class LargePayloadTest {
    private static final long SIZE = (3L << 30) + 5;
    private static final int PIECE = 1 << 20;

    @TempDir
    Path directory;

    @Test
    void U28_a_payload_of_more_than_2_GiB_is_saved_verified_mapped_and_read() throws IOException {
        long free = Files.getFileStore(directory).getUsableSpace();
        assumeTrue(free > SIZE + (1L << 30), () -> "needs 4 GiB of disk; there are " + free + " bytes");
        try (FileSystemKvStore store = FileSystemKvStore.builder(directory)
                .budget(DataSize.ofGibibytes(4))
                .open()) {
            SnapshotDraft draft = SnapshotDraft.builder()
                    .text("large")
                    .payload(PayloadSource.of(SIZE, LargePayloadTest::write))
                    .build();
            assertThat(store.save(draft).outcome()).isEqualTo(Outcome.STORED);
            try (Snapshot snapshot = store.load(KvcKey.of("large")).orElseThrow()) {
                assertThat(snapshot.verification()).isEqualTo(Verification.VERIFIED);
                assertThat(snapshot.payload().size()).isEqualTo(SIZE);
                assertThat(readLong(snapshot, 2900L * PIECE)).isEqualTo(2900);
                assertThat(snapshot.payload().read(ByteBuffer.allocate(100), SIZE - 5))
                        .isEqualTo(5);
                assertMapped(snapshot);
            }
        }
    }

    private static void assertMapped(Snapshot snapshot) throws IOException {
        try (Mapping mapping = snapshot.payload().map()) {
            assertThat(mapping.slices()).hasSize(4);
            assertThat(mapping.slices().stream()
                            .mapToLong(ByteBuffer::remaining)
                            .sum())
                    .isEqualTo(SIZE);
            assertThat(mapping.slices().get(2).getLong(100 * PIECE)).isEqualTo(2048 + 100);
        }
    }

    private static long readLong(Snapshot snapshot, long position) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES);
        snapshot.payload().readFully(bytes, position);
        return bytes.getLong(0);
    }

    /** Each MiB begins with its number. */
    private static void write(WritableByteChannel out) throws IOException {
        ByteBuffer piece = ByteBuffer.allocateDirect(PIECE);
        for (long at = 0; at < SIZE; at += piece.limit()) {
            piece.clear().limit((int) Math.min(PIECE, SIZE - at));
            if (piece.remaining() >= Long.BYTES) {
                piece.putLong(0, at / PIECE);
            }
            out.write(piece);
        }
    }
}
