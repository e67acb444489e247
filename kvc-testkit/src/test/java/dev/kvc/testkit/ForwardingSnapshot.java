package dev.kvc.testkit;

import dev.kvc.format.Trailer;
import dev.kvc.store.Mapping;
import dev.kvc.store.Payload;
import dev.kvc.store.Snapshot;
import dev.kvc.store.SnapshotInfo;
import dev.kvc.store.Verification;
import java.io.IOException;
import java.nio.ByteBuffer;

/** A snapshot that does what another one does: to be broken in one place by a subclass. */
class ForwardingSnapshot implements Snapshot, Payload {
    final Snapshot snapshot;

    ForwardingSnapshot(Snapshot snapshot) {
        this.snapshot = snapshot;
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
        return this;
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
        snapshot.reject();
    }

    @Override
    public void close() throws IOException {
        snapshot.close();
    }

    @Override
    public long size() {
        return snapshot.payload().size();
    }

    @Override
    public int read(ByteBuffer dst, long position) throws IOException {
        return snapshot.payload().read(dst, position);
    }

    @Override
    public Mapping map() throws IOException {
        return snapshot.payload().map();
    }
}
