package dev.kvc.s3;

import dev.kvc.format.KvcKey;
import dev.kvc.format.Namespace;
import dev.kvc.store.SnapshotInfo;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * The index of a namespace in its bucket, and what is known of it here: writes entries, and reads those of others.
 *
 * <p>A refresh lists the entries since the last one that is known, less what clocks may differ by: one request for each
 * thousand snapshots that are new, however many there are. It comes in the background, at most so often, when somebody
 * looks for a prefix; only the first is waited for. What others removed is found out by the load that does not find it,
 * and by a {@linkplain FullListing full listing}.
 *
 * <p>Safe from any thread.
 */
final class Index {
    private static final System.Logger LOG = System.getLogger("dev.kvc.s3");

    private final S3Store store;
    private final Namespace namespace;
    private final Catalog catalog = new Catalog();
    private final ReentrantLock listing = new ReentrantLock();
    private final AtomicBoolean refreshing = new AtomicBoolean();
    private final AtomicLong refreshedMillis = new AtomicLong();
    private final AtomicLong hitsWrittenMillis;
    /** Keys whose entries are being written; whether it is to be looked once more whether they say all. */
    private final Map<KvcKey, Boolean> entering = new ConcurrentHashMap<>();

    private volatile boolean isRead;
    /** The time of the latest entry that was read. */
    private volatile long latestMillis;

    Index(S3Store store, Namespace namespace) {
        this.store = store;
        this.namespace = namespace;
        this.hitsWrittenMillis = new AtomicLong(store.clock.millis());
    }

    Catalog catalog() {
        return catalog;
    }

    /** The catalog, no older than a store's settings say, or being brought up to date. */
    Catalog fresh() throws IOException {
        if (!isRead) {
            readFirst();
        } else if (isDue(refreshedMillis, store.settings.refresh().toMillis())
                && refreshing.compareAndSet(false, true)) {
            store.run(this::refreshInBackground);
        }
        return catalog;
    }

    private boolean isDue(AtomicLong last, long everyMillis) {
        return store.clock.millis() - last.get() >= everyMillis;
    }

    private void readFirst() throws IOException {
        listing.lock();
        try {
            if (!isRead) {
                refresh();
            }
        } finally {
            listing.unlock();
        }
    }

    private void refreshInBackground() {
        try {
            refreshUnlessListing();
            if (isDue(hitsWrittenMillis, store.settings.hitsEvery().toMillis())) {
                writeHits();
            }
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "the index was not brought up to date", e); // the breaker tells of it
        } finally {
            refreshing.set(false);
        }
    }

    /** A listing of all that is under way finds as much. */
    private void refreshUnlessListing() throws IOException {
        if (listing.tryLock()) {
            try {
                refresh();
            } finally {
                listing.unlock();
            }
        }
    }

    private void refresh() throws IOException {
        refreshedMillis.set(store.clock.millis());
        long from = Math.min(latestMillis, store.clock.millis())
                - store.settings.skew().toMillis();
        @Nullable String after = isRead ? store.names.index(namespace) + IndexEntry.timePart(from) : null;
        catalog.listingBegins();
        try {
            readEntries(after, entry -> catalog.learn(Items.of(namespace, entry)));
        } finally {
            catalog.listingEnds();
        }
        isRead = true;
    }

    /** Takes an entry. */
    @FunctionalInterface
    interface EntryReader {
        void read(IndexEntry entry);
    }

    /** Reads the entries behind a name; {@code null} for all. */
    void readEntries(@Nullable String after, EntryReader reader) throws IOException {
        String folder = store.names.index(namespace);
        store.bucket.list(folder, after, false, page -> {
            for (S3Object object : page.contents()) {
                @Nullable IndexEntry entry = IndexEntry.parse(object.key().substring(folder.length()));
                if (entry != null) {
                    latestMillis = Math.max(latestMillis, entry.millis());
                    reader.read(entry);
                }
            }
            return true;
        });
    }

    /**
     * Has a snapshot that was saved entered in the index, for all to find, and waits for it only where much is under
     * way. Until it is, or where that fails, it can be loaded by its key, and is found by who saved it.
     */
    void enterBehind(KvcKey key) {
        store.runBehind(() -> enter(key));
    }

    /**
     * Writes what the index does not say yet of a key. One thread at a time does: where another is at it, that one
     * looks once more.
     */
    private void enter(KvcKey key) {
        boolean another = entering.merge(key, false, (once, any) -> true);
        if (another) {
            return;
        }
        store.bucket.retain(); // it is finished, also when the store is closed meanwhile
        boolean done = false;
        try {
            do {
                entering.put(key, false);
                mend(() -> writeEntry(key));
                done = entering.remove(key, false);
            } while (!done);
        } finally {
            store.bucket.release();
            if (!done) {
                entering.remove(key);
            }
        }
    }

    private void writeEntry(KvcKey key) throws IOException {
        long millis = store.clock.millis(); // first, so that what replaces the item that is looked at next is later
        Catalog.@Nullable Item item = catalog.get(key);
        if (item == null || !item.isAhead()) {
            return;
        }
        IndexEntry entry = new IndexEntry(millis, item.labelNow(), item.etag(), key);
        store.bucket.put(store.names.entry(namespace, entry), ByteBuffer.allocate(0), Map.of(), false);
        boolean isCurrent = catalog.update(key, item, now -> now.in(entry)) != null;
        if (isCurrent) {
            remove(item.entry());
        } else {
            withdraw(item.in(entry));
        }
    }

    /** Nobody here finds a snapshot any more that is gone, nor does anybody who lists the index. */
    void forget(Catalog.Item known) throws IOException {
        Catalog.@Nullable Item gone = catalog.removeSame(known);
        if (gone != null) {
            withdraw(gone);
        }
    }

    /** Removes the entry of a snapshot that is gone, and what a listing has read of it here meanwhile. */
    private void withdraw(Catalog.Item item) throws IOException {
        for (Catalog.@Nullable Item gone = item; gone != null; gone = catalog.removeSame(gone)) {
            remove(gone.entry());
        }
    }

    /** Removes an entry whose snapshot is gone or has another. */
    void remove(@Nullable IndexEntry entry) throws IOException {
        if (entry != null) {
            store.bucket.delete(store.names.entry(namespace, entry));
        }
    }

    /** Something to be done to the index. */
    @FunctionalInterface
    interface Mending {
        void run() throws IOException;
    }

    /** Does what may fail without harm: whoever lists all does it again. */
    static void mend(Mending mending) {
        try {
            mending.run();
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "the index was not mended", e);
        }
    }

    /** Writes into the index what it does not say yet: hits, mostly. */
    void writeHits() {
        hitsWrittenMillis.set(store.clock.millis());
        catalog.ahead().forEach(this::enter);
    }

    /** All that there is now, by a full listing. */
    List<SnapshotInfo> listAll() throws IOException {
        listing.lock();
        try {
            List<SnapshotInfo> all = new FullListing(store, namespace, this).run();
            isRead = true;
            return all;
        } finally {
            listing.unlock();
        }
    }
}
