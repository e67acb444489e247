package dev.kvc.s3;

import dev.kvc.eviction.SnapshotId;
import dev.kvc.format.KvcFormatException;
import dev.kvc.format.KvcKey;
import dev.kvc.format.Namespace;
import dev.kvc.store.SnapshotInfo;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * Lists a namespace, its index and its objects, and makes the one agree with the other: an object without an entry is
 * looked at and gets one, an entry without its object goes. For one use.
 */
final class FullListing {
    /** How many unknown objects are looked at at once. */
    private static final int LOOKS = 16;

    private final S3Store store;
    private final Namespace namespace;
    private final Index index;
    private final Map<KvcKey, List<IndexEntry>> entries = new HashMap<>();
    private final Map<KvcKey, S3Object> objects = new HashMap<>();
    private final Map<KvcKey, Catalog.Item> items = new HashMap<>();

    FullListing(S3Store store, Namespace namespace, Index index) {
        this.store = store;
        this.namespace = namespace;
        this.index = index;
    }

    /** What there is. One at a time for a namespace. */
    List<SnapshotInfo> run() throws IOException {
        Catalog catalog = index.catalog();
        catalog.listingBegins();
        try {
            read();
            objects.forEach(this::recognize);
            look(objects.keySet().stream()
                    .filter(key -> !items.containsKey(key))
                    .toList());
            catalog.replaceAll(items);
        } finally {
            catalog.listingEnds();
        }
        removeEntriesWithoutObject();
        index.writeHits();
        return catalog.infos();
    }

    /** The entries first: an object that has one is then among the objects, unless it has been removed. */
    private void read() throws IOException {
        index.readEntries(
                null,
                entry -> entries.computeIfAbsent(entry.key(), any -> new ArrayList<>())
                        .add(entry));
        store.bucket.list(store.names.folder(namespace), store.names.behindIndex(namespace), true, page -> {
            for (S3Object object : page.contents()) {
                @Nullable KvcKey key = store.names.key(namespace, object.key());
                if (key != null) {
                    objects.put(key, object);
                }
            }
            return true;
        });
    }

    /** Finds out what an object is from what is known here, or from its latest entry. */
    private void recognize(KvcKey key, S3Object object) {
        long etag = Etags.digest(object.eTag());
        Catalog.@Nullable Item known = index.catalog().get(key);
        if (known != null && known.etag() == etag) {
            items.put(key, known);
            return;
        }
        entries.getOrDefault(key, List.of()).stream()
                .filter(entry -> entry.etag() == etag)
                .max(IndexEntry.BY_AGE)
                .ifPresent(entry -> items.put(key, Items.of(namespace, entry)));
    }

    /** Asks the service what these objects are. */
    private void look(List<KvcKey> unknown) throws IOException {
        Semaphore turns = new Semaphore(LOOKS);
        List<CompletableFuture<Catalog.@Nullable Item>> looks = new ArrayList<>();
        for (KvcKey key : unknown) {
            turns.acquireUninterruptibly();
            looks.add(CompletableFuture.supplyAsync(() -> learn(new SnapshotId(namespace, key)), store::run)
                    .whenComplete((item, failure) -> turns.release()));
        }
        for (CompletableFuture<Catalog.@Nullable Item> look : looks) {
            Catalog.@Nullable Item item = join(look);
            if (item != null) {
                items.put(item.info().key(), item);
            }
        }
    }

    /** {@code null} for what is gone by now, or no snapshot that we can read. */
    private Catalog.@Nullable Item learn(SnapshotId id) {
        try {
            return Items.learn(
                    store.bucket, store.names.object(id), id, store.settings.maxTextBytes(), store.clock.millis());
        } catch (KvcFormatException e) {
            return null;
        } catch (IOException e) {
            throw new CompletionException(e);
        }
    }

    private static Catalog.@Nullable Item join(CompletableFuture<Catalog.@Nullable Item> look) throws IOException {
        try {
            return look.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof IOException io) {
                throw io;
            }
            throw e;
        }
    }

    private void removeEntriesWithoutObject() {
        entries.values()
                .forEach(ofKey -> ofKey.stream().filter(this::isLeftOver).forEach(entry -> {
                    Index.mend(() -> index.remove(entry));
                }));
    }

    private boolean isLeftOver(IndexEntry entry) {
        Catalog.@Nullable Item item = index.catalog().get(entry.key());
        @Nullable S3Object object = objects.get(entry.key());
        boolean hasObject = object != null && Etags.digest(object.eTag()) == entry.etag();
        return !hasObject || (item != null && item.entry() != null && !Objects.equals(item.entry(), entry));
    }
}
