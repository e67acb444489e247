package dev.kvc.cli.report;

import dev.kvc.eviction.SnapshotId;
import dev.kvc.store.SnapshotInfo;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * All that is known of a directory's snapshots.
 *
 * @param all the snapshots, in any order
 * @param ancestors the nearest stored ancestor of each that has one; may name snapshots that are not among them
 * @param order in which the policy would give them up, the first victim first; may leave some out
 * @param texts what may be shown of their texts
 */
public record Snapshots(
        List<SnapshotInfo> all, Map<SnapshotId, SnapshotId> ancestors, List<SnapshotId> order, Texts texts) {
    /** Takes copies. */
    public Snapshots {
        all = List.copyOf(all);
        ancestors = Map.copyOf(ancestors);
        order = List.copyOf(order);
    }

    /** Gives texts to show. */
    @FunctionalInterface
    public interface Texts {
        /**
         * Some of a text, on one line and without control characters; empty where none is to be shown.
         *
         * @param fromByte where to begin
         */
        String of(SnapshotInfo snapshot, int fromByte) throws IOException;
    }

    long bytes() {
        return all.stream().mapToLong(SnapshotInfo::storedBytes).sum();
    }

    long hits() {
        return all.stream().mapToLong(info -> info.header().hitCount()).sum();
    }

    long tokens() {
        return all.stream().mapToLong(info -> info.header().tokenCount()).sum();
    }
}
