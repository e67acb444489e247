package dev.kvc.store.spi;

import dev.kvc.eviction.SnapshotId;
import dev.kvc.format.BlockChecksums;
import dev.kvc.format.ExtensionFlags;
import dev.kvc.format.IntegrityFooter;
import dev.kvc.format.KvcCodec;
import dev.kvc.format.KvcHeader;
import dev.kvc.format.PayloadChecksums;
import dev.kvc.store.PayloadSource;
import dev.kvc.store.SnapshotDraft;
import dev.kvc.store.SnapshotInfo;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import org.jspecify.annotations.Nullable;

/**
 * The exact KVC file that a draft makes, as a stream: the same bytes that the file-system store would write, so that
 * what a remote store holds can be copied out and opened by anyone. Its length is known before the first byte, and it
 * holds none of the payload: checksums are computed as the bytes pass, unless the payload brings them.
 *
 * <p>For use by one thread, until the save returns.
 */
public final class FileImage {
    private final SnapshotDraft draft;
    private final KvcHeader header;
    private final long bytes;

    private FileImage(SnapshotDraft draft, KvcHeader header, long bytes) {
        this.draft = draft;
        this.header = header;
        this.bytes = bytes;
    }

    /**
     * The image of a draft.
     *
     * @param nowUnix the store's time in seconds, for a draft that brings no times
     */
    public static FileImage of(SnapshotDraft draft, long nowUnix) {
        KvcHeader header = draft.header(nowUnix);
        return new FileImage(draft, header, bytes(draft, header));
    }

    /** The length of the file that a draft makes with this header, in bytes; 2^63-1 if it is more than that. */
    public static long bytes(SnapshotDraft draft, KvcHeader header) {
        long others = KvcCodec.FIXED_BYTES
                + (long) draft.textBytes()
                + draft.trailer().bytes();
        others += hasFooter(draft, header) ? IntegrityFooter.bytesFor(header.payloadBytes()) : 0;
        // A payload that only a broken source can announce: it fits nowhere, and must not wrap around into what does.
        return header.payloadBytes() > Long.MAX_VALUE - others ? Long.MAX_VALUE : header.payloadBytes() + others;
    }

    /**
     * Whether the file ends with an integrity footer: not where another writer owns its end, and not over bytes that
     * nobody has verified.
     */
    public static boolean hasFooter(SnapshotDraft draft, KvcHeader header) {
        return draft.isVerified() && !header.extensionFlags().has(ExtensionFlags.OWNED_END);
    }

    /**
     * What takes the bytes of a payload as they are written, for the footer.
     *
     * @throws IOException if the payload brings checksums of another length than its own
     */
    public static BlockChecksums checksums(PayloadSource payload) throws IOException {
        @Nullable PayloadChecksums known = payload.checksums().orElse(null);
        if (known == null) {
            return new BlockChecksums(payload.size());
        } else if (known.payloadBytes() != payload.size()) {
            throw new IOException("the payload source announced " + payload.size() + " bytes, and " + known);
        }
        return new BlockChecksums(known);
    }

    /** The header, as it is written. */
    public KvcHeader header() {
        return header;
    }

    /** Length of the whole file in bytes, 52 or more. */
    public long bytes() {
        return bytes;
    }

    /** Where the payload begins. */
    public long payloadOffset() {
        return KvcCodec.FIXED_BYTES + (long) draft.textBytes();
    }

    /** Whether it ends with an integrity footer, so that a reader can verify it. */
    public boolean hasFooter() {
        return hasFooter(draft, header);
    }

    /** What a store says of it under this name. */
    public SnapshotInfo info(SnapshotId id) {
        return new SnapshotInfo(id, header, draft.textBytes(), bytes);
    }

    /** Whether {@link #writeTo} may be called again. */
    public boolean isRepeatable() {
        return draft.payload().isRepeatable();
    }

    /**
     * Writes the file: exactly {@link #bytes} bytes.
     *
     * @param out in blocking mode; takes the payload in the pieces that its source gives
     * @throws IOException if {@code out} fails, or the source does, or writes more or fewer bytes than it announced
     */
    public void writeTo(WritableByteChannel out) throws IOException {
        KvcCodec.writePrelude(header, draft.text(), out);
        PayloadSource payload = draft.payload();
        BlockChecksums checksums = checksums(payload);
        payload.writeTo(new Summed(out, checksums));
        if (checksums.taken() != header.payloadBytes()) {
            throw new IOException(
                    "the payload source wrote " + checksums.taken() + " bytes; it announced " + header.payloadBytes());
        }
        KvcCodec.writeFully(draft.trailer().raw(), out);
        if (hasFooter()) {
            IntegrityFooter footer = IntegrityFooter.of(
                    header, draft.text(), checksums, draft.trailer().raw());
            KvcCodec.writeFully(footer.encode(), out);
        }
    }

    /** Where the payload's source writes. */
    private record Summed(WritableByteChannel out, BlockChecksums checksums) implements WritableByteChannel {
        /** Pieces are summed and written while they are in the processor's cache. */
        private static final int PIECE_BYTES = BlockChecksums.BLOCK_BYTES;

        @Override
        public int write(ByteBuffer src) throws IOException {
            int count = src.remaining();
            int end = src.limit();
            while (src.position() < end) {
                src.limit(Math.min(end, src.position() + PIECE_BYTES));
                sum(src.duplicate());
                KvcCodec.writeFully(src, out);
            }
            src.limit(end);
            return count;
        }

        private void sum(ByteBuffer piece) throws IOException {
            try {
                checksums.update(piece);
            } catch (IllegalArgumentException e) {
                throw new IOException("the payload source writes more than it announced: " + e.getMessage(), e);
            }
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {
            // The source does not own what it writes to.
        }
    }
}
