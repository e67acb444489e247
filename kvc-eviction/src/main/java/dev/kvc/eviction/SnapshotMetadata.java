package dev.kvc.eviction;

import dev.kvc.format.SaveReason;
import org.jspecify.annotations.Nullable;

/**
 * What an {@link EvictionPolicy} sees of a snapshot: metadata only, never a byte of it.
 *
 * @param id which snapshot
 * @param bytes what it takes in its store, in bytes
 * @param tokens tokens that its state covers, 0 to 2^32-1
 * @param hits loads that found it, 0 to 2^32-1
 * @param createdUnix raw unsigned seconds since 1970, as another writer may have left them
 * @param lastUsedUnix likewise; see {@link dev.kvc.format.UnixTime#ranked}
 * @param reason why it was saved
 * @param modelId the model it belongs to, 0 if unknown
 * @param ancestor the nearest stored ancestor: the snapshot in the same namespace with the longest text that this one's
 *     text begins with; {@code null} if there is none, or none is known yet
 */
public record SnapshotMetadata(
        SnapshotId id,
        long bytes,
        long tokens,
        long hits,
        long createdUnix,
        long lastUsedUnix,
        SaveReason reason,
        int modelId,
        @Nullable SnapshotId ancestor) {

    /** The same with another nearest stored ancestor. */
    public SnapshotMetadata withAncestor(@Nullable SnapshotId nearest) {
        return new SnapshotMetadata(id, bytes, tokens, hits, createdUnix, lastUsedUnix, reason, modelId, nearest);
    }
}
