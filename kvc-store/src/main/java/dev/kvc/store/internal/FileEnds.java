package dev.kvc.store.internal;

import dev.kvc.format.KvcCodec;
import dev.kvc.format.KvcFormatException;
import dev.kvc.format.Layout;
import dev.kvc.format.ReaderAt;
import dev.kvc.format.Tail;
import dev.kvc.store.LoadOptions.Verify;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/** What stands in front of a payload and behind it, as a load reads it. */
public final class FileEnds {
    private FileEnds() {}

    /**
     * The text, ready to be read.
     *
     * @param head how the file begins: its header at least, and as much of the text as was read with it
     * @param source what the file is called, for messages
     */
    public static ByteBuffer text(ReaderAt file, Layout layout, ByteBuffer head, String source) throws IOException {
        ByteBuffer text = ByteBuffer.allocate(layout.textBytes());
        text.put(head.slice(KvcCodec.FIXED_BYTES, Math.min(layout.textBytes(), head.limit() - KvcCodec.FIXED_BYTES)));
        file.readFully(text, KvcCodec.FIXED_BYTES + text.position(), "the text", source);
        return text.flip();
    }

    /** The tail; where nothing shall be verified, a damaged footer counts as none. */
    public static Tail tail(ReaderAt file, Layout layout, Verify verify, String source) throws IOException {
        try {
            return KvcCodec.readTail(file, layout, source);
        } catch (KvcFormatException e) {
            if (verify == Verify.NEVER) {
                return new Tail(layout.tailBytes(), Optional.empty());
            }
            throw e;
        }
    }
}
