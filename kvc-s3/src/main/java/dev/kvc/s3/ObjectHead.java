package dev.kvc.s3;

import org.jspecify.annotations.Nullable;

/**
 * What the service says of an object besides its bytes.
 *
 * @param etag its tag, as the service writes it
 * @param versionId its version, where the bucket keeps versions; {@code null} otherwise
 * @param bytes its length
 * @param modifiedMillis when it was written, in milliseconds since 1970
 * @param label what it is; {@code null} for one that somebody else put there
 */
record ObjectHead(
        String etag,
        @Nullable String versionId,
        long bytes,
        long modifiedMillis,
        @Nullable Label label) {
    /** What tells this save from others: of an object without a label, what tells its bytes from others. */
    long nonce() {
        return label == null ? Etags.digest(etag) : label.nonce();
    }

    /** Whether another look has found the very same object. */
    boolean isSame(ObjectHead other) {
        return nonce() == other.nonce() && etag.equals(other.etag);
    }
}
