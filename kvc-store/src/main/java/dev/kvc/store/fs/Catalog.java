package dev.kvc.store.fs;

import dev.kvc.eviction.EvictionPolicy;
import dev.kvc.eviction.SnapshotId;
import dev.kvc.eviction.SnapshotMetadata;
import dev.kvc.format.KvcHeader;
import dev.kvc.format.KvcKey;
import dev.kvc.format.Namespace;
import dev.kvc.store.internal.TextBlocks;
import dev.kvc.store.internal.TextTree;
import dev.kvc.store.prefix.PrefixIndex;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The index: metadata of every file in the directory, the bytes they take, and what the policy is told of them.
 *
 * <p>All changes are made under one lock, held for memory operations alone; lookups of single entries take none. The
 * bytes in use are those of all files that were listed or saved, plus those reserved by saves under way:
 *
 * <pre>used = snapshots + files not served + temporaries and other files + reserved</pre>
 */
final class Catalog {
    private static final int SPINS = 100;

    private final ReentrantLock lock = new ReentrantLock();
    private final EvictionPolicy policy;
    private final Map<Namespace, Shelf> shelves = new ConcurrentHashMap<>();
    /** Files named {@code <key>.kv} that are not served. */
    private final Map<SnapshotId, Entry> unserved = new HashMap<>();
    /** Files named {@code <key>.kv.bad}. */
    private final Map<SnapshotId, Entry> setAside = new HashMap<>();

    private final Map<SnapshotId, Integer> saving = new HashMap<>();
    /** Reservations that count on the room of the file that they replace. */
    private final Map<SnapshotId, Reservation> replacing = new HashMap<>();
    /** The first of the snapshots whose text is to be read, in the background; each knows the next. */
    private volatile @Nullable Entry unlearnt;

    private final TextTree.Changes<SnapshotId> relinking = new Relinking();

    private long entryBytes;
    private long otherBytes;
    private long reservedBytes;
    private long snapshots;

    Catalog(EvictionPolicy policy) {
        this.policy = new GuardedPolicy(policy);
        shelves.put(Namespace.DEFAULT, new Shelf(0));
    }

    /** The snapshots of one namespace. */
    private static final class Shelf {
        final Map<KvcKey, Entry> entries;
        final PrefixIndex lengths = new PrefixIndex();
        final TextTree<SnapshotId> texts = new TextTree<>();

        /** An empty one, with room for so many. */
        Shelf(int expected) {
            entries = new ConcurrentHashMap<>(expected);
        }

        /** Takes the lengths of all entries, of which it has taken none before. */
        void learnLengths() {
            lengths.addAll(
                    entries.values().stream().mapToInt(entry -> entry.textBytes).toArray());
        }
    }

    /** Passes on, under the lock, what texts that come and go change for others. */
    private final class Relinking implements TextTree.Changes<SnapshotId> {
        @Override
        public void relinked(SnapshotId id, @Nullable SnapshotId ancestor) {
            policy.relinked(id, ancestor);
        }

        @Override
        public void unclear(SnapshotId id) {
            Entry entry = get(id);
            if (entry != null) {
                enqueue(entry);
            }
        }
    }

    /** Takes the lock: others have it for less than a microsecond, and to be woken takes fifty. */
    private void lock() {
        for (int spins = 0; spins < SPINS; spins++) {
            if (lock.tryLock()) {
                return;
            }
            Thread.onSpinWait();
        }
        lock.lock();
    }

    /** Does something under the lock. */
    <T extends @Nullable Object> T locked(Supplier<T> action) {
        lock();
        try {
            return action.get();
        } finally {
            lock.unlock();
        }
    }

    private void update(Runnable change) {
        lock();
        try {
            change.run();
        } finally {
            lock.unlock();
        }
    }

    // Lookups, without the lock

    @Nullable
    Entry get(SnapshotId id) {
        Shelf shelf = shelves.get(id.namespace());
        return shelf == null ? null : shelf.entries.get(id.key());
    }

    /** What the file of a snapshot takes; 0 if there is none. */
    long bytes(SnapshotId id) {
        Entry entry = get(id);
        return entry == null ? 0 : entry.bytes;
    }

    /** The snapshots of a namespace; a live view, safe to walk while it changes. */
    Collection<Entry> snapshots(Namespace namespace) {
        Shelf shelf = shelves.get(namespace);
        return shelf == null ? List.of() : shelf.entries.values();
    }

    /** The snapshots of all namespaces; likewise. */
    Stream<Entry> snapshots() {
        return shelves.values().stream().flatMap(shelf -> shelf.entries.values().stream());
    }

    /** The snapshots whose key is the hash of a beginning of {@code prompt}, longest first. */
    List<Entry> beginningsOf(Namespace namespace, ByteBuffer prompt) {
        Shelf shelf = shelves.get(namespace);
        if (shelf == null) {
            return List.of();
        }
        return shelf.lengths.beginningsOf(prompt, (key, length) -> {
            Entry entry = shelf.entries.get(key);
            return entry != null && entry.textBytes == length ? entry : null;
        });
    }

    /** How many bytes of a prompt begin some snapshot's text, as far as texts are known. */
    int sharedBytes(Namespace namespace, TextBlocks prompt) {
        Shelf shelf = shelves.get(namespace);
        return shelf == null ? 0 : shelf.texts.shared(prompt);
    }

    /** The snapshot with the longest text that is shorter than this one and begins it, as far as texts are known. */
    @Nullable
    SnapshotId ancestor(Namespace namespace, TextBlocks text) {
        Shelf shelf = shelves.get(namespace);
        return shelf == null ? null : shelf.texts.ancestor(text);
    }

    Set<Namespace> namespaces() {
        return Set.copyOf(shelves.keySet());
    }

    Set<Namespace> namespacesInUse() {
        return namespaces().stream()
                .filter(namespace -> !snapshots(namespace).isEmpty())
                .collect(Collectors.toSet());
    }

    // Changes

    /** Takes what the first scan found in each directory; told to the policy in the order of last use. */
    void install(Map<Namespace, List<Entry>> found, long nowUnix) {
        List<Entry> entries = found.values().stream()
                .flatMap(List::stream)
                .sorted(Entry.byUse(nowUnix))
                .toList();
        update(() -> {
            found.forEach((namespace, files) -> shelves.put(namespace, new Shelf(files.size())));
            entries.forEach(this::insertOnce);
            shelves.values().forEach(Shelf::learnLengths);
        });
    }

    /**
     * A name that went and came back meanwhile may have been listed twice; which of its files is there, a refresh
     * tells.
     */
    private void insertOnce(Entry entry) {
        if (knownByItsName(entry) == null) {
            insert(entry, null);
        }
    }

    /** Puts an entry in the place of the one that its name had. */
    void put(Entry entry) {
        update(() -> {
            switch (entry.kind) {
                case SNAPSHOT -> replace(entry, null);
                case SET_ASIDE -> {
                    forget(setAside.remove(entry.id));
                    insert(entry, null);
                }
                case UNDECIDED, UNREADABLE, OTHER_VERSION -> {
                    drop(entry.id);
                    insert(entry, null);
                }
            }
        });
    }

    /**
     * Puts a snapshot that was saved in the place of the one that its name had, and uses up what was reserved for it.
     *
     * @param text its text; {@code null} if the key is not the hash of it
     */
    void put(Entry entry, @Nullable TextBlocks text, Reservation reservation) {
        update(() -> {
            reservation.close();
            replace(entry, text);
        });
    }

    /** First the length, then the entry, then the old entry's length: a lookup meanwhile finds one or the other. */
    private void replace(Entry entry, @Nullable TextBlocks text) {
        Shelf shelf = shelf(entry.id.namespace());
        Entry old = shelf.entries.get(entry.id.key());
        shelf.lengths.add(entry.textBytes);
        if (old != null && old.textBytes == entry.textBytes) {
            entry.text = old.text; // it stands there because the key is its hash: the same key, the same text
            old.text = null;
        }
        insert(entry, text);
        if (old != null) {
            shelf.lengths.remove(old.textBytes);
            snapshots--;
            leave(shelf, old);
            forget(old);
        }
        forget(unserved.remove(entry.id));
    }

    private void insert(Entry entry, @Nullable TextBlocks text) {
        entryBytes += entry.bytes;
        switch (entry.kind) {
            case SNAPSHOT -> {
                Shelf shelf = shelf(entry.id.namespace());
                shelf.entries.put(entry.id.key(), entry);
                snapshots++;
                if (entry.text == null && text != null) {
                    entry.text = shelf.texts.add(entry.id, text);
                    policy.inserted(metadata(shelf, entry));
                    shelf.texts.adopt(entry.text, relinking);
                } else {
                    policy.inserted(metadata(shelf, entry));
                    learnLater(entry);
                }
            }
            case SET_ASIDE -> setAside.put(entry.id, entry);
            case UNDECIDED, UNREADABLE, OTHER_VERSION -> unserved.put(entry.id, entry);
        }
    }

    private SnapshotMetadata metadata(Shelf shelf, Entry entry) {
        return entry.metadata(entry.text == null ? null : shelf.texts.ancestor(entry.text));
    }

    private void learnLater(Entry entry) {
        if (entry.text == null && entry.textBytes > 0) {
            enqueue(entry);
        }
    }

    private void enqueue(Entry entry) {
        if (!entry.isUnlearnt) {
            entry.isUnlearnt = true;
            entry.nextUnlearnt = unlearnt;
            unlearnt = entry;
        }
    }

    boolean hasUnlearnt() {
        return unlearnt != null;
    }

    /** A snapshot whose text is to be read, the last used first; {@code null} if there is none. */
    @Nullable
    Entry nextUnlearnt() {
        return locked(() -> {
            Entry next = takeUnlearnt();
            while (next != null && get(next.id) != next) {
                next = takeUnlearnt();
            }
            return next;
        });
    }

    private @Nullable Entry takeUnlearnt() {
        Entry first = unlearnt;
        if (first != null) {
            unlearnt = first.nextUnlearnt;
            first.nextUnlearnt = null;
            first.isUnlearnt = false;
        }
        return first;
    }

    /** Takes the text of a snapshot, of which the key is the hash. */
    void learnt(Entry entry, TextBlocks text) {
        update(() -> {
            Shelf shelf = shelf(entry.id.namespace());
            if (shelf.entries.get(entry.id.key()) != entry || text.bytes() != entry.textBytes) {
                return;
            } else if (entry.text != null) {
                shelf.texts.learn(entry.text, text, relinking);
                return;
            }
            entry.text = shelf.texts.add(entry.id, text);
            SnapshotId ancestor = shelf.texts.ancestor(entry.text);
            if (ancestor != null) {
                policy.relinked(entry.id, ancestor);
            }
            shelf.texts.adopt(entry.text, relinking);
        });
    }

    private void leave(Shelf shelf, Entry entry) {
        if (entry.text != null) {
            shelf.texts.remove(entry.text, relinking);
            entry.text = null;
        }
    }

    /** The file known as {@code <key>.kv}, served or not. */
    @Nullable
    Entry known(SnapshotId id) {
        return locked(() -> {
            Entry entry = get(id);
            return entry == null ? unserved.get(id) : entry;
        });
    }

    /** The file known as {@code <key>.kv.bad}. */
    @Nullable
    Entry knownSetAside(SnapshotId id) {
        return locked(() -> setAside.get(id));
    }

    /** Whether {@code entry} is what is known of its name now. */
    boolean isCurrent(Entry entry) {
        return entry == knownByItsName(entry);
    }

    private @Nullable Entry knownByItsName(Entry entry) {
        return entry.kind == Entry.Kind.SET_ASIDE ? knownSetAside(entry.id) : known(entry.id);
    }

    /** Forgets an entry whose file is gone, if it is still the one known. */
    void remove(Entry entry) {
        update(() -> {
            if (!isCurrent(entry)) {
                return;
            } else if (entry.kind == Entry.Kind.SET_ASIDE) {
                forget(setAside.remove(entry.id));
            } else {
                drop(entry.id);
            }
        });
    }

    /** Forgets whatever is known as {@code <key>.kv}. */
    void removeServed(SnapshotId id) {
        update(() -> drop(id));
    }

    private void drop(SnapshotId id) {
        Shelf shelf = shelf(id.namespace());
        Entry entry = shelf.entries.remove(id.key());
        if (entry != null) {
            shelf.lengths.remove(entry.textBytes);
            snapshots--;
            policy.removed(id);
            leave(shelf, entry);
            forget(entry);
        }
        forget(unserved.remove(id));
    }

    private void forget(@Nullable Entry entry) {
        if (entry != null) {
            entryBytes -= entry.bytes;
            if (entry.kind != Entry.Kind.SET_ASIDE) {
                inherit(replacing.remove(entry.id));
            }
        }
    }

    /** The room of a file that has gone stays with the save that counts on it. */
    private void inherit(@Nullable Reservation heir) {
        if (heir != null) {
            heir.bytes += heir.credit;
            reservedBytes += heir.credit;
            heir.credit = 0;
        }
    }

    private Shelf shelf(Namespace namespace) {
        return shelves.computeIfAbsent(namespace, n -> new Shelf(0));
    }

    /** Takes note of a hit of a file; not if the snapshot has been replaced since. */
    void hit(SnapshotId id, FileIdentity file, HitCounter.Use use) {
        update(() -> {
            Entry entry = get(id);
            if (entry != null && entry.file().equals(file)) {
                entry.used(use);
                policy.hit(metadata(shelf(id.namespace()), entry));
            }
        });
    }

    /** Takes the model id and ABI that a footer told. */
    void footerRead(Entry entry, KvcHeader effective) {
        update(() -> {
            entry.footerRead(effective);
        });
    }

    void otherBytes(long bytes) {
        update(() -> {
            otherBytes = bytes;
        });
    }

    // Accounting

    long usedBytes() {
        return locked(() -> entryBytes + otherBytes + reservedBytes);
    }

    /** What the directory holds, without what is reserved. */
    long heldBytes() {
        return locked(() -> entryBytes + otherBytes);
    }

    long snapshotCount() {
        return locked(() -> snapshots);
    }

    /**
     * What a save takes beyond the file that it replaces. The first one under way for a key has that file's room; those
     * that overlap with it need their own.
     */
    long beyondReplaced(SnapshotId id, long bytes) {
        return locked(() -> bytes - credit(id, bytes));
    }

    private long credit(SnapshotId id, long bytes) {
        Entry replaced = replacing.containsKey(id) ? null : known(id);
        return replaced == null ? 0 : Math.min(bytes, replaced.bytes);
    }

    /** Counts the bytes that a save is going to write, {@linkplain #beyondReplaced beyond} what it replaces. */
    Reservation reserve(SnapshotId id, long bytes) {
        return locked(() -> {
            long credit = credit(id, bytes);
            Reservation reservation = new Reservation(id, bytes - credit, credit);
            reservedBytes += reservation.bytes;
            if (credit > 0) {
                replacing.put(id, reservation);
            }
            return reservation;
        });
    }

    /** Bytes counted beforehand. Close it when they are written, or will not be; a second call does nothing. */
    final class Reservation implements AutoCloseable {
        private final SnapshotId id;
        private long bytes;
        private long credit;

        private Reservation(SnapshotId id, long bytes, long credit) {
            this.id = id;
            this.bytes = bytes;
            this.credit = credit;
        }

        @Override
        public void close() {
            update(() -> {
                reservedBytes -= bytes;
                bytes = 0;
                replacing.remove(id, this);
            });
        }
    }

    /** Marks a key as being saved: its file is no victim until {@link #endSave}. */
    void beginSave(SnapshotId id) {
        update(() -> saving.merge(id, 1, Integer::sum));
    }

    void endSave(SnapshotId id) {
        update(() -> saving.computeIfPresent(id, (key, count) -> count == 1 ? null : count - 1));
    }

    boolean isBeingSaved(SnapshotId id) {
        return locked(() -> saving.containsKey(id));
    }

    // For planning, under the lock

    EvictionPolicy policy() {
        return policy;
    }

    /** Files that go before any snapshot: set aside and unreadable ones, then other versions, the oldest first. */
    List<Entry> leftovers() {
        List<Entry> files = new ArrayList<>(setAside.values());
        unserved.values().stream()
                .filter(entry -> entry.kind == Entry.Kind.UNREADABLE)
                .forEach(files::add);
        unserved.values().stream()
                .filter(entry -> entry.kind == Entry.Kind.OTHER_VERSION)
                .sorted(Comparator.comparingLong(Entry::createdUnix).thenComparing(entry -> entry.id))
                .forEach(files::add);
        return files;
    }

    /** Files of which nothing is known yet. */
    List<Entry> undecided() {
        return locked(() -> unserved.values().stream()
                .filter(entry -> entry.kind == Entry.Kind.UNDECIDED)
                .toList());
    }

    /** Every file that is known of a namespace, of all kinds. */
    List<Entry> files(Namespace namespace) {
        return locked(() -> {
            List<Entry> files = new ArrayList<>(snapshots(namespace));
            Stream.concat(setAside.values().stream(), unserved.values().stream())
                    .filter(entry -> entry.id.namespace().equals(namespace))
                    .forEach(files::add);
            return files;
        });
    }
}
