package dev.kvc.s3;

import dev.kvc.format.KvcHeader;
import dev.kvc.format.KvcKey;
import dev.kvc.store.SnapshotInfo;
import dev.kvc.store.prefix.PrefixIndex;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What a process knows of the snapshots in a namespace: from the index, and from what it saved, loaded and removed
 * itself. About 400 bytes for each. It may be behind what others did; a load finds out.
 *
 * <p>Safe from any thread; nothing is asked of the service here.
 */
final class Catalog {
    private final PrefixIndex prefixes = new PrefixIndex();
    private final Map<KvcKey, Item> items = new HashMap<>();
    private long bytes;
    /** What changed here since a listing began, which therefore knows less than we do; {@code null} for no listing. */
    private @Nullable Set<KvcKey> changed;

    /**
     * A snapshot.
     *
     * @param etag {@link Etags#digest} of the object
     * @param seenMillis when it was seen to be what its key stands for, in milliseconds since 1970
     * @param entry where its key stands in the index, with it or with what was there before; {@code null} for not yet,
     *     or where nobody knows
     * @param label as it was saved, or learnt
     * @param info with the hits that are known here
     */
    record Item(long etag, long seenMillis, @Nullable IndexEntry entry, Label label, SnapshotInfo info) {
        Item used(long hits, long atUnix) {
            return new Item(etag, seenMillis, entry, label, info.used(hits, atUnix));
        }

        Item in(@Nullable IndexEntry index) {
            return new Item(etag, seenMillis, index, label, info);
        }

        /** What it says of itself, hits included. */
        Label labelNow() {
            return label.with(info.header());
        }

        /** Whether the index does not say all that is known of it. */
        boolean isAhead() {
            return entry == null || entry.etag() != etag || !entry.label().equals(labelNow());
        }

        boolean isSame(Item other) {
            return label.nonce() == other.label.nonce() && etag == other.etag;
        }

        boolean isOf(ObjectHead head) {
            return label.nonce() == head.nonce() && etag == Etags.digest(head.etag());
        }

        /** Whether it has this header, hits apart. */
        boolean has(KvcHeader header) {
            return info.header()
                    .withUse(header.hitCount(), header.lastUsedUnix())
                    .equals(header);
        }
    }

    synchronized @Nullable Item get(KvcKey key) {
        return items.get(key);
    }

    /** Notes what is there now, and is not in the index yet, which may have what was there before. */
    synchronized void put(KvcKey key, Item item) {
        noteChange(key);
        @Nullable Item old = items.get(key);
        replace(key, old == null ? item : item.in(old.entry()));
    }

    /**
     * Removes the item that {@code gone} was made from, hits or not, and no other one.
     *
     * @return what was removed; {@code null} for nothing
     */
    synchronized @Nullable Item removeSame(Item gone) {
        KvcKey key = gone.info().key();
        noteChange(key);
        @Nullable Item present = items.get(key);
        return present != null && present.isSame(gone) ? replace(key, null) : null;
    }

    /**
     * Notes what the service has said of a key, unless something else has been noted since it was asked.
     *
     * @param before what was known then
     */
    synchronized Item observe(KvcKey key, @Nullable Item before, Item item) {
        @Nullable Item present = items.get(key);
        boolean asBefore = before == null ? present == null : present != null && present.isSame(before);
        if (asBefore) {
            put(key, item);
        }
        return item;
    }

    /** Changes what is known of an item, unless there is another one by now. */
    synchronized @Nullable Item update(KvcKey key, Item known, UnaryOperator<Item> change) {
        @Nullable Item present = items.get(key);
        if (present == null || !present.isSame(known)) {
            return null;
        }
        Item later = change.apply(present);
        noteChange(key);
        replace(key, later);
        return later;
    }

    /**
     * Takes note of an index entry that was listed, unless something has changed here since the listing began, or it is
     * the one that is about to be replaced.
     *
     * @param item what the entry says
     */
    synchronized void learn(Item item) {
        KvcKey key = item.info().key();
        @Nullable Item present = items.get(key);
        boolean later = present == null
                || (present.isSame(item)
                        ? !present.isAhead()
                        : item.seenMillis() > present.seenMillis() && !Objects.equals(item.entry(), present.entry()));
        if (later && !changedSinceListing().contains(key)) {
            replace(key, item);
        }
    }

    private void noteChange(KvcKey key) {
        if (changed != null) {
            changed.add(key);
        }
    }

    private @Nullable Item replace(KvcKey key, @Nullable Item item) {
        if (item != null) { // first, so that a length that stays is never missing
            prefixes.add(item.info().textBytes());
            bytes += item.info().storedBytes();
        }
        @Nullable Item old = item == null ? items.remove(key) : items.put(key, item);
        if (old != null) {
            prefixes.remove(old.info().textBytes());
            bytes -= old.info().storedBytes();
        }
        return old;
    }

    /** From now on it is remembered what changes here, until {@link #listingEnds}. One listing at a time. */
    synchronized void listingBegins() {
        changed = new HashSet<>();
    }

    synchronized void listingEnds() {
        changed = null;
    }

    private Set<KvcKey> changedSinceListing() {
        return Objects.requireNonNull(changed, "listingBegins comes first");
    }

    /** Takes what a listing found for all there is, but for what has changed here since it began. */
    synchronized void replaceAll(Map<KvcKey, Item> listed) {
        Set<KvcKey> ours = changedSinceListing();
        List<KvcKey> gone = new ArrayList<>(items.keySet());
        gone.removeIf(key -> listed.containsKey(key) || ours.contains(key));
        gone.forEach(key -> replace(key, null));
        listed.forEach((key, item) -> {
            @Nullable Item present = items.get(key);
            if (!ours.contains(key) && (present == null || !present.isSame(item) || !present.isAhead())) {
                replace(key, item);
            }
        });
    }

    /** What is known that begins a prompt, longest first. */
    List<SnapshotInfo> beginningsOf(ByteBuffer prompt) {
        return prefixes.beginningsOf(prompt, this::infoOf);
    }

    private synchronized @Nullable SnapshotInfo infoOf(KvcKey key, int textBytes) {
        @Nullable Item item = items.get(key);
        return item != null && item.info().textBytes() == textBytes ? item.info() : null;
    }

    synchronized List<SnapshotInfo> infos() {
        return items.values().stream().map(Item::info).toList();
    }

    /** What the index does not say all of yet. */
    synchronized List<KvcKey> ahead() {
        return items.values().stream()
                .filter(Item::isAhead)
                .map(item -> item.info().key())
                .toList();
    }

    synchronized int size() {
        return items.size();
    }

    synchronized long bytes() {
        return bytes;
    }
}
