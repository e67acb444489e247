package dev.kvc.store.spi;

import dev.kvc.format.KvcCodec;
import dev.kvc.format.KvcFormatException;
import dev.kvc.format.KvcHeader;
import dev.kvc.format.Layout;
import dev.kvc.format.ReaderAt;
import dev.kvc.format.Tail;
import dev.kvc.format.Trailer;
import dev.kvc.store.LoadOptions.Verify;
import dev.kvc.store.Snapshot;
import dev.kvc.store.SnapshotInfo;
import dev.kvc.store.Verification;
import dev.kvc.store.internal.BlockVerifier;
import dev.kvc.store.internal.HeldPayload;
import dev.kvc.store.internal.HeldSnapshot;
import dev.kvc.store.internal.LoadedSnapshot;
import dev.kvc.store.internal.Loan;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A file that {@link ImageReader} has opened: header and text, to find out whether a load may have it, and then the
 * snapshot. Nothing of it needs to be closed.
 */
public final class StoredImage {
    private final ImageReader reader;
    private final ReaderAt file;
    private final @Nullable HeldPayload memory;
    private final boolean isLent;
    private final Layout layout;
    private final ByteBuffer text;
    private final Tail tail;
    private final String source;

    /**
     * An image.
     *
     * @param memory the payload, if the file is in memory already
     * @param isLent whether that memory is somebody else's again when the snapshot's origin is released
     */
    StoredImage(
            ImageReader reader,
            ReaderAt file,
            @Nullable HeldPayload memory,
            boolean isLent,
            Layout layout,
            ByteBuffer text,
            Tail tail,
            String source) {
        this.reader = reader;
        this.file = file;
        this.memory = memory;
        this.isLent = isLent;
        this.layout = layout;
        this.text = text;
        this.tail = tail;
        this.source = source;
    }

    /** What a snapshot needs of the store that it comes from. */
    @FunctionalInterface
    public interface Origin {
        /** Sets aside that very snapshot: the engine could not use it. Called once at most. */
        void reject() throws IOException;

        /** Nobody reads the file any more. Called once; does nothing by default. */
        default void release() throws IOException {}
    }

    /** The header, with the model id and ABI that the footer keeps. */
    public KvcHeader header() {
        return tail.effective(layout.header());
    }

    /** The text; read-only, and each call gives a buffer of its own. */
    public ByteBuffer text() {
        return text.duplicate();
    }

    /** Length of the whole file in bytes. */
    public long bytes() {
        return layout.fileBytes();
    }

    /** Whether there is a footer by which it can be verified. */
    public boolean isVerifiable() {
        return tail.footer().isPresent();
    }

    /**
     * What a load of it returns. The caller of the load closes it.
     *
     * @param shown what it says of itself, hits included
     * @param verify as the load asked; {@link Verify#ON_LOAD} reads the whole payload now
     * @param origin the store that it comes from; released when the snapshot is closed and nobody reads it any more,
     *     nor has a file mapped that is lent; or at once where all of it is held in memory
     * @throws KvcFormatException if the payload is to be verified now and is damaged; {@code origin} is not released
     * @throws IOException if it cannot be read; likewise
     */
    public Snapshot snapshot(SnapshotInfo shown, Verify verify, Origin origin) throws IOException {
        boolean verified = isVerifiable() && verify != Verify.NEVER;
        Loan loan = new Loan(origin::release);
        ImagePayload payload = payload(loan, verified);
        if (verify == Verify.ON_LOAD && memory != null) {
            payload.verify(memory);
            return isLent
                    ? snapshot(
                            shown, verification(verified), origin, loan, ImagePayload.of(memory, reader, loan, source))
                    : shared(memory, shown, verified, origin);
        } else if (verify == Verify.ON_LOAD && reader.mayHold(payload.size())) {
            return held(shown, verification(verified), origin, payload);
        } else if (verify == Verify.ON_LOAD && verified) {
            payload.verifyAll();
        }
        Verification done = verified && verify == Verify.ON_READ ? Verification.ON_READ : verification(verified);
        return snapshot(shown, done, origin, loan, payload);
    }

    private Snapshot snapshot(SnapshotInfo shown, Verification done, Origin origin, Loan loan, ImagePayload payload) {
        ReaderAt guarded = loan.guard(file);
        return new ImageSnapshot(this, shown, done, origin, loan, payload, () -> trailer(guarded));
    }

    /** What is in memory that is nobody else's, which a store in memory may keep as it is. */
    private Snapshot shared(HeldPayload all, SnapshotInfo shown, boolean verified, Origin origin) throws IOException {
        HeldSnapshot held = HeldSnapshot.of(shown.header(), text, all, trailer(file), verified);
        origin.release();
        return new LoadedSnapshot(shown, held, verification(verified), (id, copy) -> origin.reject());
    }

    /** All of it in memory, which is given back when nobody uses it any more. */
    private Snapshot held(SnapshotInfo shown, Verification done, Origin origin, ImagePayload payload)
            throws IOException {
        Trailer trailer = trailer(file);
        UnitMemory fetched = payload.fetchAll();
        Loan own = new Loan(fetched::giveBack);
        boolean released = false;
        try {
            origin.release();
            released = true;
        } finally {
            if (!released) {
                own.close();
            }
        }
        ImagePayload inMemory = ImagePayload.of(fetched.payload(payload.checksums()), reader, own, source);
        return new ImageSnapshot(this, shown, done, origin, own, inMemory, () -> trailer);
    }

    private static Verification verification(boolean verified) {
        return verified ? Verification.VERIFIED : Verification.UNVERIFIED;
    }

    private ImagePayload payload(Loan loan, boolean verified) {
        ReaderAt guarded = loan.guard(file);
        @Nullable
        BlockVerifier verifier =
                verified ? reader.verifier(guarded, layout, tail.footer().orElseThrow(), source) : null;
        return new ImagePayload(
                reader,
                loan,
                guarded,
                layout.payloadOffset(),
                layout.header().payloadBytes(),
                verifier,
                memory,
                source);
    }

    private Trailer trailer(ReaderAt from) throws IOException {
        return KvcCodec.readTrailer(from, layout, tail, source);
    }

    ImageReader reader() {
        return reader;
    }

    @Override
    public String toString() {
        return source;
    }
}
