package dev.kvc.format;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.stream.Stream;

/** What any bytes at all may be given to, and what must not come of it. An {@code AssertionError} is a find. */
final class FuzzTargets {
    private FuzzTargets() {}

    /** The golden files, and some of ours. */
    static Stream<byte[]> corpus() {
        Stream<byte[]> golden =
                Stream.concat(GoldenFiles.good(), GoldenFiles.bad()).map(GoldenFiles.Entry::bytes);
        return Stream.concat(
                golden, Stream.of(SampleFile.of(0), SampleFile.of(300)).map(SampleFile::withFooter));
    }

    /** Reads a file from end to end: it is read, or refused by a {@link KvcFormatException}; no buffer is longer. */
    static void file(byte[] bytes) {
        LongestBuffer file = new LongestBuffer(ByteBuffer.wrap(bytes));
        try {
            WholeFile whole = WholeFile.read(file);
            whole.trailer().toolMap();
            whole.trailer().sessionTitle();
            whole.effectiveHeader();
        } catch (KvcFormatException e) {
            require(e.kind() != null, "a refusal without a kind", e);
        } catch (IOException e) {
            throw new AssertionError("a file that breaks the format is refused by a KvcFormatException", e);
        }
        require(
                file.bytes() <= Math.max(bytes.length, AllocationTest.PRELUDE_BYTES),
                "a buffer of " + file.bytes() + " bytes for a file of " + bytes.length,
                null);
    }

    /** Decodes the first 52 bytes of a file that claims any length. */
    static void header(byte[] bytes) {
        ByteBuffer head = ByteBuffer.wrap(bytes);
        long fileBytes = bytes.length < Long.BYTES ? bytes.length : head.getLong(bytes.length - Long.BYTES) >>> 1;
        try {
            Layout layout = KvcCodec.decodeLayout(head, fileBytes, KvcCodec.DEFAULT_MAX_TEXT_BYTES, "test.kv");
            require(layout.payloadEnd() <= fileBytes, "a payload that ends behind its file", null);
            require(layout.header().toBuilder().build().equals(layout.header()), "a header that cannot be kept", null);
        } catch (KvcFormatException e) {
            require(e.kind() != null, "a refusal without a kind", e);
        }
    }

    /** Reads any trailer: a section that cannot be parsed is ignored, and all bytes are kept. */
    static void trailer(byte[] bytes) {
        int flags = bytes.length == 0 ? 0 : Byte.toUnsignedInt(bytes[0]);
        ByteBuffer raw = ByteBuffer.wrap(bytes, Math.min(1, bytes.length), Math.max(0, bytes.length - 1))
                .slice();
        Trailer trailer = Trailer.decode(new ExtensionFlags(flags), raw.duplicate());
        trailer.toolMap();
        trailer.sessionTitle();
        require(trailer.raw().equals(raw), "a trailer whose bytes are not kept", null);
    }

    private static void require(boolean rule, String problem, Exception cause) {
        if (!rule) {
            throw new AssertionError(problem, cause);
        }
    }
}
