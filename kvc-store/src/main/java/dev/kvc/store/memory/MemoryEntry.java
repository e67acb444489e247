package dev.kvc.store.memory;

import dev.kvc.eviction.SnapshotId;
import dev.kvc.format.KvcHeader;
import dev.kvc.format.UnixTime;
import dev.kvc.store.SnapshotInfo;
import dev.kvc.store.internal.HeldSnapshot;
import dev.kvc.store.internal.LoadedSnapshot;
import dev.kvc.store.internal.TextItem;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * A snapshot in the table, and the hits it had. Equal to itself alone: a replacement is another entry.
 *
 * <p>All that a hit reads and writes stands here: following references to memory that is not in a cache is what a hit
 * would otherwise cost.
 */
final class MemoryEntry {
    private static final VarHandle HITS = hitsHandle();

    private final SnapshotId id;
    private final HeldSnapshot held;
    private final long bytes;
    private final long tokens;
    private final boolean verified;
    private volatile long hits;
    private volatile long lastUsedUnix;
    /** Where its text stands among the others; under the table's lock. */
    @Nullable
    TextItem<SnapshotId> text;

    MemoryEntry(SnapshotId id, HeldSnapshot held) {
        this.id = id;
        this.held = held;
        this.bytes = held.bytes();
        this.tokens = held.header().tokenCount();
        this.verified = held.isVerified();
        this.hits = held.header().hitCount();
        this.lastUsedUnix = held.header().lastUsedUnix();
    }

    private static VarHandle hitsHandle() {
        try {
            return MethodHandles.lookup().findVarHandle(MemoryEntry.class, "hits", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
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

    long tokens() {
        return tokens;
    }

    boolean isVerified() {
        return verified;
    }

    int weight() {
        return Weights.kibibytes(bytes);
    }

    /**
     * Counts hits; their sum saturates as the file's field does. The last-used time only moves on, unless another
     * writer left one from the future.
     */
    void hit(long count, long atUnix) {
        if ((long) HITS.getAndAdd(this, count) + count > KvcHeader.MAX_HIT_COUNT) {
            hits = KvcHeader.MAX_HIT_COUNT;
        }
        // A volatile write for each second, not for each hit.
        if (lastUsedUnix != atUnix) {
            lastUsedUnix = UnixTime.advanced(lastUsedUnix, atUnix);
        }
    }

    long hits() {
        return hits;
    }

    long lastUsedUnix() {
        return lastUsedUnix;
    }

    KvcHeader header() {
        return LoadedSnapshot.used(held.header(), hits, lastUsedUnix);
    }

    SnapshotInfo info() {
        return held.info(id, header());
    }
}
