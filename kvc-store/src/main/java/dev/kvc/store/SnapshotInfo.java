package dev.kvc.store;

import dev.kvc.eviction.SnapshotId;
import dev.kvc.eviction.SnapshotMetadata;
import dev.kvc.format.KvcHeader;
import dev.kvc.format.KvcKey;
import dev.kvc.format.UnixTime;
import org.jspecify.annotations.Nullable;

/**
 * What a store knows of a snapshot without reading its text or payload.
 *
 * @param id namespace and key
 * @param header the header; model id and ABI are those of the integrity footer where it was read and the header has 0
 * @param textBytes length of the text in bytes, 0 to 2^31-9
 * @param storedBytes what the snapshot takes in its store, in bytes
 */
public record SnapshotInfo(SnapshotId id, KvcHeader header, int textBytes, long storedBytes) {
    /** The snapshot's key. */
    public KvcKey key() {
        return id.key();
    }

    /**
     * The same after so many more hits: the count stays at its largest, and the time is never turned back.
     *
     * @param hits 0 or more
     * @param atUnix when it was used, in seconds since 1970
     */
    public SnapshotInfo used(long hits, long atUnix) {
        long room = KvcHeader.MAX_HIT_COUNT - header.hitCount();
        KvcHeader now = header.withUse(
                header.hitCount() + Math.min(hits, room), UnixTime.advanced(header.lastUsedUnix(), atUnix));
        return new SnapshotInfo(id, now, textBytes, storedBytes);
    }

    /** What an eviction policy sees of it, with the nearest stored ancestor where it is known. */
    public SnapshotMetadata metadata(@Nullable SnapshotId ancestor) {
        return new SnapshotMetadata(
                id,
                storedBytes,
                header.tokenCount(),
                header.hitCount(),
                header.createdUnix(),
                header.lastUsedUnix(),
                header.saveReason(),
                header.modelId(),
                ancestor);
    }
}
