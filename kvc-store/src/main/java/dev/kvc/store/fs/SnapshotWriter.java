package dev.kvc.store.fs;

import dev.kvc.format.BlockChecksums;
import dev.kvc.format.IntegrityFooter;
import dev.kvc.format.KvcCodec;
import dev.kvc.format.KvcHeader;
import dev.kvc.format.Layout;
import dev.kvc.store.SnapshotDraft;
import dev.kvc.store.internal.BlockBuffers;
import dev.kvc.store.internal.BlockWorkers;
import dev.kvc.store.spi.FileImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.util.function.Consumer;

/**
 * Writes one snapshot into an empty file: text, payload, trailer, footer with the checksum of each block, and the
 * header last, so that a part never looks whole. Needs one block of memory, whatever the snapshot's size.
 *
 * <p>Each write but the last ends where a block of the file does: the kernel keeps such blocks in one piece. Direct
 * memory of the caller's is written from where it is, behind what was collected. The rest is copied, in pieces small
 * enough to be in the processor's cache still when their checksum has been computed. The checksums of a large payload
 * are computed by another thread, and it is then written in few calls, as it is where they are known.
 */
final class SnapshotWriter {
    private SnapshotWriter() {}

    /**
     * Writes everything; the file then has {@link FileImage#bytes} bytes.
     *
     * @param unit bytes of which whatever is written must be a multiple, in length and in place; a divisor of a page
     */
    static Layout write(SnapshotDraft draft, KvcHeader header, FileChannel file, int unit, BlockWorkers workers)
            throws IOException {
        BlockChecksums checksums = FileImage.checksums(draft.payload());
        try (Output out = new Output(file, unit)) {
            out.collect(draft.text());
            PayloadChannel payload = new PayloadChannel(out, checksums, workers);
            draft.payload().writeTo(payload);
            payload.requireAll();
            out.collect(draft.trailer().raw());
            if (FileImage.hasFooter(draft, header)) {
                out.collect(IntegrityFooter.of(
                                header, draft.text(), checksums, draft.trailer().raw())
                        .encode());
            }
            return out.end(header, draft.textBytes());
        }
    }

    /** The file, written from its beginning on, but for the header. */
    private static final class Output implements AutoCloseable {
        private static final int PAGE_BYTES = 4096;
        private static final int HOT_BYTES = 64 << 10;
        private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

        private final FileChannel file;
        private final int unit;
        private final BlockBuffers.Lease lease = BlockBuffers.lease();
        /** What is to be written next; has room to the end of a block of the file. */
        private final ByteBuffer block = lease.buffer().put(new byte[KvcCodec.FIXED_BYTES]);
        /** What the file begins with: as much as must be written at once to write the header. */
        private final byte[] beginning;

        private long written;

        Output(FileChannel file, int unit) {
            this.file = file;
            this.unit = unit;
            this.beginning = new byte[Math.max(unit, KvcCodec.FIXED_BYTES)];
        }

        /** Copies {@code bytes}, and writes what makes a block. */
        void collect(ByteBuffer bytes) throws IOException {
            while (bytes.hasRemaining()) {
                block.put(next(bytes, block.remaining()));
                if (!block.hasRemaining()) {
                    write(NOTHING);
                }
            }
        }

        /** So many of {@code bytes}, whose position advances. */
        static ByteBuffer next(ByteBuffer bytes, int most) {
            ByteBuffer piece = bytes.slice(bytes.position(), Math.min(most, bytes.remaining()));
            bytes.position(bytes.position() + piece.remaining());
            return piece;
        }

        /**
         * How many of {@code bytes} can be written from where they are, behind what has been collected; 0 for none.
         *
         * @param areLast whether no more such bytes come: then they need not reach the end of a block
         * @param mostBlocks how many blocks may be written at once
         */
        int passing(ByteBuffer bytes, boolean areLast, int mostBlocks) {
            boolean passes = bytes.isDirect()
                    && (unit == 1
                            || (block.position() == 0 && bytes.alignmentOffset(bytes.position(), PAGE_BYTES) == 0));
            if (!passes) {
                return 0;
            }
            int room = block.remaining();
            int there = (int) Math.min(bytes.remaining(), room + (mostBlocks - 1L) * BlockBuffers.BYTES);
            if (unit == 1 && areLast && there == bytes.remaining() && there >= HOT_BYTES) {
                return there;
            }
            return there < room ? 0 : there - (there - room) % BlockBuffers.BYTES;
        }

        /** Writes what has been collected, and {@code behind} behind it. */
        void write(ByteBuffer behind) throws IOException {
            if (written == 0) {
                block.get(0, beginning, 0, Math.min(beginning.length, block.position()));
            }
            written += block.position() + behind.remaining();
            ByteBuffer[] both = {block.flip(), behind};
            while (block.hasRemaining() || behind.hasRemaining()) {
                file.write(both);
            }
            block.clear().limit(BlockBuffers.BYTES - (int) (written % BlockBuffers.BYTES));
        }

        /** Writes what is left, and the header. */
        Layout end(KvcHeader header, int textBytes) throws IOException {
            long fileBytes = written + block.position();
            while (block.position() % unit > 0) {
                block.put((byte) 0);
            }
            if (written > 0) {
                write(NOTHING);
                block.clear().put(beginning);
            }
            KvcCodec.encodeFixed(header, textBytes, block.slice(0, KvcCodec.FIXED_BYTES));
            block.flip();
            while (block.hasRemaining()) {
                file.write(block, block.position());
            }
            if (unit > 1) {
                file.truncate(fileBytes);
            }
            return new Layout(header, textBytes, fileBytes);
        }

        @Override
        public void close() {
            lease.close();
        }
    }

    /** Where the payload source writes. */
    private static final class PayloadChannel implements WritableByteChannel {
        private final Output out;
        private final BlockChecksums checksums;
        private final BlockWorkers workers;
        private final long announced;
        private long left;

        PayloadChannel(Output out, BlockChecksums checksums, BlockWorkers workers) {
            this.out = out;
            this.checksums = checksums;
            this.workers = workers;
            this.announced = checksums.payloadBytes();
            this.left = announced;
        }

        @Override
        public int write(ByteBuffer src) throws IOException {
            int count = src.remaining();
            if (count > left) {
                throw new IOException("the payload source wrote more than the " + announced + " bytes it announced");
            }
            if (checksums.areKnown()) {
                checksums.update(src.duplicate());
                write(src, piece -> {}, Integer.MAX_VALUE);
            } else if (workers.isWorthAnother(count)) {
                ByteBuffer whole = src.duplicate();
                workers.both(() -> checksums.update(whole), () -> write(src, piece -> {}, Integer.MAX_VALUE));
            } else {
                write(src, checksums::update, 1);
            }
            return count;
        }

        /**
         * Writes.
         *
         * @param checksum takes each piece before it is written
         * @param mostBlocks how many blocks at once
         */
        private void write(ByteBuffer src, Consumer<ByteBuffer> checksum, int mostBlocks) throws IOException {
            while (src.hasRemaining()) {
                int passing = out.passing(src, src.remaining() == left, mostBlocks);
                ByteBuffer piece = Output.next(src, passing > 0 ? passing : Output.HOT_BYTES);
                checksum.accept(piece.duplicate());
                left -= piece.remaining();
                if (passing > 0) {
                    out.write(piece);
                } else {
                    out.collect(piece);
                }
            }
        }

        void requireAll() throws IOException {
            if (left > 0) {
                throw new IOException(
                        "the payload source wrote " + (announced - left) + " bytes; it announced " + announced);
            }
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
