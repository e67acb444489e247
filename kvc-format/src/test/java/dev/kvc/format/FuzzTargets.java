package dev.kvc.format;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.stream.Stream;

/** What any bytes at all may be given to, and what must not come of it. An {@code AssertionError} is a find. */
final class FuzzTargets {
    /** Where the fields of the last 40 bytes begin, the checksum of all of them included. */
    private static final int[] FIELDS = {
        0,
        IntegrityFooter.AT_FOOTER_BYTES,
        IntegrityFooter.AT_HEADER_CRC,
        IntegrityFooter.AT_TEXT_CRC,
        IntegrityFooter.AT_TABLE_CRC,
        IntegrityFooter.AT_TRAILER_CRC,
        IntegrityFooter.AT_FILE_BYTES,
        IntegrityFooter.AT_MODEL_ID,
        IntegrityFooter.AT_OWN_CRC
    };

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

    /**
     * Reads a file of which the last 40 bytes are mended as far as its first two bytes ask, so that damage gets past
     * the checksums in front of it: the first names fields that become what they should be; the second, whether the
     * table and the footer's own checksum do, and how long the payload is.
     */
    static void footer(byte[] bytes) {
        if (bytes.length < 2 + IntegrityFooter.FIXED_BYTES) {
            return;
        }
        byte[] body = Arrays.copyOfRange(bytes, 2, bytes.length);
        SampleFile beginning = SampleFile.of(bytes[1] & 0x3F);
        byte[] file = SampleFile.concat(beginning.withoutFooter(), body);
        mend(file, bytes[0], bytes[1], SampleFile.bytes(beginning.footer().encode()));
        file(file);
    }

    private static void mend(byte[] file, int fields, int rest, byte[] footer) {
        ByteBuffer.wrap(footer)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(footer.length - IntegrityFooter.FIXED_BYTES + IntegrityFooter.AT_FILE_BYTES, file.length);
        if ((rest & 0x40) != 0) {
            int table = footer.length - IntegrityFooter.FIXED_BYTES;
            System.arraycopy(footer, 0, file, file.length - footer.length, table);
        }
        for (int field = 0; field < 8; field++) {
            if ((fields & 1 << field) != 0) {
                int fromEnd = IntegrityFooter.FIXED_BYTES - FIELDS[field];
                int count = FIELDS[field + 1] - FIELDS[field];
                System.arraycopy(footer, footer.length - fromEnd, file, file.length - fromEnd, count);
            }
        }
        if ((rest & 0x80) != 0) {
            SampleFile.mendOwnChecksum(file);
        }
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
