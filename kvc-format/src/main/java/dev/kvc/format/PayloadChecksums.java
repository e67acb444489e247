package dev.kvc.format;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * CRC-32C of each 1 MiB block of a payload, as in the table of an {@link IntegrityFooter}. They go with the payload
 * from one store to the next, so that they are computed once, where its bytes come from: what changes on the way is
 * found.
 *
 * <p>Immutable.
 */
public final class PayloadChecksums {
    private final long payloadBytes;
    private final int[] table;

    /** Checksums of a payload of so many bytes; nobody else has {@code table}, one for each block. */
    PayloadChecksums(long payloadBytes, int[] table) {
        this.payloadBytes = payloadBytes;
        this.table = table;
    }

    /** The length of the payload. */
    public long payloadBytes() {
        return payloadBytes;
    }

    /** One a block; not to be written to. */
    int[] table() {
        return table;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof PayloadChecksums that
                && payloadBytes == that.payloadBytes
                && Arrays.equals(table, that.table);
    }

    @Override
    public int hashCode() {
        return 31 * Long.hashCode(payloadBytes) + Arrays.hashCode(table);
    }

    @Override
    public String toString() {
        return "checksums of " + payloadBytes + " bytes in " + table.length + " blocks";
    }
}
