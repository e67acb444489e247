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
import dev.kvc.store.internal.HeldPayload;
import dev.kvc.store.internal.HeldSnapshot;
import dev.kvc.store.internal.LoadedSnapshot;
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
    private final @Nullable ByteBuffer whole;
    private final Layout layout;
    private final ByteBuffer text;
    private final Tail tail;
    private final String source;

    /**
     * An image.
     *
     * @param whole the file, if it is in memory already
     */
    StoredImage(
            ImageReader reader,
            ReaderAt file,
            @Nullable ByteBuffer whole,
            Layout layout,
            ByteBuffer text,
            Tail tail,
            String source) {
        this.reader = reader;
        this.file = file;
        this.whole = whole;
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
     * @param origin the store that it comes from; released when the snapshot is closed, or at once where all of it is
     *     held in memory
     * @throws KvcFormatException if the payload is to be verified now and is damaged; {@code origin} is not released
     * @throws IOException if it cannot be read; likewise
     */
    public Snapshot snapshot(SnapshotInfo shown, Verify verify, Origin origin) throws IOException {
        boolean verified = isVerifiable() && verify != Verify.NEVER;
        ImagePayload payload = payload(verified);
        if (verify == Verify.ON_LOAD && whole != null && file instanceof LentFile) {
            payload.verify(payloadOf(whole));
            return new ImageSnapshot(this, shown, verification(verified), origin, payload(false));
        } else if (verify == Verify.ON_LOAD && reader.mayHold(payload.size())) {
            HeldSnapshot held = HeldSnapshot.of(shown.header(), text, hold(payload), trailer(), verified);
            origin.release();
            return new LoadedSnapshot(shown, held, verification(verified), (id, copy) -> origin.reject());
        } else if (verify == Verify.ON_LOAD && verified) {
            payload.verifyAll();
        }
        Verification done = verified && verify == Verify.ON_READ ? Verification.ON_READ : verification(verified);
        return new ImageSnapshot(this, shown, done, origin, payload);
    }

    private HeldPayload hold(ImagePayload payload) throws IOException {
        if (whole == null) {
            return payload.hold();
        }
        payload.verify(payloadOf(whole));
        return HeldPayload.of(payloadOf(whole), payload.checksums());
    }

    private ByteBuffer payloadOf(ByteBuffer all) {
        return all.slice((int) layout.payloadOffset(), (int) layout.header().payloadBytes());
    }

    private static Verification verification(boolean verified) {
        return verified ? Verification.VERIFIED : Verification.UNVERIFIED;
    }

    private ImagePayload payload(boolean verified) {
        return new ImagePayload(
                reader,
                file,
                layout,
                verified ? reader.verifier(file, layout, tail.footer().orElseThrow(), source) : null,
                source);
    }

    Trailer trailer() throws IOException {
        return KvcCodec.readTrailer(file, layout, tail, source);
    }

    /** Nobody reads it any more. */
    void close() {
        if (file instanceof LentFile lent) {
            lent.close();
        }
    }

    ImageReader reader() {
        return reader;
    }

    @Override
    public String toString() {
        return source;
    }
}
