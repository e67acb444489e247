package dev.kvc.store.fs;

import dev.kvc.format.BlockChecksums;
import dev.kvc.format.ExtensionFlags;
import dev.kvc.format.IntegrityFooter;
import dev.kvc.format.KvcCodec;
import dev.kvc.format.KvcHeader;
import dev.kvc.format.Layout;
import dev.kvc.store.PayloadSource;
import dev.kvc.store.SnapshotDraft;
import dev.kvc.store.internal.BlockBuffers;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;

/**
 * Writes one snapshot into an empty file: text, payload with the checksum of each block, trailer, footer, and the
 * header last, so that a part never looks whole. Needs one block of memory, whatever the snapshot's size.
 *
 * <p>All is written in blocks that begin and end on multiples of their size in the file, and from addresses that agree
 * with their offset in the file within a page: the kernel copies such blocks at its best. Where the caller's direct
 * memory agrees, it is written from where it is; what does not is copied into a block that does, which costs less than
 * it saves.
 */
final class SnapshotWriter {
    private SnapshotWriter() {}

    /**
     * The length of the file that a draft makes.
     *
     * @throws ArithmeticException if it is beyond 2^63-1
     */
    static long fileBytes(SnapshotDraft draft, KvcHeader header) {
        long size = Math.addExact(KvcCodec.FIXED_BYTES + (long) draft.textBytes(), header.payloadBytes());
        size = Math.addExact(size, draft.trailer().bytes());
        return hasFooter(draft, header) ? Math.addExact(size, IntegrityFooter.bytesFor(header.payloadBytes())) : size;
    }

    /** Not where another writer owns the end of the file, and not over bytes that nobody has verified. */
    private static boolean hasFooter(SnapshotDraft draft, KvcHeader header) {
        return draft.isVerified() && !header.extensionFlags().has(ExtensionFlags.OWNED_END);
    }

    /** Writes everything; the file then has {@link #fileBytes} bytes. */
    static Layout write(SnapshotDraft draft, KvcHeader header, FileChannel file) throws IOException {
        BlockChecksums checksums = new BlockChecksums(header.payloadBytes());
        try (Output out = new Output(file, checksums)) {
            out.begin(draft.text());
            out.payload(draft.payload());
            out.plain(draft.trailer().raw());
            if (hasFooter(draft, header)) {
                out.plain(IntegrityFooter.of(
                                header, draft.text(), checksums, draft.trailer().raw())
                        .encode());
            }
            return out.end(header, draft.textBytes());
        }
    }

    /** Collects pieces in one block, lets those pass that agree, and keeps the checksums of the payload. */
    private static final class Output implements AutoCloseable {
        private static final int PAGE_BYTES = 4096;

        private final FileChannel file;
        private final BlockChecksums checksums;
        private final BlockBuffers.Lease lease = BlockBuffers.lease();
        private final ByteBuffer block = lease.buffer();
        /**
         * Where the block goes in the file: a multiple of its size. At 0 it has room for the header, which comes last.
         */
        private long blockAt;

        Output(FileChannel file, BlockChecksums checksums) {
            this.file = file;
            this.checksums = checksums;
        }

        void begin(ByteBuffer text) throws IOException {
            block.position(KvcCodec.FIXED_BYTES);
            plain(text);
        }

        void plain(ByteBuffer bytes) throws IOException {
            while (bytes.hasRemaining()) {
                int count = Math.min(block.remaining(), bytes.remaining());
                collect(bytes.slice(bytes.position(), count));
                bytes.position(bytes.position() + count);
            }
        }

        /** Takes a piece for which there is room. */
        private void collect(ByteBuffer piece) throws IOException {
            block.put(piece);
            if (!block.hasRemaining()) {
                flush();
            }
        }

        void payload(PayloadSource source) throws IOException {
            long announced = source.size();
            source.writeTo(new PayloadChannel(announced));
            if (checksums.taken() != announced) {
                throw new IOException(
                        "the payload source wrote " + checksums.taken() + " bytes; it announced " + announced);
            }
        }

        private void flush() throws IOException {
            beginFlush();
            KvcCodec.writeFully(block, file);
            endFlush();
        }

        /** Writes what was collected, and {@code piece}, which fills the block, from where it is. */
        private void flushWith(ByteBuffer piece) throws IOException {
            beginFlush();
            ByteBuffer[] both = {block, piece};
            while (piece.hasRemaining()) {
                file.write(both);
            }
            endFlush();
        }

        private void beginFlush() throws IOException {
            block.flip();
            if (blockAt == 0) {
                block.position(KvcCodec.FIXED_BYTES);
                file.position(KvcCodec.FIXED_BYTES);
            }
        }

        private void endFlush() {
            blockAt += block.capacity();
            block.clear();
        }

        /** Writes the header; in one go with everything else where all of it fits the block. */
        Layout end(KvcHeader header, int textBytes) throws IOException {
            if (blockAt == 0) {
                KvcCodec.encodeFixed(header, textBytes, block.slice(0, KvcCodec.FIXED_BYTES));
                KvcCodec.writeFully(block.flip(), file);
                return new Layout(header, textBytes, block.limit());
            }
            long fileBytes = blockAt + block.position();
            flush();
            KvcCodec.encodeFixed(header, textBytes, block);
            block.flip();
            while (block.hasRemaining()) {
                file.write(block, block.position());
            }
            return new Layout(header, textBytes, fileBytes);
        }

        @Override
        public void close() {
            lease.close();
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
                    writePiece(src);
                }
                return count;
            }

            private void writePiece(ByteBuffer src) throws IOException {
                ByteBuffer piece = src.slice(src.position(), Math.min(src.remaining(), block.remaining()));
                src.position(src.position() + piece.remaining());
                checksums.update(piece.duplicate());
                if (piece.remaining() == block.remaining() && agrees(piece)) {
                    flushWith(piece);
                } else {
                    collect(piece);
                }
            }

            private boolean agrees(ByteBuffer piece) {
                return piece.isDirect() && piece.alignmentOffset(0, PAGE_BYTES) == block.position() % PAGE_BYTES;
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
