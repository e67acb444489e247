package dev.kvc.store;

import dev.kvc.format.KvcHeader;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How a snapshot is loaded. Begin with {@link #DEFAULT} and change what differs.
 *
 * @param verify when checksums are compared
 * @param requireVerified whether a snapshot that cannot be verified is a miss
 * @param countHit whether the load counts as a hit, in the file and for eviction
 * @param keepBytes up to which size, in bytes of its file, a snapshot's payload is kept on the heap if all of it is
 *     read to be verified, so that whoever makes a copy in memory need not read it again; 0 for none. A hint, which a
 *     store may leave alone
 * @param expectOrNull the load is a miss unless the text is a beginning of this query's prompt and passes its gates;
 *     {@code null} for no expectation
 */
public record LoadOptions(
        Verify verify,
        boolean requireVerified,
        boolean countHit,
        long keepBytes,
        @Nullable PrefixQuery expectOrNull) {
    /** When checksums are compared. */
    public enum Verify {
        /**
         * Before the load returns: a corrupt snapshot is a miss. What another program changes in its file afterwards is
         * not verified again.
         */
        ON_LOAD,
        /** Header, text and trailer before the load returns, each block of the payload when it is read. */
        ON_READ,
        /** Never. */
        NEVER
    }

    /** Verify on load, take snapshots without checksums, count the hit. */
    public static final LoadOptions DEFAULT = new LoadOptions(Verify.ON_LOAD, false, true, 0, null);

    /**
     * Checks the combination.
     *
     * @throws IllegalArgumentException if verified bytes are required and verification is off, or {@code keepBytes} is
     *     negative
     */
    public LoadOptions {
        if (requireVerified && verify == Verify.NEVER) {
            throw new IllegalArgumentException("requireVerified is true and verify is NEVER; give one or the other");
        } else if (keepBytes < 0) {
            throw new IllegalArgumentException("keepBytes is " + keepBytes + "; it must not be negative");
        }
    }

    /**
     * Why a load with these options must not have a snapshot: for people who write stores.
     *
     * @param header its header; model id and ABI are those of its footer where it has one
     * @param text its text; the position is left as it is
     * @param verifiable whether its bytes have been, or will be, verified
     */
    public Optional<MissReason> refusal(KvcHeader header, ByteBuffer text, boolean verifiable) {
        if (requireVerified && !verifiable) {
            return Optional.of(MissReason.UNVERIFIED);
        }
        boolean expected =
                expectOrNull == null || (expectOrNull.refusal(header).isEmpty() && expectOrNull.beginsWith(text));
        return expected ? Optional.empty() : Optional.of(MissReason.NOT_EXPECTED);
    }

    /** The same with another time of verification. */
    public LoadOptions verify(Verify when) {
        return new LoadOptions(when, requireVerified, countHit, keepBytes, expectOrNull);
    }

    /** The same, but a snapshot that cannot be verified is a miss. */
    public LoadOptions requiringVerified() {
        return new LoadOptions(verify, true, countHit, keepBytes, expectOrNull);
    }

    /** The same, but the load does not count as a hit. */
    public LoadOptions withoutHit() {
        return new LoadOptions(verify, requireVerified, false, keepBytes, expectOrNull);
    }

    /**
     * The same, but if all of the payload is read to be verified, it is kept on the heap until the snapshot is closed,
     * and its mappings are not direct memory.
     *
     * @param bytes up to which size of the file; not negative
     */
    public LoadOptions keeping(long bytes) {
        return new LoadOptions(verify, requireVerified, countHit, bytes, expectOrNull);
    }

    /** The same, but a miss unless the snapshot fits {@code query}. */
    public LoadOptions expecting(PrefixQuery query) {
        return new LoadOptions(verify, requireVerified, countHit, keepBytes, query);
    }
}
