package dev.kvc.store.fs;

import dev.kvc.format.IntegrityFooter;
import dev.kvc.format.KvcCodec;
import dev.kvc.format.Tail;
import dev.kvc.format.Trailer;
import dev.kvc.store.Payload;
import dev.kvc.store.Snapshot;
import dev.kvc.store.SnapshotInfo;
import dev.kvc.store.Verification;
import dev.kvc.store.internal.BlockVerifier;
import dev.kvc.store.internal.BlockWorkers;
import dev.kvc.store.internal.HeldPayloadView;
import dev.kvc.store.internal.LeakReports;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** A snapshot in a file, which its own channel holds open whatever becomes of the name. */
final class FileSnapshot implements Snapshot {
    /** Sets the file of a snapshot aside. */
    interface Rejection {
        void reject(FileSnapshot snapshot) throws IOException;
    }

    private final OpenFile file;
    private final SnapshotInfo info;
    private final Tail tail;
    private final Verification verification;
    private final Payload payload;
    private final Rejection rejection;
    private final AtomicBoolean rejected = new AtomicBoolean();
    private final LeakReports.Watch watch;

    FileSnapshot(
            FileLoader.Found found, SnapshotInfo info, BlockWorkers workers, Rejection rejection, LeakReports leaks) {
        this.file = found.file();
        this.info = info;
        this.tail = found.tail();
        this.verification = found.verification();
        this.rejection = rejection;
        FileChannel channel = file.channel();
        this.payload = found.keptOrNull() == null
                ? inFile(workers, leaks)
                : new HeldPayloadView(found.keptOrNull(), () -> !channel.isOpen());
        this.watch = leaks.watch(this, file.source());
    }

    private Payload inFile(BlockWorkers workers, LeakReports leaks) {
        @Nullable
        IntegrityFooter footer =
                verification == Verification.UNVERIFIED ? null : tail.footer().orElse(null);
        @Nullable
        BlockVerifier verifier = footer != null && verification == Verification.ON_READ
                ? new BlockVerifier(file.reader(), file.layout(), footer, workers, file.source())
                : null;
        return new FilePayload(file, footer, verifier, workers, leaks);
    }

    OpenFile file() {
        return file;
    }

    @Override
    public SnapshotInfo info() {
        return info;
    }

    @Override
    public ByteBuffer text() {
        return file.text().asReadOnlyBuffer();
    }

    @Override
    public Payload payload() {
        return payload;
    }

    @Override
    public Trailer trailer() throws IOException {
        return KvcCodec.readTrailer(file.reader(), file.layout(), tail, file.source());
    }

    @Override
    public Verification verification() {
        return verification;
    }

    @Override
    public void reject() throws IOException {
        if (rejected.compareAndSet(false, true)) {
            rejection.reject(this);
        }
    }

    @Override
    public void close() throws IOException {
        watch.closed();
        file.close();
    }
}
