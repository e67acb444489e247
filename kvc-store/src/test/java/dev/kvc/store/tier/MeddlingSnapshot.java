package dev.kvc.store.tier;

import dev.kvc.format.Trailer;
import dev.kvc.store.Mapping;
import dev.kvc.store.Payload;
import dev.kvc.store.Snapshot;
import dev.kvc.store.SnapshotInfo;
import dev.kvc.store.Verification;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;

/** A loaded snapshot; when the first bytes of its payload are read, something else happens before. */
record MeddlingSnapshot(Snapshot snapshot, HookedStore.Hook meanwhile, AtomicBoolean met) implements Snapshot {
    MeddlingSnapshot(Snapshot snapshot, HookedStore.Hook meanwhile) {
        this(snapshot, meanwhile, new AtomicBoolean());
    }

    @Override
    public Payload payload() {
        Payload payload = snapshot.payload();
        return new Payload() {
            @Override
            public long size() {
                return payload.size();
            }

            @Override
            public int read(ByteBuffer dst, long position) throws IOException {
                if (met.compareAndSet(false, true)) {
                    meanwhile.run();
                }
                return payload.read(dst, position);
            }

            @Override
            public Mapping map() throws IOException {
                return payload.map();
            }
        };
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
}
