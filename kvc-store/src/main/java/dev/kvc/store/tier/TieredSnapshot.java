package dev.kvc.store.tier;

import dev.kvc.format.Trailer;
import dev.kvc.store.Payload;
import dev.kvc.store.Snapshot;
import dev.kvc.store.SnapshotInfo;
import dev.kvc.store.Verification;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;

/** A snapshot that one of the tiers has loaded. Rejecting it rejects its copies in the others. */
final class TieredSnapshot implements Snapshot {
    private final Snapshot snapshot;
    private final Rejection rejection;
    private final AtomicBoolean rejected = new AtomicBoolean();

    TieredSnapshot(Snapshot snapshot, Rejection rejection) {
        this.snapshot = snapshot;
        this.rejection = rejection;
    }

    /** Rejects what a tier loaded, everywhere. */
    @FunctionalInterface
    interface Rejection {
        void reject(Snapshot snapshot) throws IOException;
    }

    @Override
    public SnapshotInfo info() {
        return snapshot.info();
    }

    @Override
    public ByteBuffer text() {
        return snapshot.text();
    }

    @Override
    public Payload payload() {
        return snapshot.payload();
    }

    @Override
    public Trailer trailer() throws IOException {
        return snapshot.trailer();
    }

    @Override
    public Verification verification() {
        return snapshot.verification();
    }

    @Override
    public void reject() throws IOException {
        if (rejected.compareAndSet(false, true)) {
            rejection.reject(snapshot);
        }
    }

    @Override
    public void close() throws IOException {
        snapshot.close();
    }
}
