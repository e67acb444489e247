package dev.kvc.store.fs;

import dev.kvc.eviction.SnapshotId;
import dev.kvc.format.KvcCodec;
import dev.kvc.format.Layout;
import dev.kvc.format.ReaderAt;
import dev.kvc.format.Tail;
import dev.kvc.store.SaveResult;
import dev.kvc.store.SaveResult.Outcome;
import dev.kvc.store.internal.BlockBuffers;
import dev.kvc.store.internal.BlockVerifier;
import dev.kvc.store.internal.BlockWorkers;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Takes a file as it is, from another directory: every byte stays, also those that we do not understand. It is written
 * under a temporary name, verified as a load would, flushed, and gets its name at once.
 */
final class Adopter {
    private final FileStoreSettings settings;
    private final StoreFiles files;
    private final Catalog catalog;
    private final SharedDirectory shared;
    private final BlockWorkers workers;

    Adopter(
            FileStoreSettings settings,
            StoreFiles files,
            Catalog catalog,
            SharedDirectory shared,
            BlockWorkers workers) {
        this.settings = settings;
        this.files = files;
        this.catalog = catalog;
        this.shared = shared;
        this.workers = workers;
    }

    SaveResult adopt(SnapshotId id, ReadableByteChannel from, long bytes, boolean replace) throws IOException {
        if (bytes > settings.budgetBytes()) {
            return SaveResult.of(Outcome.TOO_LARGE, bytes);
        } else if (!replace && isThere(id)) {
            return SaveResult.of(Outcome.ALREADY_PRESENT, bytes);
        }
        catalog.beginSave(id);
        try (Catalog.Reservation room = reserve(id, bytes)) {
            Outcome outcome = room == null ? Outcome.NO_ROOM : write(id, from, bytes, replace, room);
            return SaveResult.of(outcome, bytes);
        } finally {
            catalog.endSave(id);
        }
    }

    /** Whatever digits its name is written in. */
    private boolean isThere(SnapshotId id) throws IOException {
        return catalog.known(id) != null || files.stat(files.snapshot(id)) != null;
    }

    /** {@code null} if there is no room: nothing is evicted for a file that its caller can keep elsewhere. */
    private Catalog.@Nullable Reservation reserve(SnapshotId id, long bytes) {
        return catalog.locked(() -> {
            long room = settings.budgetBytes() - catalog.usedBytes();
            return catalog.beyondReplaced(id, bytes) > room ? null : catalog.reserve(id, bytes);
        });
    }

    private Outcome write(
            SnapshotId id, ReadableByteChannel from, long bytes, boolean replace, Catalog.Reservation room)
            throws IOException {
        files.makeDirectory(id.namespace());
        try (Temporary temporary = Temporary.create(files, shared, id, false)) {
            copy(from, bytes, temporary.channel());
            Layout layout = verify(temporary, id);
            temporary.channel().force(true);
            Outcome outcome = publish(id, temporary, layout, replace, room);
            files.syncNames(id.namespace());
            return outcome;
        }
    }

    private static void copy(ReadableByteChannel from, long bytes, FileChannel to) throws IOException {
        try (BlockBuffers.Lease lease = BlockBuffers.lease()) {
            ByteBuffer block = lease.buffer();
            long left = bytes;
            while (left > 0) {
                block.clear().limit((int) Math.min(block.capacity(), left));
                int read = from.read(block);
                if (read < 0) {
                    throw new IOException("the file ends " + left + " bytes before the " + bytes + " it should have");
                }
                KvcCodec.writeFully(block.flip(), to);
                left -= read;
            }
        }
    }

    private Layout verify(Temporary temporary, SnapshotId id) throws IOException {
        ReaderAt file = ReaderAt.of(temporary.channel());
        String source = FileNames.snapshot(id.key());
        Layout layout = KvcCodec.readLayout(file, settings.maxTextBytes(), source);
        Tail tail = KvcCodec.readTail(file, layout, source);
        if (tail.footer().isPresent()) {
            ByteBuffer text = KvcCodec.readText(file, layout, source);
            tail.footer().get().verifyText(text, source);
            new BlockVerifier(file, layout, tail.footer().get(), workers, source).verifyAll();
        }
        return layout;
    }

    private Outcome publish(
            SnapshotId id, Temporary temporary, Layout layout, boolean replace, Catalog.Reservation room)
            throws IOException {
        Path target = files.snapshot(id);
        ReentrantLock publishing = shared.publishing(id);
        publishing.lock();
        try {
            FileStat old = files.stat(target);
            Entry known = catalog.known(id);
            boolean isThere = old != null || known != null;
            if (isThere && !replace) {
                return Outcome.ALREADY_PRESENT;
            } else if (old != null && !old.isRegular()) {
                throw new FileSystemException(
                        target.toString(), null, "is no regular file; a snapshot cannot replace it");
            }
            temporary.publishAs(target);
            catalog.put(new Entry(id, layout.header(), layout, temporary.stat().shortKey(), null), null, room);
            files.removeRenamed(known);
            return isThere ? Outcome.REPLACED : Outcome.STORED;
        } finally {
            publishing.unlock();
        }
    }
}
