package dev.kvc.store.fs;

import dev.kvc.eviction.EvictionPolicy;
import dev.kvc.eviction.SnapshotId;
import dev.kvc.format.KvcHeader;
import dev.kvc.format.KvcKey;
import dev.kvc.format.Namespace;
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

    private long entryBytes;
    private long otherBytes;
    private long reservedBytes;
    private long snapshots;

    Catalog(EvictionPolicy policy) {
        this.policy = new GuardedPolicy(policy);
        shelves.put(Namespace.DEFAULT, new Shelf());
    }

    /** The snapshots of one namespace. */
    private static final class Shelf {
        final Map<KvcKey, Entry> entries = new ConcurrentHashMap<>();
        final PrefixIndex lengths = new PrefixIndex();
    }

    /** Does something under the lock. */
    <T extends @Nullable Object> T locked(Supplier<T> action) {
        lock.lock();
        try {
            return action.get();
        } finally {
            lock.unlock();
        }
    }

    private void update(Runnable change) {
        lock.lock();
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

    Set<Namespace> namespaces() {
        return Set.copyOf(shelves.keySet());
    }

    Set<Namespace> namespacesInUse() {
        return namespaces().stream()
                .filter(namespace -> !snapshots(namespace).isEmpty())
                .collect(Collectors.toSet());
    }

    // Changes

    /** Takes what the first scan found; told to the policy in the order of last use. */
    void install(Collection<Entry> found, long nowUnix) {
        List<Entry> entries = new ArrayList<>(found);
        entries.sort(Comparator.comparingLong((Entry entry) -> entry.rankedLastUsed(nowUnix))
                .thenComparing(entry -> entry.id));
        update(() -> {
            Map<Namespace, List<Integer>> lengths = new HashMap<>();
            for (Entry entry : entries) {
                insert(entry);
                if (entry.isSnapshot()) {
                    lengths.computeIfAbsent(entry.id.namespace(), n -> new ArrayList<>())
                            .add(entry.textBytes);
                }
            }
            lengths.forEach((namespace, all) -> shelf(namespace)
                    .lengths
                    .addAll(all.stream().mapToInt(Integer::intValue).toArray()));
        });
    }

    /** Puts an entry in the place of the one that its name had. */
    void put(Entry entry) {
        put(entry, null);
    }

    /** Puts an entry in the place of the one that its name had, and uses up what was reserved for it. */
    void put(Entry entry, @Nullable Reservation reservation) {
        update(() -> {
            if (reservation != null) {
                reservation.close();
            }
            switch (entry.kind) {
                case SNAPSHOT -> replace(entry);
                case SET_ASIDE -> {
                    forget(setAside.remove(entry.id));
                    insert(entry);
                }
                case UNDECIDED, UNREADABLE, OTHER_VERSION -> {
                    drop(entry.id);
                    insert(entry);
                }
            }
        });
    }

    /** First the length, then the entry, then the old entry's length: a lookup meanwhile finds one or the other. */
    private void replace(Entry entry) {
        Shelf shelf = shelf(entry.id.namespace());
        Entry old = shelf.entries.get(entry.id.key());
        shelf.lengths.add(entry.textBytes);
        insert(entry);
        if (old != null) {
            shelf.lengths.remove(old.textBytes);
            snapshots--;
            forget(old);
        }
        forget(unserved.remove(entry.id));
    }

    private void insert(Entry entry) {
        entryBytes += entry.bytes;
        switch (entry.kind) {
            case SNAPSHOT -> {
                shelf(entry.id.namespace()).entries.put(entry.id.key(), entry);
                snapshots++;
                policy.inserted(entry.metadata());
            }
            case SET_ASIDE -> setAside.put(entry.id, entry);
            case UNDECIDED, UNREADABLE, OTHER_VERSION -> unserved.put(entry.id, entry);
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
        return entry == (entry.kind == Entry.Kind.SET_ASIDE ? knownSetAside(entry.id) : known(entry.id));
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
        return shelves.computeIfAbsent(namespace, n -> new Shelf());
    }

    /** Takes note of a hit of the file of this identity; not if the snapshot has been replaced since. */
    void hit(SnapshotId id, int identity, HitCounter.Use use) {
        update(() -> {
            Entry entry = get(id);
            if (entry != null && entry.identity == identity) {
                entry.used(use);
                policy.hit(entry.metadata());
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
