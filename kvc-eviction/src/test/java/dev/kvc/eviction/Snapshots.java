package dev.kvc.eviction;

import dev.kvc.format.KvcKey;
import dev.kvc.format.Namespace;
import dev.kvc.format.SaveReason;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Metadata for tests. */
final class Snapshots {
    private Snapshots() {}

    static SnapshotId id(String name) {
        return new SnapshotId(Namespace.DEFAULT, KvcKey.of(name));
    }

    static SnapshotId[] ids(String... names) {
        return Arrays.stream(names).map(Snapshots::id).toArray(SnapshotId[]::new);
    }

    static SnapshotMetadata snapshot(String name, long bytes, long tokens) {
        return new SnapshotMetadata(id(name), bytes, tokens, 0, 0, 0, SaveReason.UNKNOWN, 0, null);
    }

    static SnapshotMetadata used(SnapshotMetadata snapshot, long hits, long lastUsedUnix) {
        return new SnapshotMetadata(
                snapshot.id(),
                snapshot.bytes(),
                snapshot.tokens(),
                hits,
                snapshot.createdUnix(),
                lastUsedUnix,
                snapshot.reason(),
                snapshot.modelId(),
                snapshot.ancestor());
    }

    static SnapshotMetadata saved(SnapshotMetadata snapshot, SaveReason reason, long createdUnix) {
        return new SnapshotMetadata(
                snapshot.id(),
                snapshot.bytes(),
                snapshot.tokens(),
                snapshot.hits(),
                createdUnix,
                createdUnix,
                reason,
                snapshot.modelId(),
                snapshot.ancestor());
    }

    static List<SnapshotId> victims(EvictionPolicy policy, long nowUnix) {
        List<SnapshotId> victims = new ArrayList<>();
        policy.victims(new EvictionContext(1, nowUnix, null)).forEachRemaining(victims::add);
        return victims;
    }

    /** Asks, and takes the first victim, as a store with one byte too many. */
    static SnapshotId evict(EvictionPolicy policy) {
        SnapshotId victim = policy.victims(new EvictionContext(1, 0, null)).next();
        policy.removed(victim);
        return victim;
    }
}
