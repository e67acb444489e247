package dev.kvc.format;

import static dev.kvc.format.KvcFormatException.Kind.BAD_MAGIC;
import static dev.kvc.format.KvcFormatException.Kind.KEY_MISMATCH;
import static dev.kvc.format.KvcFormatException.Kind.PAYLOAD_TOO_LARGE;
import static dev.kvc.format.KvcFormatException.Kind.TEXT_TOO_LARGE;
import static dev.kvc.format.KvcFormatException.Kind.TRUNCATED;
import static dev.kvc.format.KvcFormatException.Kind.UNSUPPORTED_VERSION;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;

/**
 * Encodes and decodes the parts of a KVC file.
 *
 * <p>Decoding trusts nothing: lengths are checked against the real size of the file, by subtraction, before anything is
 * allocated for them. The checks come in the order of the format's page, and the first that fails names the kind: file
 * shorter than 52 bytes, magic, version, payload length with the top bit set, text length beyond the reader's limit,
 * text beyond the end, payload beyond the end.
 */
public final class KvcCodec {
    /** Length of the header in bytes. */
    public static final int HEADER_BYTES = 48;

    /** Length of header and text length in bytes: where the text begins. */
    public static final int FIXED_BYTES = 52;

    /** Offset of the u32 hit count, which a hit rewrites in place. */
    public static final int HIT_COUNT_OFFSET = 12;

    /** Offset of the u64 last-used time, which a hit rewrites in place. */
    public static final int LAST_USED_OFFSET = 32;

    /** The longest text that a reader takes unless it is told otherwise: 64 MiB. */
    public static final int DEFAULT_MAX_TEXT_BYTES = 64 << 20;

    private static final int MAGIC = 'K' | 'V' << 8 | 'C' << 16;
    private static final int VERSION = 1;

    private KvcCodec() {}

    /**
     * Writes the 48 bytes of {@code header} at the position of {@code out}, which advances. The byte order of
     * {@code out} does not matter and stays.
     *
     * @throws java.nio.BufferOverflowException if fewer than 48 bytes remain
     */
    public static void encodeHeader(KvcHeader header, ByteBuffer out) {
        ByteBuffer to = out.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        to.putInt(MAGIC | VERSION << 24)
                .put((byte) header.quantBits())
                .put((byte) header.saveReason().code())
                .put((byte) header.extensionFlags().bits())
                .put((byte) header.modelId())
                .putInt((int) header.tokenCount())
                .putInt((int) header.hitCount())
                .putInt((int) header.contextSize())
                .putInt(header.payloadAbi() | header.reserved() << 8)
                .putLong(header.createdUnix())
                .putLong(header.lastUsedUnix())
                .putLong(header.payloadBytes());
        out.position(to.position());
    }

    /**
     * Writes header and text length, the first 52 bytes of a file, at the position of {@code out}, which advances. The
     * byte order of {@code out} does not matter and stays.
     *
     * @param textBytes 0 to 2^31-1
     * @throws java.nio.BufferOverflowException if fewer than 52 bytes remain
     * @throws IllegalArgumentException if {@code textBytes} is negative
     */
    public static void encodeFixed(KvcHeader header, int textBytes, ByteBuffer out) {
        Ranges.within("textBytes", textBytes, Integer.MAX_VALUE);
        ByteBuffer to = out.duplicate();
        encodeHeader(header, to);
        to.order(ByteOrder.LITTLE_ENDIAN).putInt(textBytes);
        out.position(to.position());
    }

    /**
     * Writes header, text length and text.
     *
     * @param text its remaining bytes are the text; the position is left as it is
     * @param out in blocking mode
     * @throws IOException if {@code out} cannot be written; part may have been
     */
    public static void writePrelude(KvcHeader header, ByteBuffer text, WritableByteChannel out) throws IOException {
        ByteBuffer fixed = ByteBuffer.allocate(FIXED_BYTES);
        encodeFixed(header, text.remaining(), fixed);
        writeFully(fixed.flip(), out);
        writeFully(text.duplicate(), out);
    }

    /**
     * Writes all remaining bytes of {@code bytes}, whose position advances, however many calls it takes.
     *
     * @param out in blocking mode
     * @throws IOException if {@code out} cannot be written; part may have been
     */
    public static void writeFully(ByteBuffer bytes, WritableByteChannel out) throws IOException {
        while (bytes.hasRemaining()) {
            out.write(bytes);
        }
    }

    /**
     * Decodes the beginning of a file and checks its lengths.
     *
     * @param fixed the first 52 bytes of the file, or all of it if it is shorter, from position to limit; more is
     *     ignored; the position is left as it is
     * @param fileBytes real length of the file
     * @param maxTextBytes the longest text to accept, in bytes; one that no array can hold is never accepted
     * @param source name of the file, for messages
     * @throws KvcFormatException if a check fails, with its kind
     * @throws IllegalArgumentException if {@code maxTextBytes} is negative
     */
    public static Layout decodeLayout(ByteBuffer fixed, long fileBytes, int maxTextBytes, String source)
            throws KvcFormatException {
        Ranges.within("maxTextBytes", maxTextBytes, Integer.MAX_VALUE);
        long present = Math.min(fixed.remaining(), fileBytes);
        if (present < FIXED_BYTES) {
            throw new KvcFormatException(
                    TRUNCATED, source, present, "at least " + FIXED_BYTES + " bytes", present + " bytes");
        }
        ByteBuffer in = fixed.slice().order(ByteOrder.LITTLE_ENDIAN);
        requireMagicAndVersion(in, source);
        if (in.getLong(40) < 0) {
            throw new KvcFormatException(
                    PAYLOAD_TOO_LARGE,
                    source,
                    40,
                    "a payload length below 2^63",
                    Long.toUnsignedString(in.getLong(40)));
        }
        int textBytes = requireLengths(in, fileBytes, maxTextBytes, source);
        return new Layout(header(in), textBytes, fileBytes);
    }

    /**
     * Reads the first 52 bytes of a file and checks its lengths.
     *
     * @param maxTextBytes as for {@link #decodeLayout}
     * @param source name of the file, for messages
     * @throws KvcFormatException if a check fails, with its kind
     */
    public static Layout readLayout(ReaderAt file, int maxTextBytes, String source) throws IOException {
        long fileBytes = file.size();
        ByteBuffer fixed = ByteBuffer.allocate((int) Math.min(FIXED_BYTES, fileBytes));
        file.readFully(fixed, 0, "the header", source);
        return decodeLayout(fixed.flip(), fileBytes, maxTextBytes, source);
    }

    /**
     * Reads the text, into a new buffer of just its length.
     *
     * @param source name of the file, for messages
     * @throws KvcFormatException {@code TRUNCATED} if the file has become shorter
     */
    public static ByteBuffer readText(ReaderAt file, Layout layout, String source) throws IOException {
        ByteBuffer text = ByteBuffer.allocate(layout.textBytes());
        file.readFully(text, FIXED_BYTES, "the text", source);
        return text.flip();
    }

    /**
     * Reads what stands behind the payload and verifies header and trailer by the footer, if there is one. The trailer
     * itself streams through a small buffer and is not kept: see {@link #readTrailer}.
     *
     * @param source name of the file, for messages
     * @throws KvcFormatException {@code CHECKSUM_MISMATCH} if there is a footer and it, its table, the header or the
     *     trailer is damaged
     */
    public static Tail readTail(ReaderAt file, Layout layout, String source) throws IOException {
        return FooterReader.read(file, layout, source);
    }

    /**
     * Reads the trailer, into a new buffer of just its length, and verifies those bytes once more where there is a
     * footer: another writer may have changed the file since {@link #readTail}.
     *
     * @param tail what {@link #readTail} returned for the same file
     * @param source name of the file, for messages
     * @throws KvcFormatException {@code CHECKSUM_MISMATCH} if it is not the trailer that the footer was made for,
     *     {@code TRUNCATED} if the file has become shorter
     * @throws IOException if it has more than 2^31-9 bytes, or cannot be read
     */
    public static Trailer readTrailer(ReaderAt file, Layout layout, Tail tail, String source) throws IOException {
        if (tail.trailerBytes() > Ranges.MAX_ARRAY_BYTES) {
            throw new IOException(source + ": a trailer of " + tail.trailerBytes() + " bytes does not fit in memory");
        }
        ByteBuffer bytes = ByteBuffer.allocate((int) tail.trailerBytes());
        file.readFully(bytes, layout.payloadEnd(), "the trailer", source);
        bytes.flip();
        if (tail.footer().isPresent()) {
            tail.footer().get().verifyTrailer(Crc.of(bytes), source, layout.payloadEnd());
        }
        return Trailer.wrap(layout.header().extensionFlags(), bytes);
    }

    /**
     * Proves that a text hashes to a key.
     *
     * @param text its remaining bytes; the position is left as it is
     * @param source name of the file, for messages
     * @throws KvcFormatException {@code KEY_MISMATCH} if it does not
     */
    public static void requireKey(KvcKey key, ByteBuffer text, String source) throws KvcFormatException {
        KvcKey found = KvcKey.of(text);
        if (!found.equals(key)) {
            throw new KvcFormatException(
                    KEY_MISMATCH, source, FIXED_BYTES, "a text with SHA-1 " + key, "SHA-1 " + found);
        }
    }

    /**
     * Reads header, text length and text from a stream whose length is known: the beginning of a snapshot that arrives
     * over a pipe or a socket. The payload follows in {@code in}.
     *
     * @param in in blocking mode
     * @param fileBytes length of the whole file that the stream carries, not negative
     * @param maxTextBytes as for {@link #decodeLayout}; bounds what is allocated on the word of whoever announced
     *     {@code fileBytes}
     * @param source name of the stream, for messages
     * @throws KvcFormatException if a check fails, with its kind
     */
    public static Prelude readPrelude(ReadableByteChannel in, long fileBytes, int maxTextBytes, String source)
            throws IOException {
        Ranges.within("fileBytes", fileBytes, Long.MAX_VALUE);
        ByteBuffer fixed = ByteBuffer.allocate((int) Math.min(FIXED_BYTES, fileBytes));
        fill(fixed, in);
        Layout layout = decodeLayout(fixed.flip(), fileBytes, maxTextBytes, source);
        ByteBuffer text = ByteBuffer.allocate(layout.textBytes());
        fill(text, in);
        if (text.hasRemaining()) {
            throw new KvcFormatException(
                    TRUNCATED,
                    source,
                    FIXED_BYTES + text.position(),
                    text.remaining() + " more bytes of the text",
                    "the end of the stream");
        }
        return new Prelude(layout, text.flip());
    }

    private static void fill(ByteBuffer buffer, ReadableByteChannel in) throws IOException {
        while (buffer.hasRemaining()) {
            if (in.read(buffer) < 0) {
                return;
            }
        }
    }

    private static void requireMagicAndVersion(ByteBuffer in, String source) throws KvcFormatException {
        int found = in.getInt(0);
        if ((found & 0xFF_FFFF) != MAGIC) {
            throw new KvcFormatException(
                    BAD_MAGIC,
                    source,
                    0,
                    "4b5643 (KVC)",
                    String.format("%02x%02x%02x", in.get(0), in.get(1), in.get(2)));
        }
        if (found >>> 24 != VERSION) {
            throw new KvcFormatException(UNSUPPORTED_VERSION, source, 3, "version 1", "version " + (found >>> 24));
        }
    }

    private static int requireLengths(ByteBuffer in, long fileBytes, int maxTextBytes, String source)
            throws KvcFormatException {
        long textBytes = Integer.toUnsignedLong(in.getInt(HEADER_BYTES));
        int limit = Math.min(maxTextBytes, Ranges.MAX_ARRAY_BYTES);
        if (textBytes > limit) {
            throw new KvcFormatException(
                    TEXT_TOO_LARGE,
                    source,
                    HEADER_BYTES,
                    "a text of at most " + limit + " bytes",
                    textBytes + " bytes");
        }
        long behindFixed = fileBytes - FIXED_BYTES;
        if (textBytes > behindFixed) {
            throw new KvcFormatException(
                    TRUNCATED, source, HEADER_BYTES, "a text of " + textBytes + " bytes", behindFixed + " bytes");
        }
        long payloadBytes = in.getLong(40);
        if (payloadBytes > behindFixed - textBytes) {
            throw new KvcFormatException(
                    TRUNCATED,
                    source,
                    40,
                    "a payload of " + payloadBytes + " bytes",
                    (behindFixed - textBytes) + " bytes");
        }
        return (int) textBytes;
    }

    private static KvcHeader header(ByteBuffer in) {
        int abiAndReserved = in.getInt(20);
        return new KvcHeader(
                Byte.toUnsignedInt(in.get(4)),
                new SaveReason(Byte.toUnsignedInt(in.get(5))),
                new ExtensionFlags(Byte.toUnsignedInt(in.get(6))),
                Byte.toUnsignedInt(in.get(7)),
                Integer.toUnsignedLong(in.getInt(8)),
                Integer.toUnsignedLong(in.getInt(HIT_COUNT_OFFSET)),
                Integer.toUnsignedLong(in.getInt(16)),
                abiAndReserved & 0xFF,
                abiAndReserved >>> 8,
                in.getLong(24),
                in.getLong(LAST_USED_OFFSET),
                in.getLong(40));
    }
}
