package dev.kvc.format;

import static dev.kvc.format.KvcFormatException.Kind.CHECKSUM_MISMATCH;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Our addition to the format: CRC-32C of every part, at the end of each file that we wrote. Readers that do not know it
 * ignore it, since they accept bytes behind the payload.
 *
 * <p>It stands behind the trailer: first a table, one u32 checksum for each 1 MiB block of the payload, then 40 bytes:
 *
 * <pre>
 *    0  "KCS", 1          8  CRC of the header's lasting bytes   20  CRC of the trailer     32  model id, ABI, 20, 0
 *    4  u32 footer bytes 12  CRC of the text                     24  u64 length of the file 36  CRC of bytes 0-35
 *                        16  CRC of the table
 * </pre>
 *
 * <p>A file may lose its footer: ds4 cuts a file at the end of the payload when it rewrites the trailer. So an absent
 * footer means <em>unverified</em>, and only one that is there and wrong means <em>corrupt</em>. To tell a lost footer
 * from a damaged one, the last 40 bytes also count as ours when their first 24 are zero or when bytes 24-31 are the
 * file's length: those two are what a power cut leaves of it.
 *
 * <p>The checksum of the header leaves out what hits and older writers change: bytes 0-4, 8-11, 16-19, 24-31 and 40-51
 * are covered. Model id and ABI are kept in the footer by value, because a hit by the reference implementation zeroes
 * both: a 0 in the header gives way to the footer's value; any other difference is corruption.
 */
public final class IntegrityFooter {
    /** Bytes of a footer without its table. */
    public static final int FIXED_BYTES = 40;

    static final int MAGIC = 'K' | 'C' << 8 | 'S' << 16;
    static final int MAGIC_AND_VERSION = MAGIC | 1 << 24;

    // Offsets within the 40 bytes; encode() writes the fields in this order.
    static final int AT_FOOTER_BYTES = 4;
    static final int AT_HEADER_CRC = 8;
    static final int AT_TEXT_CRC = 12;
    static final int AT_TABLE_CRC = 16;
    static final int AT_TRAILER_CRC = 20;
    static final int AT_FILE_BYTES = 24;
    static final int AT_MODEL_ID = 32;
    static final int AT_PAYLOAD_ABI = 33;
    static final int AT_BLOCK_BITS = 34;
    static final int AT_ZERO = 35;
    static final int AT_OWN_CRC = 36;

    private final int headerCrc;
    private final int textCrc;
    private final int trailerCrc;
    private final long fileBytes;
    private final int modelId;
    private final int payloadAbi;
    private final int[] table;

    private IntegrityFooter(
            int headerCrc, int textCrc, int trailerCrc, long fileBytes, int modelId, int payloadAbi, int[] table) {
        this.headerCrc = headerCrc;
        this.textCrc = textCrc;
        this.trailerCrc = trailerCrc;
        this.fileBytes = fileBytes;
        this.modelId = modelId;
        this.payloadAbi = payloadAbi;
        this.table = table;
    }

    /**
     * The footer of a file made of these parts. Not for a header with {@link ExtensionFlags#OWNED_END}: another writer
     * owns the end of such a file.
     *
     * @param header the header as it is written
     * @param text its remaining bytes are the text; the position is left as it is
     * @param payload checksums of the whole payload
     * @param trailer its remaining bytes are the trailer; the position is left as it is
     * @throws IllegalStateException if {@code payload} has not seen the whole payload
     * @throws IllegalArgumentException if {@code header} announces a payload of another length
     */
    public static IntegrityFooter of(KvcHeader header, ByteBuffer text, BlockChecksums payload, ByteBuffer trailer) {
        int[] table = payload.finish().table();
        if (header.payloadBytes() != payload.taken()) {
            throw new IllegalArgumentException(
                    "payload has " + payload.taken() + " bytes; the header announces " + header.payloadBytes());
        }
        long fileBytes = KvcCodec.FIXED_BYTES
                + (long) text.remaining()
                + payload.taken()
                + trailer.remaining()
                + bytesFor(payload.taken());
        return new IntegrityFooter(
                headerCrc(header, text.remaining()),
                Crc.of(text),
                Crc.of(trailer),
                fileBytes,
                header.modelId(),
                header.payloadAbi(),
                table);
    }

    /**
     * Bytes of the footer, table included, of a payload of this length.
     *
     * @param payloadBytes 0 to 2^63-1
     * @throws IllegalArgumentException if it is negative
     */
    public static long bytesFor(long payloadBytes) {
        Ranges.within("payloadBytes", payloadBytes, Long.MAX_VALUE);
        return FIXED_BYTES + (long) Integer.BYTES * BlockChecksums.blockCount(payloadBytes);
    }

    /** Bytes of this footer, table included. */
    public int bytes() {
        return FIXED_BYTES + Integer.BYTES * table.length;
    }

    /** How many payload blocks the table covers. */
    public int blocks() {
        return table.length;
    }

    /** The payload's checksums, of the file that it is the footer of. */
    public PayloadChecksums payload(Layout layout) {
        return new PayloadChecksums(layout.header().payloadBytes(), table);
    }

    /** The model id that the file was written with, 0 to 255. */
    public int modelId() {
        return modelId;
    }

    /** The payload ABI that the file was written with, 0 to 255. */
    public int payloadAbi() {
        return payloadAbi;
    }

    /** Table and footer as they stand at the end of a file, ready to be read from position 0. */
    public ByteBuffer encode() {
        ByteBuffer out = ByteBuffer.allocate(bytes()).order(ByteOrder.LITTLE_ENDIAN);
        out.asIntBuffer().put(table);
        int start = Integer.BYTES * table.length;
        out.position(start)
                .putInt(MAGIC_AND_VERSION)
                .putInt(bytes())
                .putInt(headerCrc)
                .putInt(textCrc)
                .putInt(Crc.of(out.slice(0, start)))
                .putInt(trailerCrc)
                .putLong(fileBytes)
                .put((byte) modelId)
                .put((byte) payloadAbi)
                .put((byte) BlockChecksums.BLOCK_BITS)
                .put((byte) 0)
                .putInt(Crc.of(out.slice(start, AT_OWN_CRC)));
        return out.flip();
    }

    /** {@code header} with this footer's model id where its own is 0, and likewise with the ABI. */
    public KvcHeader restore(KvcHeader header) {
        boolean modelLost = header.modelId() == 0 && modelId != 0;
        boolean abiLost = header.payloadAbi() == 0 && payloadAbi != 0;
        if (!modelLost && !abiLost) {
            return header;
        }
        return header.toBuilder()
                .modelId(modelLost ? modelId : header.modelId())
                .payloadAbi(abiLost ? payloadAbi : header.payloadAbi())
                .build();
    }

    /**
     * Verifies the lasting bytes of a header, its model id and its ABI.
     *
     * @param source name of the file, for messages
     * @throws KvcFormatException {@code CHECKSUM_MISMATCH} if they are not those that the file was written with
     */
    public void verifyHeader(Layout layout, String source) throws KvcFormatException {
        KvcHeader header = layout.header();
        requireCrc(headerCrc, headerCrc(header, layout.textBytes()), source, 0, "header");
        requireSameOrZero("model id", modelId, header.modelId(), source, 7);
        requireSameOrZero("payload ABI", payloadAbi, header.payloadAbi(), source, 20);
    }

    /**
     * Verifies the text.
     *
     * @param text its remaining bytes; the position is left as it is
     * @param source name of the file, for messages
     * @throws KvcFormatException {@code CHECKSUM_MISMATCH} if it is another one
     */
    public void verifyText(ByteBuffer text, String source) throws KvcFormatException {
        requireCrc(textCrc, Crc.of(text), source, KvcCodec.FIXED_BYTES, "text");
    }

    /**
     * Verifies one block of the payload.
     *
     * @param index 0 to {@link #blocks()} - 1
     * @param block its remaining bytes are the block; the position is left as it is
     * @param layout for the offset in the message
     * @param source name of the file, for messages
     * @throws KvcFormatException {@code CHECKSUM_MISMATCH} if it is another one
     */
    public void verifyBlock(int index, ByteBuffer block, Layout layout, String source) throws KvcFormatException {
        int expected = table[index];
        int found = Crc.of(block);
        if (expected != found) {
            long offset = layout.payloadOffset() + ((long) index << BlockChecksums.BLOCK_BITS);
            requireCrc(expected, found, source, offset, "payload block " + index);
        }
    }

    /** Verifies the trailer, which begins at {@code offset}, by the checksum found of it. */
    void verifyTrailer(int found, String source, long offset) throws KvcFormatException {
        requireCrc(trailerCrc, found, source, offset, "trailer");
    }

    /**
     * Reads a footer whose table has been verified.
     *
     * @param last its 40 bytes from position 0, little-endian
     * @param table its remaining bytes are the table, little-endian
     */
    static IntegrityFooter decode(ByteBuffer last, ByteBuffer table) {
        int[] blocks = new int[table.remaining() / Integer.BYTES];
        table.asIntBuffer().get(blocks);
        return new IntegrityFooter(
                last.getInt(AT_HEADER_CRC),
                last.getInt(AT_TEXT_CRC),
                last.getInt(AT_TRAILER_CRC),
                last.getLong(AT_FILE_BYTES),
                Byte.toUnsignedInt(last.get(AT_MODEL_ID)),
                Byte.toUnsignedInt(last.get(AT_PAYLOAD_ABI)),
                blocks);
    }

    private static int headerCrc(KvcHeader header, int textBytes) {
        ByteBuffer bytes = ByteBuffer.allocate(KvcCodec.FIXED_BYTES);
        KvcCodec.encodeFixed(header, textBytes, bytes);
        CRC32C crc = new CRC32C();
        crc.update(bytes.array(), 0, 5);
        crc.update(bytes.array(), 8, 4);
        crc.update(bytes.array(), 16, 4);
        crc.update(bytes.array(), 24, 8);
        crc.update(bytes.array(), 40, 12);
        return (int) crc.getValue();
    }

    static void requireCrc(int expected, int found, String source, long offset, String part) throws KvcFormatException {
        if (expected != found) {
            throw mismatch(source, offset, "CRC-32C " + hex(expected) + " of the " + part, hex(found));
        }
    }

    private static void requireSameOrZero(String field, int footer, int header, String source, long offset)
            throws KvcFormatException {
        if (header != 0 && header != footer) {
            throw mismatch(source, offset, field + " " + footer + " as in the footer, or 0", Integer.toString(header));
        }
    }

    static KvcFormatException mismatch(String source, long offset, String expected, String found) {
        return new KvcFormatException(CHECKSUM_MISMATCH, source, offset, expected, found);
    }

    static String hex(int value) {
        return String.format("%08x", value);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof IntegrityFooter that
                && headerCrc == that.headerCrc
                && textCrc == that.textCrc
                && trailerCrc == that.trailerCrc
                && fileBytes == that.fileBytes
                && modelId == that.modelId
                && payloadAbi == that.payloadAbi
                && Arrays.equals(table, that.table);
    }

    @Override
    public int hashCode() {
        return 31 * headerCrc + Arrays.hashCode(table);
    }
}
