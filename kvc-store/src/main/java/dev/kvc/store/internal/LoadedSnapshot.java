package dev.kvc.store.internal;

import dev.kvc.eviction.SnapshotId;
import dev.kvc.format.KvcHeader;
import dev.kvc.format.Trailer;
import dev.kvc.store.Payload;
import dev.kvc.store.Snapshot;
import dev.kvc.store.SnapshotInfo;
import dev.kvc.store.Verification;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * What a load of a {@link HeldSnapshot} returns. It refers to the copy itself, so it outlives the store, and costs two
 * small objects.
 */
public final class LoadedSnapshot implements Snapshot {
    private final SnapshotId id;
    private final HeldSnapshot held;
    private final long storedBytes;
    private final long hits;
    private final long lastUsedUnix;
    private final Verification verification;
    private final Rejection rejection;
    private boolean rejected;
    private volatile boolean closed;

    /** What its owner does when the engine could not use it. */
    @FunctionalInterface
    public interface Rejection {
        /** Takes out that very copy, if it is still there. */
        void reject(SnapshotId id, HeldSnapshot held) throws IOException;
    }

    /**
     * A view of {@code held}.
     *
     * @param hits its hit count now, that of this load included
     * @param lastUsedUnix its last use, likewise
     */
    public LoadedSnapshot(
            SnapshotId id,
            HeldSnapshot held,
            long hits,
            long lastUsedUnix,
            Verification verification,
            Rejection rejection) {
        this(id, held, held.bytes(), hits, lastUsedUnix, verification, rejection);
    }

    /**
     * A view of {@code held}, of which another store says this.
     *
     * @param info its hits, this one included, and what it takes where it is stored
     */
    public LoadedSnapshot(SnapshotInfo info, HeldSnapshot held, Verification verification, Rejection rejection) {
        this(
                info.id(),
                held,
                info.storedBytes(),
                info.header().hitCount(),
                info.header().lastUsedUnix(),
                verification,
                rejection);
    }

    private LoadedSnapshot(
            SnapshotId id,
            HeldSnapshot held,
            long storedBytes,
            long hits,
            long lastUsedUnix,
            Verification verification,
            Rejection rejection) {
        this.id = id;
        this.held = held;
        this.storedBytes = storedBytes;
        this.hits = hits;
        this.lastUsedUnix = lastUsedUnix;
        this.verification = verification;
        this.rejection = rejection;
    }

    /** The copy that it shows. */
    public HeldSnapshot held() {
        return held;
    }

    @Override
    public SnapshotInfo info() {
        // Made when it is asked for: many a hit needs the payload alone.
        return new SnapshotInfo(id, used(held.header(), hits, lastUsedUnix), held.textBytes(), storedBytes);
    }

    /** {@code header} after these hits. */
    public static KvcHeader used(KvcHeader header, long hits, long lastUsedUnix) {
        return header.hitCount() == hits && header.lastUsedUnix() == lastUsedUnix
                ? header
                : header.withUse(Math.min(hits, KvcHeader.MAX_HIT_COUNT), lastUsedUnix);
    }

    @Override
    public ByteBuffer text() {
        return held.text();
    }

    @Override
    public Payload payload() {
        return new HeldPayloadView(held.payload(), this::isClosed);
    }

    @Override
    public Trailer trailer() {
        return held.trailer();
    }

    @Override
    public Verification verification() {
        return verification;
    }

    @Override
    public void reject() throws IOException {
        if (isFirstReject()) {
            rejection.reject(id, held);
        }
    }

    private synchronized boolean isFirstReject() {
        boolean first = !rejected;
        rejected = true;
        return first;
    }

    boolean isClosed() {
        return closed;
    }

    @Override
    public void close() {
        closed = true;
    }
}
