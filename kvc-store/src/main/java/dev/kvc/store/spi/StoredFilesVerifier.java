package dev.kvc.store.spi;

import dev.kvc.format.KvcFormatException;
import dev.kvc.format.KvcFormatException.Kind;
import dev.kvc.format.KvcKey;
import dev.kvc.format.Namespace;
import dev.kvc.format.ReaderAt;
import dev.kvc.store.KvStore;
import dev.kvc.store.LoadOptions;
import dev.kvc.store.LoadOptions.Verify;
import dev.kvc.store.Snapshot;
import dev.kvc.store.SnapshotInfo;
import dev.kvc.store.VerifyOptions;
import dev.kvc.store.VerifyProgress;
import dev.kvc.store.VerifyReport;
import dev.kvc.store.VerifyReport.Finding;
import dev.kvc.store.VerifyReport.Remedy;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads every file that a store of {@link StoredFiles} lists, and says what is not in order. What is damaged is mended
 * by loading it, which takes it away if it still is. What the store does not list it does not see.
 */
public final class StoredFilesVerifier {
    private static final int UNIT_BYTES = 8 << 20;
    private static final int THREADS = 4;
    private static final int MAX_TEXT_BYTES = Integer.MAX_VALUE - 8;
    private static final StoredImage.Origin NOBODY = () -> {};

    private final ImageReader reader;
    private final VerifyOptions options;
    private final VerifyProgress progress;
    private final List<Finding> findings = new ArrayList<>();
    private long count;
    private long bytes;
    private long verified;
    private long unverified;

    private StoredFilesVerifier(ImageReader reader, VerifyOptions options, VerifyProgress progress) {
        this.reader = reader;
        this.options = options;
        this.progress = progress;
    }

    /**
     * Verifies a store, which stays open, in all of its namespaces.
     *
     * @throws UnsupportedOperationException if it does not give its files
     * @throws IOException if it cannot be read, or what is to be mended cannot be
     */
    public static VerifyReport verify(KvStore root, VerifyOptions options, VerifyProgress progress) throws IOException {
        try (ImageReader reader = new ImageReader(UNIT_BYTES, THREADS, MAX_TEXT_BYTES, 0)) {
            return new StoredFilesVerifier(reader, options, progress).run(root);
        }
    }

    private VerifyReport run(KvStore root) throws IOException {
        for (Namespace namespace : root.namespaces()) {
            KvStore store = root.in(namespace);
            if (!(store instanceof StoredFiles files)) {
                throw new UnsupportedOperationException(store + " does not give the files of its snapshots");
            }
            try (Stream<SnapshotInfo> all = store.list()) {
                for (Iterator<SnapshotInfo> each = all.iterator(); each.hasNext(); ) {
                    verify(store, files, each.next());
                    progress.at(count, bytes);
                }
            }
        }
        findings.sort(Comparator.comparing(Finding::file));
        return new VerifyReport(count, bytes, verified, unverified, findings);
    }

    private void verify(KvStore store, StoredFiles files, SnapshotInfo info) throws IOException {
        try {
            @Nullable StoredImage image = read(files, info);
            if (image != null) {
                seen(info);
                inOrder(info, image);
            }
        } catch (KvcFormatException e) {
            seen(info);
            broken(store, info, e);
        }
    }

    private void seen(SnapshotInfo info) {
        count++;
        bytes += info.storedBytes();
    }

    /** {@code null} if it has gone. What goes while it is read may have been replaced, and is looked at once more. */
    private @Nullable StoredImage read(StoredFiles files, SnapshotInfo info) throws IOException {
        String gone = "";
        for (int attempt = 0; attempt < 2; attempt++) {
            Optional<ReaderAt> file = files.file(info.key());
            if (file.isEmpty()) {
                return null;
            }
            try {
                return read(file.get(), info);
            } catch (NoSuchFileException e) {
                gone = String.valueOf(e.getMessage());
            }
        }
        throw new KvcFormatException(Kind.TRUNCATED, info.id().toString(), 0, "all of it", gone);
    }

    private StoredImage read(ReaderAt file, SnapshotInfo info) throws IOException {
        StoredImage image = reader.open(file, Verify.ON_READ, info.id().toString());
        if (options.payloads()) {
            // Nothing is held, so that this reads and verifies the payload, if it can be, and lets go of it.
            image.snapshot(info, Verify.ON_LOAD, NOBODY).close();
        }
        return image;
    }

    private void inOrder(SnapshotInfo info, StoredImage image) {
        if (image.isVerifiable()) {
            verified++;
        } else {
            unverified++;
        }
        KvcKey ofText = KvcKey.of(image.text());
        if (!ofText.equals(info.key())) {
            found(
                    info,
                    VerifyReport.Kind.OTHER_KEY,
                    Remedy.NONE,
                    false,
                    "the text has the key " + ofText + ", so no prefix lookup finds it");
        }
    }

    private void broken(KvStore store, SnapshotInfo info, KvcFormatException e) throws IOException {
        String detail = String.valueOf(e.getMessage());
        switch (e.kind()) {
            case UNSUPPORTED_VERSION, TEXT_TOO_LARGE ->
                found(info, VerifyReport.Kind.OTHER_VERSION, Remedy.NONE, false, detail);
            default ->
                found(
                        info,
                        VerifyReport.Kind.DAMAGED,
                        Remedy.DELETE,
                        options.mend() && isTakenAway(store, info),
                        detail);
        }
    }

    /** Whether a load finds it damaged, too, and has taken it away; not if it has been replaced meanwhile. */
    private static boolean isTakenAway(KvStore store, SnapshotInfo info) throws IOException {
        try (Snapshot whole =
                store.load(info.key(), LoadOptions.DEFAULT.withoutHit()).orElse(null)) {
            return whole == null;
        }
    }

    private void found(SnapshotInfo info, VerifyReport.Kind kind, Remedy remedy, boolean mended, String detail) {
        findings.add(new Finding(info.id() + ".kv", info.storedBytes(), kind, remedy, mended, detail));
    }
}
