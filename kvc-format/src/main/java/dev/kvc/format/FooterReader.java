package dev.kvc.format;

import static dev.kvc.format.IntegrityFooter.AT_BLOCK_BITS;
import static dev.kvc.format.IntegrityFooter.AT_FILE_BYTES;
import static dev.kvc.format.IntegrityFooter.AT_FOOTER_BYTES;
import static dev.kvc.format.IntegrityFooter.AT_OWN_CRC;
import static dev.kvc.format.IntegrityFooter.AT_TABLE_CRC;
import static dev.kvc.format.IntegrityFooter.AT_ZERO;
import static dev.kvc.format.IntegrityFooter.FIXED_BYTES;
import static dev.kvc.format.IntegrityFooter.MAGIC;
import static dev.kvc.format.IntegrityFooter.MAGIC_AND_VERSION;
import static dev.kvc.format.IntegrityFooter.hex;
import static dev.kvc.format.IntegrityFooter.mismatch;
import static dev.kvc.format.IntegrityFooter.requireCrc;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/**
 * Tells whether a file ends in a footer of ours, and reads it.
 *
 * <p>Absent, damaged or whole: {@link IntegrityFooter} says which is which, and why. A footer that is there is read in
 * this order, each step trusting only what the steps before it have verified: magic and own checksum, lengths against
 * the file, table, header, trailer.
 */
final class FooterReader {
    /** The end of a file is read at once, as far as this: most footers, and short trailers, are within it. */
    private static final int END_BYTES = 4096;

    private final ReaderAt file;
    private final Layout layout;
    private final String source;
    private ByteBuffer end = ByteBuffer.allocate(0);

    private FooterReader(ReaderAt file, Layout layout, String source) {
        this.file = file;
        this.layout = layout;
        this.source = source;
    }

    static Tail read(ReaderAt file, Layout layout, String source) throws IOException {
        return new FooterReader(file, layout, source).read();
    }

    private Tail read() throws IOException {
        if (layout.tailBytes() < FIXED_BYTES) {
            return unverified();
        }
        end = bytes(layout.fileBytes() - endBytes(), endBytes(), "the footer");
        ByteBuffer last = part(lastOffset(), FIXED_BYTES, "the footer");
        if (!isOurs(last)) {
            return unverified();
        }
        verifySelf(last);
        return isOfAnotherKind(last) ? unverified() : verified(last);
    }

    private Tail unverified() {
        return new Tail(layout.tailBytes(), Optional.empty());
    }

    private Tail verified(ByteBuffer last) throws IOException {
        long trailerBytes = layout.tailBytes() - verifyLengths(last);
        IntegrityFooter footer = IntegrityFooter.decode(last, verifiedTable(last, layout.payloadEnd() + trailerBytes));
        footer.verifyHeader(layout, source);
        int trailerCrc = Crc.of(file, layout.payloadEnd(), trailerBytes, "the trailer", source);
        footer.verifyTrailer(trailerCrc, source, layout.payloadEnd());
        return new Tail(trailerBytes, Optional.of(footer));
    }

    /** Whether the last 40 bytes of the file are a footer of ours, whole or damaged. */
    private boolean isOurs(ByteBuffer last) {
        int magicAndVersion = last.getInt(0);
        if (magicAndVersion == MAGIC_AND_VERSION) {
            return true;
        }
        if ((magicAndVersion & 0xFF_FFFF) == MAGIC) {
            return false;
        }
        boolean beginsWithZeros = (last.getLong(0) | last.getLong(8) | last.getLong(16)) == 0;
        return beginsWithZeros || last.getLong(AT_FILE_BYTES) == layout.fileBytes();
    }

    private void verifySelf(ByteBuffer last) throws KvcFormatException {
        if (last.getInt(0) != MAGIC_AND_VERSION) {
            String found = hex(Integer.reverseBytes(last.getInt(0)));
            throw mismatch(source, lastOffset(), "4b435301 (KCS, 1) where a footer begins", found);
        }
        requireCrc(last.getInt(AT_OWN_CRC), Crc.of(last.slice(0, AT_OWN_CRC)), source, lastOffset(), "footer");
    }

    /** Whether {@code last}, whose own checksum is right, is of a kind that this version does not write. */
    private static boolean isOfAnotherKind(ByteBuffer last) {
        return last.get(AT_BLOCK_BITS) != BlockChecksums.BLOCK_BITS || last.get(AT_ZERO) != 0;
    }

    /** The length of footer and table, once it and the file's length are found to be those of this file. */
    private long verifyLengths(ByteBuffer last) throws KvcFormatException {
        long fileBytes = last.getLong(AT_FILE_BYTES);
        if (fileBytes != layout.fileBytes()) {
            String expected = "a file of " + Long.toUnsignedString(fileBytes) + " bytes as in the footer";
            throw mismatch(source, lastOffset() + AT_FILE_BYTES, expected, layout.fileBytes() + " bytes");
        }
        long footerBytes = Integer.toUnsignedLong(last.getInt(AT_FOOTER_BYTES));
        long due = IntegrityFooter.bytesFor(layout.header().payloadBytes());
        if (footerBytes != due || footerBytes > layout.tailBytes()) {
            String expected = "a footer of " + due + " bytes within the " + layout.tailBytes() + " behind the payload";
            throw mismatch(source, lastOffset() + AT_FOOTER_BYTES, expected, footerBytes + " bytes");
        }
        return footerBytes;
    }

    private ByteBuffer verifiedTable(ByteBuffer last, long offset) throws IOException {
        ByteBuffer table = part(offset, lastOffset() - offset, "the checksum table");
        requireCrc(last.getInt(AT_TABLE_CRC), Crc.of(table), source, offset, "checksum table");
        return table;
    }

    private long lastOffset() {
        return layout.fileBytes() - FIXED_BYTES;
    }

    private long endBytes() {
        return Math.min(layout.tailBytes(), END_BYTES);
    }

    private ByteBuffer part(long offset, long count, String what) throws IOException {
        long at = offset - (layout.fileBytes() - end.limit());
        return at >= 0 ? end.slice((int) at, (int) count).order(ByteOrder.LITTLE_ENDIAN) : bytes(offset, count, what);
    }

    private ByteBuffer bytes(long offset, long count, String what) throws IOException {
        // With the 40 bytes behind it, the table has to fit one array when it is encoded again.
        if (count > Ranges.MAX_ARRAY_BYTES - FIXED_BYTES) {
            throw new IOException(source + ": " + what + " of " + count + " bytes does not fit in memory");
        }
        ByteBuffer bytes = ByteBuffer.allocate((int) count).order(ByteOrder.LITTLE_ENDIAN);
        file.readFully(bytes, offset, what, source);
        return bytes.flip();
    }
}
