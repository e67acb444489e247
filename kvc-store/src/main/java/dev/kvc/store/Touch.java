package dev.kvc.store;

import dev.kvc.format.KvcKey;

/**
 * Hits that were counted elsewhere: in the memory in front of a disk, in another process.
 *
 * @param key the snapshot
 * @param hits how many, 1 to 2^32-1
 * @param lastUsedUnix the time of the last one, in seconds since 1970, not negative
 */
public record Touch(KvcKey key, long hits, long lastUsedUnix) {
    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if one is out of its range
     */
    public Touch {
        if (hits < 1 || hits > 0xFFFF_FFFFL || lastUsedUnix < 0) {
            throw new IllegalArgumentException(
                    "touch with hits " + hits + " (1 to 4294967295) and last used " + lastUsedUnix + " (not negative)");
        }
    }
}
