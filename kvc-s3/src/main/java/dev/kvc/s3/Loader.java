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
import dev.kvc.store.spi.BufferPool;
import dev.kvc.store.spi.ImageReader;
import dev.kvc.store.spi.StoredImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.util.Optional;
import java.util.function.IntFunction;
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
    /** The longest file whose memory is used again. */
    private static final int SMALL_BYTES = 4 << 20;

    private final S3Store store;
    private final ImageReader reader;
    /** Memory for what is small, until nobody needs it any more. */
    private final BufferPool files;

    Loader(S3Store store, ImageReader reader) {
        this.store = store;
        this.reader = reader;
        this.files = new BufferPool(Math.min(SMALL_BYTES, store.settings.partBytes()), 2 * store.settings.parts());
    }

    Answer load(SnapshotId id, LoadOptions options) throws IOException {
        @Nullable KvcFormatException damage = null;
        for (int attempt = 1; ; attempt++) {
            Catalog.@Nullable Item known = store.catalog(id).get(id.key());
            // The second time what was known of its length was wrong, perhaps: then what is small is read in one
            // request.
            @Nullable ObjectReader object = open(id, attempt == 1 ? known : null, files::take);
            if (object == null) {
                store.forget(id, known);
                return Answer.missed(MissReason.ABSENT);
            } else if (store.isRefused(id, object.head())) {
                files.give(object.beginning());
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
        @Nullable ObjectReader object = open(id, store.catalog(id).get(id.key()), ByteBuffer::allocate);
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

    private @Nullable ObjectReader open(SnapshotId id, Catalog.@Nullable Item known, IntFunction<ByteBuffer> memory)
            throws IOException {
        try {
            return open(store.names.object(id), known, memory);
        } catch (ServiceException e) {
            if (e.isNotFound()) {
                return null;
            }
            throw e;
        }
    }

    /** Reads all of what is small, and of the rest what is around its payload. */
    private ObjectReader open(String name, Catalog.@Nullable Item known, IntFunction<ByteBuffer> memory)
            throws IOException {
        long bytes = known == null ? UNKNOWN_BYTES : known.info().storedBytes();
        if (known == null || bytes <= store.settings.partBytes()) {
            return open(name, memory.apply((int) Math.max(1, bytes)));
        }
        int behind = (int) Math.min(known.label().behindPayload(), HEAD_BYTES);
        return behind == 0
                ? ObjectReader.open(store.bucket, name, ByteBuffer.allocate(HEAD_BYTES))
                : ObjectReader.open(store.bucket, name, HEAD_BYTES, behind, bytes, store::run);
    }

    private ObjectReader open(String name, ByteBuffer beginning) throws IOException {
        boolean opened = false;
        try {
            ObjectReader object = ObjectReader.open(store.bucket, name, beginning);
            opened = true;
            return object;
        } finally {
            if (!opened) {
                files.give(beginning);
            }
        }
    }

    private Answer read(SnapshotId id, Catalog.@Nullable Item known, ObjectReader object, LoadOptions options)
            throws IOException {
        Origin origin = new Origin(id, object);
        boolean opened = false;
        try {
            Answer answer = read(id, known, object, options, origin);
            opened = answer.snapshot().isPresent();
            return answer;
        } finally {
            if (!opened) {
                origin.release();
            }
        }
    }

    private Answer read(
            SnapshotId id, Catalog.@Nullable Item known, ObjectReader object, LoadOptions options, Origin origin)
            throws IOException {
        ObjectHead head = object.head();
        String source = store.bucket.uri(store.names.object(id));
        @Nullable ByteBuffer whole = object.whole();
        StoredImage image = whole == null
                ? reader.open(object, options.verify(), source)
                : reader.open(whole, options.verify(), source);
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
        Snapshot snapshot = image.snapshot(shown, options.verify(), origin);
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

    /** What a snapshot needs of the store, and what it has of it. */
    private final class Origin implements StoredImage.Origin {
        private final SnapshotId id;
        private final ObjectReader object;

        Origin(SnapshotId id, ObjectReader object) {
            this.id = id;
            this.object = object;
            store.bucket.retain();
        }

        @Override
        public void reject() throws IOException {
            store.setAside(
                    id, object.head(), new IOException(id + " was rejected by the engine that loaded it from S3"));
        }

        @Override
        public void release() {
            files.give(object.beginning());
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
