package dev.kvc.store.fs;

import dev.kvc.eviction.SnapshotId;
import dev.kvc.format.KvcCodec;
import dev.kvc.format.KvcFormatException;
import dev.kvc.format.KvcKey;
import dev.kvc.format.Layout;
import dev.kvc.format.ReaderAt;
import dev.kvc.store.internal.BlockBuffers;
import dev.kvc.store.internal.TextBlocks;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Reads the texts of snapshots that this process did not save, so that their ancestors are known: in the background,
 * the last used first, and for a tenth of the time at most, whatever the disk.
 */
final class TextLearner {
    private static final System.Logger LOG = System.getLogger("dev.kvc.store.fs");
    private static final int REST_FACTOR = 9;
    private static final long LEAST_REST_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private final StoreFiles files;
    private final Catalog catalog;
    private final SharedDirectory shared;
    private final int maxTextBytes;
    private long restNanos;
    private volatile @Nullable Thread worker;
    private volatile boolean closed;

    TextLearner(StoreFiles files, Catalog catalog, SharedDirectory shared, int maxTextBytes) {
        this.files = files;
        this.catalog = catalog;
        this.shared = shared;
        this.maxTextBytes = maxTextBytes;
    }

    /** Learns until there is nothing to learn, as fast as it goes. For one thread at a time. */
    void learnAtOnce() {
        for (Entry entry = catalog.nextUnlearnt(); entry != null && !closed; entry = catalog.nextUnlearnt()) {
            learn(entry);
        }
    }

    /** Learns until there is nothing to learn, without haste. For one thread at a time. */
    void learnAll() {
        worker = Thread.currentThread();
        for (Entry entry = catalog.nextUnlearnt(); entry != null && !closed; entry = catalog.nextUnlearnt()) {
            long start = System.nanoTime();
            learn(entry);
            rest(System.nanoTime() - start);
        }
    }

    private void rest(long workedNanos) {
        restNanos += REST_FACTOR * workedNanos;
        if (restNanos >= LEAST_REST_NANOS && !closed) {
            LockSupport.parkNanos(restNanos);
            restNanos = 0;
        }
    }

    private void learn(Entry entry) {
        Path path = files.file(entry);
        try (BlockBuffers.Lease lease = BlockBuffers.lease()) {
            @Nullable ByteBuffer text = read(path, entry, lease);
            if (text != null && KvcKey.of(text).equals(entry.id.key())) {
                catalog.learnt(entry, TextBlocks.of(text));
            }
        } catch (KvcFormatException e) {
            LOG.log(System.Logger.Level.DEBUG, () -> "a load will set it aside: " + e.getMessage());
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, () -> path + " cannot be read; its ancestors stay unknown", e);
        }
    }

    /** Reads a text; {@code null} if the file is not the one known, and a refresh will see what has become of it. */
    private @Nullable ByteBuffer read(Path path, Entry entry, BlockBuffers.Lease lease) throws IOException {
        FileStat stat = files.stat(path);
        if (!entry.file().isOf(stat)) {
            return null;
        }
        shared.learning().acquireUninterruptibly();
        try {
            return read(path, entry.id, lease);
        } finally {
            shared.learning().release();
        }
    }

    private ByteBuffer read(Path path, SnapshotId id, BlockBuffers.Lease lease) throws IOException {
        try (FileChannel channel = files.openForReading(path)) {
            ReaderAt file = ReaderAt.of(channel);
            Layout layout = KvcCodec.readLayout(file, maxTextBytes, path.toString());
            if (layout.textBytes() > BlockBuffers.BYTES) {
                return KvcCodec.readText(file, layout, path.toString());
            }
            ByteBuffer text = lease.buffer().limit(layout.textBytes());
            file.readFully(text, KvcCodec.FIXED_BYTES, "the text of " + id, path.toString());
            return text.flip();
        }
    }

    /** Ends, when the file that is being read has been. */
    void close() {
        closed = true;
        Thread working = worker;
        if (working != null) {
            LockSupport.unpark(working);
            try {
                working.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt(); // then it ends a moment later
            }
        }
    }
}
