package dev.kvc.format;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * CRC-32C of each block of a payload that streams by in pieces of any size; or, if the checksums are known already, the
 * count of its bytes alone.
 *
 * <p>Not safe for use by several threads.
 */
public final class BlockChecksums {
    /** Binary logarithm of the block size. */
    public static final int BLOCK_BITS = 20;

    /** Bytes of payload that one checksum covers: 1 MiB; the last block may be shorter. */
    public static final int BLOCK_BYTES = 1 << BLOCK_BITS;

    /** The longest payload whose footer fits an array: nearly 2^49 bytes. */
    public static final long MAX_PAYLOAD_BYTES =
            (long) ((Ranges.MAX_ARRAY_BYTES - IntegrityFooter.FIXED_BYTES) / Integer.BYTES) << BLOCK_BITS;

    private final long payloadBytes;
    private final int[] table;
    private final boolean areKnown;
    private final CRC32C crc = new CRC32C();
    private long taken;

    /**
     * Prepares for a payload of a known length.
     *
     * @param payloadBytes 0 to {@link #MAX_PAYLOAD_BYTES}
     * @throws IllegalArgumentException if it is anything else
     */
    public BlockChecksums(long payloadBytes) {
        this.payloadBytes = Ranges.within("payloadBytes", payloadBytes, MAX_PAYLOAD_BYTES);
        this.table = new int[(int) blockCount(payloadBytes)];
        this.areKnown = false;
    }

    /** Prepares for a payload whose checksums are known: its bytes are counted, and not looked at. */
    public BlockChecksums(PayloadChecksums known) {
        this.payloadBytes = known.payloadBytes();
        this.table = known.table();
        this.areKnown = true;
    }

    /** How many blocks a payload of this length has; none if it is empty. */
    static long blockCount(long payloadBytes) {
        return (payloadBytes >>> BLOCK_BITS) + ((payloadBytes & (BLOCK_BYTES - 1)) == 0 ? 0 : 1);
    }

    /**
     * Adds the remaining bytes of {@code piece} and advances its position to its limit.
     *
     * @throws IllegalArgumentException if the payload gets longer than was announced; nothing has been added then
     */
    public void update(ByteBuffer piece) {
        if (piece.remaining() > payloadBytes - taken) {
            throw new IllegalArgumentException("payload has at least " + (taken + piece.remaining()) + " bytes; "
                    + payloadBytes + " were announced");
        }
        if (areKnown) {
            taken += piece.remaining();
            piece.position(piece.limit());
            return;
        }
        int end = piece.limit();
        while (piece.position() < end) {
            int inBlock = (int) (taken & (BLOCK_BYTES - 1));
            int count = Math.min(end - piece.position(), BLOCK_BYTES - inBlock);
            crc.update(piece.limit(piece.position() + count));
            taken += count;
            if (inBlock + count == BLOCK_BYTES || taken == payloadBytes) {
                table[(int) ((taken - 1) >>> BLOCK_BITS)] = (int) crc.getValue();
                crc.reset();
            }
        }
        piece.limit(end);
    }

    /** Whether they were known before the first byte came. */
    public boolean areKnown() {
        return areKnown;
    }

    /** How many bytes will have been added at the end. */
    public long payloadBytes() {
        return payloadBytes;
    }

    /** How many bytes have been added. */
    public long taken() {
        return taken;
    }

    /**
     * The checksums.
     *
     * @throws IllegalStateException if fewer bytes came than were announced
     */
    public PayloadChecksums finish() {
        if (taken != payloadBytes) {
            throw new IllegalStateException("payload has " + taken + " bytes; " + payloadBytes + " were announced");
        }
        return new PayloadChecksums(payloadBytes, table);
    }
}
