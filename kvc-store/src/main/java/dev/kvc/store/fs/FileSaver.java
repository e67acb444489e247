package dev.kvc.store.fs;

import dev.kvc.eviction.SnapshotId;
import dev.kvc.eviction.SnapshotMetadata;
import dev.kvc.format.BlockChecksums;
import dev.kvc.format.KvcHeader;
import dev.kvc.format.Layout;
import dev.kvc.store.Durability;
import dev.kvc.store.LoadOptions;
import dev.kvc.store.SaveOptions;
import dev.kvc.store.SaveResult;
import dev.kvc.store.SaveResult.Outcome;
import dev.kvc.store.SnapshotDraft;
import dev.kvc.store.internal.BlockWorkers;
import dev.kvc.store.internal.PromotedSource;
import dev.kvc.store.internal.StoreCounters;
import dev.kvc.store.internal.TextBlocks;
import dev.kvc.store.spi.AdmissionGate;
import dev.kvc.store.spi.FileImage;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Saves a snapshot: room first, then a temporary that only its writer sees, then the name, at once. A reader sees the
 * file that was there before or the new one, never a part.
 */
final class FileSaver {
    private final FileStoreSettings settings;
    private final StoreFiles files;
    private final Catalog catalog;
    private final SharedDirectory shared;
    private final Evictor evictor;
    private final FileLoader loader;
    private final BlockWorkers workers;
    private final StoreCounters counters;
    private final AdmissionGate gate;

    FileSaver(
            FileStoreSettings settings,
            StoreFiles files,
            Catalog catalog,
            SharedDirectory shared,
            Evictor evictor,
            FileLoader loader,
            BlockWorkers workers,
            StoreCounters counters) {
        this.settings = settings;
        this.files = files;
        this.catalog = catalog;
        this.shared = shared;
        this.evictor = evictor;
        this.loader = loader;
        this.workers = workers;
        this.counters = counters;
        this.gate = new AdmissionGate(settings.minTokens(), settings.maxBytesPerDay(), settings.clock());
    }

    /**
     * Saves.
     *
     * @param protectedId a snapshot that shall not be a victim, or {@code null}
     */
    SaveResult save(SnapshotId id, SnapshotDraft draft, SaveOptions options, @Nullable SnapshotId protectedId)
            throws IOException {
        KvcHeader header = draft.header(settings.nowUnix());
        long bytes = FileImage.bytes(draft, header);
        if (bytes > settings.budgetBytes()
                || draft.textBytes() > settings.maxTextBytes()
                || header.payloadBytes() > BlockChecksums.MAX_PAYLOAD_BYTES) {
            return SaveResult.of(Outcome.TOO_LARGE, bytes);
        }
        Durability durability = Objects.requireNonNullElse(options.durabilityOrNull(), settings.durability());
        if (options.ifAbsent() && !isUnheardOf(id, draft) && isServed(id, draft, durability)) {
            return SaveResult.of(Outcome.ALREADY_PRESENT, bytes);
        }
        @Nullable SaveResult refusal = gate.refusal(header.tokenCount(), bytes, options.alwaysAdmitted());
        if (refusal != null) {
            return refusal;
        }
        Save save = new Save(id, draft, header, bytes, durability, options.ifAbsent(), blocks(id, draft));
        boolean written = false;
        catalog.beginSave(id);
        try {
            SaveResult result = save(save, new Evictor.Incoming(save.metadata(catalog), protectedId));
            written = result.isLoadable();
            return result;
        } finally {
            catalog.endSave(id);
            if (!written) {
                gate.notWritten(bytes);
            }
        }
    }

    /**
     * Whether nothing is known of what is copied between tiers, most often since it was missed here a moment ago. What
     * another process has saved meanwhile is found before the copy is published.
     */
    private boolean isUnheardOf(SnapshotId id, SnapshotDraft draft) {
        return PromotedSource.isPromoted(draft) && catalog.get(id) == null;
    }

    /** Its text, for the tree of texts; {@code null} if it cannot be found by its prefix, so that it is no ancestor. */
    private static @Nullable TextBlocks blocks(SnapshotId id, SnapshotDraft draft) {
        return draft.textBytes() > 0 && draft.textKey().equals(id.key()) ? TextBlocks.of(draft.text()) : null;
    }

    /** One save under way. */
    private record Save(
            SnapshotId id,
            SnapshotDraft draft,
            KvcHeader header,
            long bytes,
            Durability durability,
            boolean ifAbsent,
            @Nullable TextBlocks text) {
        SnapshotMetadata metadata(Catalog catalog) {
            return new SnapshotMetadata(
                    id,
                    bytes,
                    header.tokenCount(),
                    header.hitCount(),
                    header.createdUnix(),
                    header.lastUsedUnix(),
                    header.saveReason(),
                    header.modelId(),
                    text == null ? null : catalog.ancestor(id.namespace(), text));
        }
    }

    private SaveResult save(Save save, Evictor.Incoming incoming) throws IOException {
        Evictor.Room room = evictor.reserve(incoming);
        if (room.reservation() == null) {
            return new SaveResult(Outcome.NO_ROOM, save.bytes, room.evicted(), null);
        }
        try (Catalog.Reservation reservation = room.reservation()) {
            return write(save, incoming, room, reservation);
        }
    }

    private SaveResult write(Save save, Evictor.Incoming incoming, Evictor.Room room, Catalog.Reservation reservation)
            throws IOException {
        int freed = 0;
        Outcome outcome;
        try {
            outcome = write(save, reservation);
        } catch (IOException e) {
            if (!isDiskFull(save, e)) {
                throw e;
            }
            freed = freeDisk(save, incoming, e);
            outcome = write(save, reservation);
        }
        counters.wrote(save.bytes);
        return new SaveResult(outcome, save.bytes, room.evicted() + freed, null);
    }

    private boolean isDiskFull(Save save, IOException failure) {
        try {
            return files.usableSpace() < save.bytes;
        } catch (IOException e) {
            failure.addSuppressed(e);
            return false;
        }
    }

    /** Makes room on a full disk, once, if the payload can be written once more. */
    private int freeDisk(Save save, Evictor.Incoming incoming, IOException cause) throws IOException {
        int freed = save.draft.payload().isRepeatable() ? evictor.freeDisk(incoming) : 0;
        if (freed == 0) {
            throw new IOException(
                    files.directory(save.id.namespace()) + ": a snapshot of " + save.bytes
                            + " bytes could not be written, with " + files.usableSpace() + " bytes free: "
                            + cause.getMessage(),
                    cause);
        }
        shared.awaitLearner();
        return freed;
    }

    private Outcome write(Save save, Catalog.Reservation reservation) throws IOException {
        files.makeDirectory(save.id.namespace());
        boolean pastCache = save.bytes >= settings.pastCacheBytes();
        try (Temporary temporary = Temporary.create(files, shared, save.id, pastCache)) {
            Layout layout =
                    SnapshotWriter.write(save.draft, save.header, temporary.channel(), temporary.unit(), workers);
            if (save.durability == Durability.FSYNC) {
                temporary.channel().force(true);
            }
            Outcome outcome = publish(save, temporary, layout, reservation);
            if (save.durability == Durability.FSYNC) {
                files.syncNames(save.id.namespace());
            }
            return outcome;
        }
    }

    /**
     * Publishes, unless what is to be left as it is has come meanwhile. Most often there is nothing; what there is, is
     * looked at without a lock, and so again if it has been replaced since.
     */
    private Outcome publish(Save save, Temporary temporary, Layout layout, Catalog.Reservation reservation)
            throws IOException {
        @Nullable Outcome outcome = publish(save, temporary, layout, reservation, null);
        while (outcome == null) {
            @Nullable FileStat seen = files.stat(path(save.id));
            outcome = isServed(save.id, save.draft, save.durability)
                    ? Outcome.ALREADY_PRESENT
                    : publish(save, temporary, layout, reservation, seen);
        }
        return outcome;
    }

    /** {@code null} if nothing is to be replaced but the file that was seen, and another is there. */
    private @Nullable Outcome publish(
            Save save, Temporary temporary, Layout layout, Catalog.Reservation reservation, @Nullable FileStat seen)
            throws IOException {
        Path target = files.snapshot(save.id);
        ReentrantLock publishing = shared.publishing(save.id);
        publishing.lock();
        try {
            Path path = path(save.id);
            @Nullable FileStat old = files.stat(target);
            if (save.ifAbsent && hasChanged(seen, path.equals(target) ? old : files.stat(path))) {
                return null;
            } else if (!PromotedSource.isWanted(save.draft)) {
                return Outcome.ALREADY_PRESENT; // or gone since; in any case it is as others want it
            } else if (old != null && !old.isRegular()) {
                throw new FileSystemException(
                        target.toString(), null, "is no regular file; a snapshot cannot replace it");
            }
            Entry known = catalog.known(save.id);
            temporary.publishAs(target);
            catalog.put(
                    new Entry(save.id, save.header, layout, temporary.stat().shortKey(), null), save.text, reservation);
            files.removeRenamed(known);
            return old == null && known == null ? Outcome.STORED : Outcome.REPLACED;
        } finally {
            publishing.unlock();
        }
    }

    private static boolean hasChanged(@Nullable FileStat seen, @Nullable FileStat now) {
        if (seen == null || now == null) {
            return seen != null || now != null;
        }
        return seen.size() != now.size() || !Objects.equals(seen.fileKey(), now.fileKey());
    }

    /**
     * Whether a snapshot is there that serves as well; if so, it is as durable as the one that is not saved would be.
     */
    private boolean isServed(SnapshotId id, SnapshotDraft draft, Durability durability) throws IOException {
        LoadOptions options =
                LoadOptions.DEFAULT.verify(LoadOptions.Verify.ON_READ).withoutHit();
        try {
            Entry known = catalog.get(id);
            FileLoader.Found found = loader.open(id, files.file(id, known), known, options);
            try (OpenFile file = found.file()) {
                if (!draft.isServedBy(found.header(), file.text())) {
                    return false;
                }
                if (durability == Durability.FSYNC) {
                    file.channel().force(true);
                    files.syncNames(id.namespace());
                }
                return true;
            }
        } catch (MissException e) {
            return false;
        } catch (FileLoader.DamagedException e) {
            e.close();
            return false;
        }
    }

    /** Where the snapshot of a key is, which is not where a new one goes if it has an upper-case name. */
    private Path path(SnapshotId id) throws IOException {
        return files.file(id, catalog.get(id));
    }
}
