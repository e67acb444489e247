package dev.kvc.eviction;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Why room is wanted, and how much.
 *
 * @param bytesWanted bytes to free; the store stops asking once it has them
 * @param nowUnix the store's time, in seconds since 1970, not negative
 * @param incomingOrNull the snapshot that is about to be saved, with its nearest stored ancestor if it has one;
 *     {@code null} if room is made for no snapshot in particular
 */
public record EvictionContext(
        long bytesWanted, long nowUnix, @Nullable SnapshotMetadata incomingOrNull) {
    /** The snapshot that room is made for. */
    public Optional<SnapshotMetadata> incoming() {
        return Optional.ofNullable(incomingOrNull);
    }
}
