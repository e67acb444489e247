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

/**
 * Saves: sends the object, and has it entered in the index.
 *
 * <p>What is small and under a key that nothing is known of here is sent at once, for the service to refuse where
 * something is there after all, and only then it is looked what: a request less for what is new to everybody. What is
 * large, or can be read only once, is not sent in vain: there, and where something is known, it is looked first.
 *
 * <p>Safe from any thread.
 */
final class Saver {
    private final S3Store store;
    private final Uploads uploads;
    private final AdmissionGate gate;
    private final SplittableRandom nonces = new SplittableRandom();
    /** Until the service says that it does not. */
    private volatile boolean serviceKnowsConditions = true;

    Saver(S3Store store, Uploads uploads) {
        this.store = store;
        this.uploads = uploads;
        this.gate = new AdmissionGate(store.settings.minTokens(), store.settings.maxBytesPerDay(), store.clock);
    }

    SaveResult save(SnapshotId id, SnapshotDraft draft, SaveOptions options) throws IOException {
        store.bucket.retain(); // it is finished, also when the store is closed meanwhile
        try {
            return new Save(id, draft, options).run();
        } finally {
            store.bucket.release();
        }
    }

    private long nonce() {
        synchronized (nonces) {
            return nonces.nextLong();
        }
    }

    /** One of them. */
    private final class Save {
        private final SnapshotId id;
        private final SnapshotDraft draft;
        private final SaveOptions options;
        private final String name;
        private final FileImage image;
        private final Label label;

        Save(SnapshotId id, SnapshotDraft draft, SaveOptions options) {
            this.id = id;
            this.draft = draft;
            this.options = options;
            this.name = store.names.object(id);
            this.image = FileImage.of(draft, store.nowUnix());
            this.label = new Label(nonce(), image.header(), draft.textBytes(), image.bytes(), image.hasFooter());
        }

        SaveResult run() throws IOException {
            if (image.bytes() > store.settings.maxFileBytes()) {
                return SaveResult.of(Outcome.TOO_LARGE, image.bytes());
            }
            @Nullable
            SaveResult refusal = gate.refusal(image.header().tokenCount(), image.bytes(), options.alwaysAdmitted());
            if (refusal != null) {
                return options.ifAbsent() ? served(look()).orElse(refusal) : refusal;
            }
            boolean written = false;
            try {
                SaveResult result = goesUnseen() ? write(true, false) : lookAndWrite();
                written = result.outcome() != Outcome.ALREADY_PRESENT;
                return result;
            } finally {
                if (!written) {
                    gate.notWritten(image.bytes());
                }
            }
        }

        /** Whether it is sent without a look: one that is sent in vain costs little, and can be sent again. */
        private boolean goesUnseen() {
            return serviceKnowsConditions
                    && uploads.isOneRequest(image)
                    && image.isRepeatable()
                    && store.catalog(id).get(id.key()) == null;
        }

        private SaveResult lookAndWrite() throws IOException {
            Optional<ObjectHead> present = look();
            Optional<SaveResult> served = served(present);
            return served.isPresent()
                    ? served.get()
                    : write(options.ifAbsent() && present.isEmpty() && serviceKnowsConditions, present.isPresent());
        }

        private Optional<ObjectHead> look() throws IOException {
            return store.bucket.head(name);
        }

        /**
         * Writes it.
         *
         * @param ifAbsent whether nothing may be there
         * @param replaces whether something is there, for all that is known
         */
        private SaveResult write(boolean ifAbsent, boolean replaces) throws IOException {
            try {
                return written(uploads.send(name, image, label, ifAbsent), replaces);
            } catch (ServiceException e) {
                return refused(e, ifAbsent, replaces);
            }
        }

        private SaveResult refused(ServiceException e, boolean ifAbsent, boolean replaces) throws IOException {
            if (ifAbsent && e.isNotImplemented()) {
                serviceKnowsConditions = false;
            } else if (!e.isOtherVersion() && !e.isNotFound()) {
                throw e;
            }
            Optional<ObjectHead> now = look();
            if (now.isPresent() && now.get().nonce() == label.nonce()) { // the answer to the attempt before was lost
                return written(now.get().etag(), replaces);
            }
            Optional<SaveResult> served = served(now);
            if (served.isPresent()) {
                return served.get();
            } else if (ifAbsent && image.isRepeatable()) {
                return write(false, now.isPresent());
            }
            throw e;
        }

        private SaveResult written(String etag, boolean replaced) {
            store.report.wrote(image.bytes());
            SnapshotInfo info = image.info(id);
            Catalog.Item item = new Catalog.Item(Etags.digest(etag), store.clock.millis(), null, label, info);
            store.catalog(id).put(id.key(), item);
            store.index(id.namespace()).enterBehind(id.key());
            return SaveResult.of(replaced ? Outcome.REPLACED : Outcome.STORED, image.bytes());
        }

        /** The answer where the draft is not needed, since what is there serves as well. */
        private Optional<SaveResult> served(Optional<ObjectHead> present) throws IOException {
            return options.ifAbsent() && present.isPresent() && serves(present.get())
                    ? Optional.of(
                            SaveResult.of(Outcome.ALREADY_PRESENT, present.get().bytes()))
                    : Optional.empty();
        }

        private boolean serves(ObjectHead head) throws IOException {
            @Nullable Label present = head.label();
            if (present == null || present.textBytes() != draft.textBytes() || store.isRefused(id, head)) {
                return false; // one without a label is replaced, and has one then
            }
            return draft.isServedBy(present.header(), draft.text())
                    && draft.text().equals(text(head, present));
        }

        private @Nullable ByteBuffer text(ObjectHead head, Label present) throws IOException {
            ByteBuffer text = ByteBuffer.allocate(present.textBytes());
            if (present.textBytes() == 0) {
                return text;
            }
            try {
                store.bucket.read(name, head, KvcCodec.FIXED_BYTES, text);
                return text.flip();
            } catch (ServiceException e) {
                if (e.isNotFound() || e.isOtherVersion()) {
                    return null;
                }
                throw e;
            }
        }
    }
}
