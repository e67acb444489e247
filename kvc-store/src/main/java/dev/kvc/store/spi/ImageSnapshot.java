package dev.kvc.store.spi;

import dev.kvc.format.Trailer;
import dev.kvc.store.Payload;
import dev.kvc.store.Snapshot;
import dev.kvc.store.SnapshotInfo;
import dev.kvc.store.Verification;
import dev.kvc.store.internal.LeakReports;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;

/** A snapshot whose payload is fetched when it is read. */
final class ImageSnapshot implements Snapshot {
    private final StoredImage image;
    private final SnapshotInfo info;
    private final Verification verification;
    private final StoredImage.Origin origin;
    private final ImagePayload payload;
    private final AtomicBoolean rejected = new AtomicBoolean();
    private final LeakReports.Watch watch;

    ImageSnapshot(
            StoredImage image,
            SnapshotInfo info,
            Verification verification,
            StoredImage.Origin origin,
            ImagePayload payload) {
        this.image = image;
        this.info = info;
        this.verification = verification;
        this.origin = origin;
        this.payload = payload;
        this.watch = image.reader().leaks().watch(this, image.toString());
    }

    @Override
    public SnapshotInfo info() {
        return info;
    }

    @Override
    public ByteBuffer text() {
        return image.text();
    }

    @Override
    public Payload payload() {
        return payload;
    }

    @Override
    public Trailer trailer() throws IOException {
        payload.requireOpen();
        return image.trailer();
    }

    @Override
    public Verification verification() {
        return verification;
    }

    @Override
    public void reject() throws IOException {
        if (rejected.compareAndSet(false, true)) {
            origin.reject();
        }
    }

    @Override
    public void close() throws IOException {
        if (payload.close()) {
            watch.closed();
            image.close();
            origin.release();
        }
    }
}
