package dev.kvc.s3;

import dev.kvc.eviction.SnapshotId;
import dev.kvc.format.KvcCodec;
import dev.kvc.store.SaveOptions;
import dev.kvc.store.SaveResult;
import dev.kvc.store.SaveResult.Outcome;
import dev.kvc.store.SnapshotDraft;
import dev.kvc.store.SnapshotInfo;
import dev.kvc.store.spi.AdmissionGate;
import dev.kvc.store.spi.FileImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** Saves: looks whether it must, sends the object, and enters it in the index. */
final class Saver {
    private final S3Store store;
    private final Uploads uploads;
    private final AdmissionGate gate;
    private final SplittableRandom nonces = new SplittableRandom();

    Saver(S3Store store, Uploads uploads) {
        this.store = store;
        this.uploads = uploads;
        this.gate = new AdmissionGate(store.settings.minTokens(), store.settings.maxBytesPerDay(), store.clock);
    }

    SaveResult save(SnapshotId id, SnapshotDraft draft, SaveOptions options) throws IOException {
        store.bucket.retain(); // it is finished, also when the store is closed meanwhile
        try {
            return trySave(id, draft, options);
        } finally {
            store.bucket.release();
        }
    }

    private SaveResult trySave(SnapshotId id, SnapshotDraft draft, SaveOptions options) throws IOException {
        FileImage image = FileImage.of(draft, store.nowUnix());
        if (image.bytes() > store.settings.maxFileBytes()) {
            return SaveResult.of(Outcome.TOO_LARGE, image.bytes());
        }
        Optional<ObjectHead> present = store.bucket.head(store.names.object(id));
        if (options.ifAbsent() && present.isPresent() && serves(id, present.get(), draft)) {
            return SaveResult.of(Outcome.ALREADY_PRESENT, present.get().bytes());
        }
        @Nullable
        SaveResult refusal = gate.refusal(image.header().tokenCount(), image.bytes(), options.alwaysAdmitted());
        return refusal == null ? admitted(id, draft, image, options.ifAbsent(), present.isPresent()) : refusal;
    }

    private SaveResult admitted(
            SnapshotId id, SnapshotDraft draft, FileImage image, boolean ifAbsent, boolean isPresent)
            throws IOException {
        boolean written = false;
        try {
            SaveResult result = write(id, draft, image, ifAbsent && !isPresent, isPresent);
            written = result.outcome() != Outcome.ALREADY_PRESENT;
            return result;
        } finally {
            if (!written) {
                gate.notWritten(image.bytes());
            }
        }
    }

    private SaveResult write(SnapshotId id, SnapshotDraft draft, FileImage image, boolean ifAbsent, boolean isPresent)
            throws IOException {
        Label label = new Label(nonce(), image.header(), draft.textBytes(), image.bytes(), image.hasFooter());
        String name = store.names.object(id);
        try {
            return written(id, image, label, uploads.send(name, image, label, ifAbsent), isPresent);
        } catch (ServiceException e) {
            Optional<ObjectHead> now =
                    e.isOtherVersion() || e.isNotFound() ? store.bucket.head(name) : Optional.empty();
            if (now.isPresent() && now.get().nonce() == label.nonce()) { // the answer to the attempt before was lost
                return written(id, image, label, now.get().etag(), isPresent);
            } else if (now.isPresent() && ifAbsent && serves(id, now.get(), draft)) {
                return SaveResult.of(Outcome.ALREADY_PRESENT, now.get().bytes());
            } else if (now.isPresent() && ifAbsent && image.isRepeatable()) {
                return write(id, draft, image, false, true);
            }
            throw e;
        }
    }

    private SaveResult written(SnapshotId id, FileImage image, Label label, String etag, boolean replaced)
            throws IOException {
        store.report.wrote(image.bytes());
        SnapshotInfo info = image.info(id);
        Catalog.Item item = new Catalog.Item(Etags.digest(etag), store.clock.millis(), null, label, info);
        Catalog.@Nullable Item old = store.catalog(id).put(id.key(), item);
        store.index(id.namespace()).enter(item, old == null ? null : old.entry());
        return SaveResult.of(replaced ? Outcome.REPLACED : Outcome.STORED, image.bytes());
    }

    private long nonce() {
        synchronized (nonces) {
            return nonces.nextLong();
        }
    }

    /** Whether what is there serves as well. */
    private boolean serves(SnapshotId id, ObjectHead head, SnapshotDraft draft) throws IOException {
        @Nullable Label label = head.label();
        if (label == null || label.textBytes() != draft.textBytes() || store.isRefused(id, head)) {
            return false; // one without a label is replaced, and has one then
        }
        return draft.isServedBy(label.header(), draft.text()) && draft.text().equals(text(id, head, label));
    }

    private @Nullable ByteBuffer text(SnapshotId id, ObjectHead head, Label label) throws IOException {
        ByteBuffer text = ByteBuffer.allocate(label.textBytes());
        if (label.textBytes() == 0) {
            return text;
        }
        try {
            store.bucket.read(store.names.object(id), head, KvcCodec.FIXED_BYTES, text);
            return text.flip();
        } catch (ServiceException e) {
            if (e.isNotFound() || e.isOtherVersion()) {
                return null;
            }
            throw e;
        }
    }
}
