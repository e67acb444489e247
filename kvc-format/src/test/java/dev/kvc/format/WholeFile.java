package dev.kvc.format;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * A file read from end to end as a store would: lengths, text, tail, every block of the payload, trailer; whatever can
 * be verified is.
 */
record WholeFile(Layout layout, ByteBuffer text, ByteBuffer payload, Tail tail, Trailer trailer) {

    static WholeFile read(byte[] file) throws IOException {
        return read(ReaderAt.of(ByteBuffer.wrap(file)));
    }

    static WholeFile read(ReaderAt file) throws IOException {
        String source = "test.kv";
        Layout layout = KvcCodec.readLayout(file, KvcCodec.DEFAULT_MAX_TEXT_BYTES, source);
        ByteBuffer text = KvcCodec.readText(file, layout, source);
        Tail tail = KvcCodec.readTail(file, layout, source);
        if (tail.footer().isPresent()) {
            tail.footer().get().verifyText(text, source);
        }
        ByteBuffer payload = readPayload(file, layout, tail.footer(), source);
        return new WholeFile(layout, text, payload, tail, KvcCodec.readTrailer(file, layout, tail, source));
    }

    private static ByteBuffer readPayload(ReaderAt file, Layout layout, Optional<IntegrityFooter> footer, String source)
            throws IOException {
        ByteBuffer payload = ByteBuffer.allocate((int) layout.header().payloadBytes());
        for (int index = 0; payload.hasRemaining(); index++) {
            int count = Math.min(payload.remaining(), BlockChecksums.BLOCK_BYTES);
            ByteBuffer block = payload.slice(payload.position(), count);
            file.readFully(block, layout.payloadOffset() + payload.position(), "the payload", source);
            if (footer.isPresent()) {
                footer.get().verifyBlock(index, block.flip(), layout, source);
            }
            payload.position(payload.position() + count);
        }
        return payload.flip();
    }

    boolean verified() {
        return tail.footer().isPresent();
    }

    /** The header with what the footer restores. */
    KvcHeader effectiveHeader() {
        return tail.effective(layout.header());
    }
}
