package dev.kvc.eviction;

import dev.kvc.format.KvcKey;
import dev.kvc.format.Namespace;

/**
 * Names one snapshot of a store: its key within its namespace.
 *
 * @param namespace the part of the store it lives in
 * @param key its name there
 */
public record SnapshotId(Namespace namespace, KvcKey key) implements Comparable<SnapshotId> {
    @Override
    public int compareTo(SnapshotId other) {
        int order = namespace.compareTo(other.namespace);
        return order == 0 ? key.compareTo(other.key) : order;
    }

    /** {@code namespace/key}, or the key alone in the default namespace. */
    @Override
    public String toString() {
        return namespace.isDefault() ? key.hex() : namespace + "/" + key;
    }
}
