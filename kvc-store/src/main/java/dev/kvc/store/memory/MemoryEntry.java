package dev.kvc.store.memory;

import dev.kvc.eviction.SnapshotId;
import dev.kvc.format.KvcHeader;
import dev.kvc.format.UnixTime;
import dev.kvc.store.SnapshotInfo;
import dev.kvc.store.internal.HeldSnapshot;
import dev.kvc.store.internal.LoadedSnapshot;
import java.util.concurrent.atomic.AtomicLong;

/** A snapshot in the table, and the hits it had. Equal to itself alone: a replacement is another entry. */
final class MemoryEntry {
    private final SnapshotId id;
    private final HeldSnapshot held;
    private final long bytes;
    private final AtomicLong hits;
    private volatile long lastUsedUnix;

    MemoryEntry(SnapshotId id, HeldSnapshot held) {
        this.id = id;
        this.held = held;
        this.bytes = held.bytes();
        this.hits = new AtomicLong(held.header().hitCount());
        this.lastUsedUnix = held.header().lastUsedUnix();
    }

    SnapshotId id() {
        return id;
    }

    HeldSnapshot held() {
        return held;
    }

    long bytes() {
        return bytes;
    }

    int weight() {
        return Weights.kibibytes(bytes);
    }

    /**
     * Counts hits; their sum saturates as the file's field does. The last-used time only moves on, unless another
     * writer left one from the future.
     */
    void hit(long count, long atUnix) {
        if (hits.addAndGet(count) > KvcHeader.MAX_HIT_COUNT) {
            hits.set(KvcHeader.MAX_HIT_COUNT);
        }
        if (UnixTime.ranked(lastUsedUnix, 0, atUnix) <= atUnix) {
            lastUsedUnix = atUnix;
        }
    }

    long hits() {
        return hits.get();
    }

    long lastUsedUnix() {
        return lastUsedUnix;
    }

    KvcHeader header() {
        return LoadedSnapshot.used(held.header(), hits.get(), lastUsedUnix);
    }

    SnapshotInfo info() {
        return held.info(id, header());
    }
}
