package dev.kvc.store.fs;

import dev.kvc.format.BlockChecksums;
import dev.kvc.format.IntegrityFooter;
import dev.kvc.format.KvcCodec;
import dev.kvc.format.KvcHeader;
import dev.kvc.format.Layout;
import dev.kvc.store.PayloadSource;
import dev.kvc.store.SnapshotDraft;
import dev.kvc.store.internal.BlockBuffers;
import dev.kvc.store.spi.FileImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import org.jspecify.annotations.Nullable;

/**
 * Writes one snapshot into an empty file: payload with the checksum of each block, trailer, footer, and the block with
 * the header last, so that a part never looks whole. Needs two blocks of memory, whatever the snapshot's size.
 *
 * <p>All is written in blocks that begin on multiples of their size in the file: the kernel keeps such blocks in one
 * piece. Where the caller's memory is direct and has a whole block, that is written from where it is. The rest is
 * copied, in pieces small enough to be in the processor's cache still when their checksum has been computed.
 */
final class SnapshotWriter {
    private SnapshotWriter() {}

    /**
     * Writes everything; the file then has {@link FileImage#bytes} bytes.
     *
     * @param unit bytes of which whatever is written must be a multiple, in length and in place; a divisor of a page
     */
    static Layout write(SnapshotDraft draft, KvcHeader header, FileChannel file, int unit) throws IOException {
        BlockChecksums checksums = new BlockChecksums(header.payloadBytes());
        try (Output out = new Output(file, unit, checksums)) {
            out.plain(draft.text());
            out.payload(draft.payload());
            out.plain(draft.trailer().raw());
            if (FileImage.hasFooter(draft, header)) {
                out.plain(IntegrityFooter.of(
                                header, draft.text(), checksums, draft.trailer().raw())
                        .encode());
            }
            return out.end(header, draft.textBytes());
        }
    }

    /** Collects pieces in blocks, lets whole ones pass, and keeps the checksums of the payload. */
    private static final class Output implements AutoCloseable {
        private static final int PAGE_BYTES = 4096;
        private static final int HOT_BYTES = 64 << 10;

        private final FileChannel file;
        private final int unit;
        private final BlockChecksums checksums;
        private final BlockBuffers.Lease firstLease = BlockBuffers.lease();
        private BlockBuffers.@Nullable Lease laterLease;
        /** Begins with room for the header; written at the end. */
        private final ByteBuffer first = firstLease.buffer().position(KvcCodec.FIXED_BYTES);

        private ByteBuffer block = first;
        /** Where the block goes in the file: a multiple of its size. */
        private long blockAt;

        Output(FileChannel file, int unit, BlockChecksums checksums) {
            this.file = file;
            this.unit = unit;
            this.checksums = checksums;
        }

        void plain(ByteBuffer bytes) throws IOException {
            while (bytes.hasRemaining()) {
                collect(nextPiece(bytes, BlockBuffers.BYTES));
            }
        }

        /** As much of {@code bytes}, whose position advances, as the block has room for, and at most so many. */
        private ByteBuffer nextPiece(ByteBuffer bytes, int most) {
            int count = Math.min(most, Math.min(bytes.remaining(), block.remaining()));
            ByteBuffer piece = bytes.slice(bytes.position(), count);
            bytes.position(bytes.position() + piece.remaining());
            return piece;
        }

        private void collect(ByteBuffer piece) throws IOException {
            block.put(piece);
            if (block.hasRemaining()) {
                return;
            }
            if (blockAt > 0) {
                write(block.flip(), blockAt);
            }
            blockAt += BlockBuffers.BYTES;
            laterLease = laterLease == null ? BlockBuffers.lease() : laterLease;
            block = laterLease.buffer();
        }

        void payload(PayloadSource source) throws IOException {
            long announced = source.size();
            source.writeTo(new PayloadChannel(announced));
            if (checksums.taken() != announced) {
                throw new IOException(
                        "the payload source wrote " + checksums.taken() + " bytes; it announced " + announced);
            }
        }

        private void write(ByteBuffer bytes, long position) throws IOException {
            long at = position;
            while (bytes.hasRemaining()) {
                at += file.write(bytes, at);
            }
        }

        /** Writes what is left, and the first block. */
        Layout end(KvcHeader header, int textBytes) throws IOException {
            long fileBytes = blockAt + block.position();
            fillUnit();
            KvcCodec.encodeFixed(header, textBytes, first.slice(0, KvcCodec.FIXED_BYTES));
            if (blockAt == BlockBuffers.BYTES) {
                writeBoth(first.flip(), block.flip());
            } else {
                if (blockAt > 0) {
                    write(block.flip(), blockAt);
                }
                write(first.flip(), 0);
            }
            if (unit > 1) {
                file.truncate(fileBytes);
            }
            return new Layout(header, textBytes, fileBytes);
        }

        /** Writes a file of two blocks at once. */
        private void writeBoth(ByteBuffer one, ByteBuffer other) throws IOException {
            ByteBuffer[] both = {one, other};
            file.position(0);
            while (one.hasRemaining() || other.hasRemaining()) {
                file.write(both);
            }
        }

        private void fillUnit() {
            while (block.position() % unit > 0) {
                block.put((byte) 0);
            }
        }

        @Override
        public void close() {
            firstLease.close();
            if (laterLease != null) {
                laterLease.close();
            }
        }

        /** Where the payload source writes. */
        private final class PayloadChannel implements WritableByteChannel {
            private final long announced;

            PayloadChannel(long announced) {
                this.announced = announced;
            }

            @Override
            public int write(ByteBuffer src) throws IOException {
                int count = src.remaining();
                if (count > announced - checksums.taken()) {
                    throw new IOException(
                            "the payload source wrote more than the " + announced + " bytes it announced");
                }
                while (src.hasRemaining()) {
                    boolean passes = passes(src);
                    ByteBuffer piece = nextPiece(src, passes ? BlockBuffers.BYTES : HOT_BYTES);
                    checksums.update(piece.duplicate());
                    if (passes) {
                        Output.this.write(piece, blockAt);
                        blockAt += BlockBuffers.BYTES;
                    } else {
                        collect(piece);
                    }
                }
                return count;
            }

            /** Whether the next block is all in there, where the file can be written from. The first is kept. */
            private boolean passes(ByteBuffer src) {
                return blockAt > 0
                        && block.position() == 0
                        && src.isDirect()
                        && src.remaining() >= BlockBuffers.BYTES
                        && (unit == 1 || src.alignmentOffset(src.position(), PAGE_BYTES) == 0);
            }

            @Override
            public boolean isOpen() {
                return true;
            }

            @Override
            public void close() {
                // The source does not own the file.
            }
        }
    }
}
