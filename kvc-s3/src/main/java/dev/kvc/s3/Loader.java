package dev.kvc.s3;

import dev.kvc.eviction.SnapshotId;
import dev.kvc.format.KvcFormatException;
import dev.kvc.format.KvcFormatException.Kind;
import dev.kvc.format.ReaderAt;
import dev.kvc.store.LoadOptions;
import dev.kvc.store.LoadOptions.Verify;
import dev.kvc.store.MissReason;
import dev.kvc.store.Snapshot;
import dev.kvc.store.SnapshotInfo;
import dev.kvc.store.spi.Answer;
import dev.kvc.store.spi.ImageReader;
import dev.kvc.store.spi.StoredImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Loads: one request for what is small, and for the rest ranges of which several are under way at once.
 *
 * <p>An object that is replaced while it is read is read anew. One that is damaged is read once more: if the damage is
 * the same, it is the object's, which is then set aside; if not, the bytes were changed on their way, and the object is
 * left alone.
 */
final class Loader {
    private static final int ATTEMPTS = 20;
    private static final int HEAD_BYTES = 64 << 10;
    private static final int UNKNOWN_BYTES = 1 << 20;

    private final S3Store store;
    private final ImageReader reader;

    Loader(S3Store store, ImageReader reader) {
        this.store = store;
        this.reader = reader;
    }

    Answer load(SnapshotId id, LoadOptions options) throws IOException {
        @Nullable KvcFormatException damage = null;
        for (int attempt = 1; ; attempt++) {
            Catalog.@Nullable Item known = store.catalog(id).get(id.key());
            @Nullable ObjectReader object = open(id, known);
            if (object == null) {
                store.forget(id, known);
                return Answer.missed(MissReason.ABSENT);
            } else if (store.isRefused(id, object.head())) {
                return Answer.missed(MissReason.CORRUPT);
            }
            try {
                return read(id, known, object, options);
            } catch (KvcFormatException e) {
                if (isLeftAlone(e)) {
                    return Answer.missed(MissReason.UNREADABLE);
                } else if (damage != null) {
                    return damaged(id, object.head(), damage, e);
                }
                damage = e;
            } catch (ServiceException e) {
                if (attempt == ATTEMPTS || !(e.isOtherVersion() || e.isNotFound())) {
                    throw e;
                }
            }
        }
    }

    /** The object as it lies there. */
    Optional<ReaderAt> file(SnapshotId id) throws IOException {
        @Nullable ObjectReader object = open(id, store.catalog(id).get(id.key()));
        return object == null ? Optional.empty() : Optional.of(new LookedAt(object, store.names.object(id)));
    }

    /** An object for somebody who knows nothing of a service's answers. */
    private record LookedAt(ObjectReader object, String name) implements ReaderAt {
        @Override
        public long size() {
            return object.size();
        }

        @Override
        public int read(ByteBuffer dst, long position) throws IOException {
            try {
                return object.read(dst, position);
            } catch (ServiceException e) {
                if (e.isNotFound() || e.isOtherVersion()) {
                    NoSuchFileException gone = new NoSuchFileException(name, null, "replaced or removed meanwhile");
                    gone.initCause(e);
                    throw gone;
                }
                throw e;
            }
        }
    }

    private @Nullable ObjectReader open(SnapshotId id, Catalog.@Nullable Item known) throws IOException {
        try {
            return open(store.names.object(id), known);
        } catch (ServiceException e) {
            if (e.isNotFound()) {
                return null;
            }
            throw e;
        }
    }

    /** Reads all of what is small, and of the rest what is around its payload. */
    private ObjectReader open(String name, Catalog.@Nullable Item known) throws IOException {
        if (known == null) {
            return ObjectReader.open(store.bucket, name, UNKNOWN_BYTES);
        }
        long bytes = known.info().storedBytes();
        if (bytes <= store.settings.partBytes()) {
            return ObjectReader.open(store.bucket, name, (int) Math.max(1, bytes));
        }
        int behind = (int) Math.min(known.label().behindPayload(), HEAD_BYTES);
        return behind == 0
                ? ObjectReader.open(store.bucket, name, HEAD_BYTES)
                : ObjectReader.open(store.bucket, name, HEAD_BYTES, behind, bytes, store::run);
    }

    private Answer read(SnapshotId id, Catalog.@Nullable Item known, ObjectReader object, LoadOptions options)
            throws IOException {
        ObjectHead head = object.head();
        String source = store.bucket.uri(store.names.object(id));
        @Nullable ByteBuffer whole = object.whole();
        StoredImage image = whole == null
                ? reader.open(object, options.verify(), source)
                : reader.openHeld(whole, options.verify(), source);
        if (options.verify() != Verify.NEVER) {
            requireFooter(head, image);
        }
        Optional<MissReason> refusal = options.refusal(image.header(), image.text(), image.isVerifiable());
        if (refusal.isPresent()) {
            return Answer.missed(refusal.get());
        }
        Label label =
                new Label(head.nonce(), image.header(), image.text().remaining(), image.bytes(), image.isVerifiable());
        Catalog.Item item = store.seen(id, known, head, label);
        SnapshotInfo shown = options.countHit() ? item.info().used(1, store.nowUnix()) : item.info();
        store.bucket.retain();
        @Nullable Snapshot snapshot = null;
        try {
            snapshot = image.snapshot(shown, options.verify(), new Origin(id, head));
        } finally {
            if (snapshot == null) {
                store.bucket.release();
            }
        }
        if (options.countHit()) {
            store.catalog(id).update(id.key(), item, now -> now.used(1, store.nowUnix()));
        }
        return Answer.found(snapshot);
    }

    /** One that we saved with a footer is not taken for somebody else's, who has none, when it has lost it. */
    private static void requireFooter(ObjectHead head, StoredImage image) throws KvcFormatException {
        if (head.label() != null && head.label().isVerifiable() && !image.isVerifiable()) {
            throw new KvcFormatException(
                    Kind.CHECKSUM_MISMATCH, image.toString(), image.bytes(), "an integrity footer", "none");
        }
    }

    /** What a snapshot needs of the store. */
    private final class Origin implements StoredImage.Origin {
        private final SnapshotId id;
        private final ObjectHead head;

        Origin(SnapshotId id, ObjectHead head) {
            this.id = id;
            this.head = head;
        }

        @Override
        public void reject() throws IOException {
            store.setAside(id, head, new IOException(id + " was rejected by the engine that loaded it from S3"));
        }

        @Override
        public void release() {
            store.bucket.release();
        }
    }

    /** Whether it may be right, and for other readers. */
    private static boolean isLeftAlone(KvcFormatException e) {
        return switch (e.kind()) {
            case UNSUPPORTED_VERSION, TEXT_TOO_LARGE, KEY_MISMATCH -> true;
            default -> false;
        };
    }

    private Answer damaged(SnapshotId id, ObjectHead head, KvcFormatException first, KvcFormatException second)
            throws IOException {
        if (!String.valueOf(first.getMessage()).equals(second.getMessage())) {
            first.addSuppressed(second);
            throw new IOException(id + " arrives damaged, each time in another way: the network changes it", first);
        }
        store.setAside(id, head, second);
        return Answer.missed(MissReason.CORRUPT);
    }
}
