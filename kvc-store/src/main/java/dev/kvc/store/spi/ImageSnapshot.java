package dev.kvc.store.spi;

import dev.kvc.format.Trailer;
import dev.kvc.store.Payload;
import dev.kvc.store.Snapshot;
import dev.kvc.store.SnapshotInfo;
import dev.kvc.store.Verification;
import dev.kvc.store.internal.LeakReports;
import dev.kvc.store.internal.Loan;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;

/** A snapshot of a file that is somewhere else: what it has of it is on loan until it is closed. */
final class ImageSnapshot implements Snapshot {
    private final StoredImage image;
    private final SnapshotInfo info;
    private final Verification verification;
    private final StoredImage.Origin origin;
    private final Loan loan;
    private final ImagePayload payload;
    private final TrailerReader trailer;
    private final AtomicBoolean rejected = new AtomicBoolean();
    private final LeakReports.Watch watch;

    /** Reads what stands behind the payload, or has done so. */
    @FunctionalInterface
    interface TrailerReader {
        Trailer read() throws IOException;
    }

    ImageSnapshot(
            StoredImage image,
            SnapshotInfo info,
            Verification verification,
            StoredImage.Origin origin,
            Loan loan,
            ImagePayload payload,
            TrailerReader trailer) {
        this.image = image;
        this.info = info;
        this.verification = verification;
        this.origin = origin;
        this.loan = loan;
        this.payload = payload;
        this.trailer = trailer;
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
        loan.requireOpen();
        return trailer.read();
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
        watch.closed();
        loan.close();
    }
}
