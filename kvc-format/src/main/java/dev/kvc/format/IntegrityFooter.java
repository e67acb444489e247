package dev.kvc.format;

import static dev.kvc.format.KvcFormatException.Kind.CHECKSUM_MISMATCH;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.zip.CRC32C;

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

    private static final int MAGIC = 'K' | 'C' << 8 | 'S' << 16;
    private static final int VERSION = 1;
    private static final int MAGIC_AND_VERSION = MAGIC | VERSION << 24;

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
     * The footer of a file made of these parts.
     *
     * @param header the header as it is written
     * @param text its remaining bytes are the text; the position is left as it is
     * @param payload checksums of the whole payload
     * @param trailer its remaining bytes are the trailer; the position is left as it is
     * @throws IllegalStateException if {@code payload} has not seen the whole payload
     */
    public static IntegrityFooter of(KvcHeader header, ByteBuffer text, BlockChecksums payload, ByteBuffer trailer) {
        int[] table = payload.table();
        long fileBytes = KvcCodec.FIXED_BYTES
                + (long) text.remaining()
                + payload.taken()
                + trailer.remaining()
                + bytesFor(payload.taken());
        return new IntegrityFooter(
                headerCrc(header, text.remaining()),
                BlockChecksums.crc(text),
                BlockChecksums.crc(trailer),
                fileBytes,
                header.modelId(),
                header.payloadAbi(),
                table);
    }

    /** Bytes of the footer, table included, of a payload of this length. */
    public static long bytesFor(long payloadBytes) {
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
                .putInt(BlockChecksums.crc(out.slice(0, start)))
                .putInt(trailerCrc)
                .putLong(fileBytes)
                .put((byte) modelId)
                .put((byte) payloadAbi)
                .put((byte) BlockChecksums.BLOCK_BITS)
                .put((byte) 0)
                .putInt(BlockChecksums.crc(out.slice(start, FIXED_BYTES - Integer.BYTES)));
        return out.flip();
    }

    /** {@code header} with this footer's model id and ABI where its own are 0. */
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
     * @throws KvcFormatException {@code CHECKSUM_MISMATCH} if it is another one
     */
    public void verifyText(ByteBuffer text, String source) throws KvcFormatException {
        requireCrc(textCrc, BlockChecksums.crc(text), source, KvcCodec.FIXED_BYTES, "text");
    }

    /**
     * Verifies one block of the payload.
     *
     * @param index 0 to {@link #blocks()} - 1
     * @param block its remaining bytes are the block; the position is left as it is
     * @param layout for the offset in the message
     * @throws KvcFormatException {@code CHECKSUM_MISMATCH} if it is another one
     */
    public void verifyBlock(int index, ByteBuffer block, Layout layout, String source) throws KvcFormatException {
        int found = BlockChecksums.crc(block);
        if (found != table[index]) {
            long offset = layout.payloadOffset() + ((long) index << BlockChecksums.BLOCK_BITS);
            requireCrc(table[index], found, source, offset, "payload block " + index);
        }
    }

    void verifyTrailer(CRC32C crc, String source, long offset) throws KvcFormatException {
        requireCrc(trailerCrc, (int) crc.getValue(), source, offset, "trailer");
    }

    /** Whether the last 40 bytes of a file are a footer of ours, whole or damaged. */
    static boolean isOurs(ByteBuffer last, long fileBytes) {
        int magicAndVersion = last.getInt(0);
        if (magicAndVersion == MAGIC_AND_VERSION) {
            return true;
        }
        if ((magicAndVersion & 0xFF_FFFF) == MAGIC) {
            return false;
        }
        return (last.getLong(0) | last.getLong(8) | last.getLong(16)) == 0 || last.getLong(24) == fileBytes;
    }

    /** Whether {@code last}, whose own checksum is right, is of a kind that this version does not write. */
    static boolean isOfAnotherKind(ByteBuffer last) {
        return last.get(34) != BlockChecksums.BLOCK_BITS || last.get(35) != 0;
    }

    /** Verifies magic and own checksum of the last 40 bytes of a file, which stand at {@code offset}. */
    static void verifySelf(ByteBuffer last, String source, long offset) throws KvcFormatException {
        if (last.getInt(0) != MAGIC_AND_VERSION) {
            throw mismatch(source, offset, "footer magic " + hex(MAGIC_AND_VERSION), hex(last.getInt(0)));
        }
        int found = BlockChecksums.crc(last.slice(0, FIXED_BYTES - Integer.BYTES));
        requireCrc(last.getInt(36), found, source, offset, "footer");
    }

    /** The length of footer and table that the last 40 bytes of a file announce, checked against the file. */
    static int verifyLengths(ByteBuffer last, Layout layout, String source) throws KvcFormatException {
        long offset = layout.fileBytes() - FIXED_BYTES;
        if (last.getLong(24) != layout.fileBytes()) {
            throw mismatch(
                    source,
                    offset + 24,
                    "a file of " + Long.toUnsignedString(last.getLong(24)) + " bytes",
                    layout.fileBytes() + " bytes");
        }
        long announced = Integer.toUnsignedLong(last.getInt(4));
        long due = bytesFor(layout.header().payloadBytes());
        if (announced != due || announced > layout.tailBytes() || announced > Integer.MAX_VALUE) {
            throw mismatch(
                    source,
                    offset + 4,
                    "a footer of " + due + " bytes within " + layout.tailBytes(),
                    announced + " bytes");
        }
        return (int) announced;
    }

    /** Reads table and footer, lengths and own checksum of which have been verified; verifies the table. */
    static IntegrityFooter decode(ByteBuffer whole, String source, long offset) throws KvcFormatException {
        int start = whole.remaining() - FIXED_BYTES;
        ByteBuffer last = whole.slice(start, FIXED_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        requireCrc(last.getInt(16), BlockChecksums.crc(whole.slice(0, start)), source, offset, "checksum table");
        int[] table = new int[start / Integer.BYTES];
        whole.slice(0, start).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer().get(table);
        return new IntegrityFooter(
                last.getInt(8),
                last.getInt(12),
                last.getInt(20),
                last.getLong(24),
                Byte.toUnsignedInt(last.get(32)),
                Byte.toUnsignedInt(last.get(33)),
                table);
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

    private static void requireCrc(int expected, int found, String source, long offset, String part)
            throws KvcFormatException {
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

    private static KvcFormatException mismatch(String source, long offset, String expected, String found) {
        return new KvcFormatException(CHECKSUM_MISMATCH, source, offset, expected, found);
    }

    private static String hex(int value) {
        return String.format("%08x", value);
    }

    @Override
    public boolean equals(Object other) {
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
