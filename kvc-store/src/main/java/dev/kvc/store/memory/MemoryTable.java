package dev.kvc.store.memory;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Policy;
import dev.kvc.eviction.SnapshotId;
import dev.kvc.format.Namespace;
import dev.kvc.store.PrefixLookup;
import dev.kvc.store.PrefixMatch;
import dev.kvc.store.PrefixQuery;
import dev.kvc.store.SnapshotInfo;
import dev.kvc.store.internal.HeldSnapshot;
import dev.kvc.store.internal.TextBlocks;
import dev.kvc.store.internal.TextTree;
import dev.kvc.store.prefix.PrefixIndex;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The entries of all namespaces in one Caffeine cache, their lengths for prefix lookup, and their bytes.
 *
 * <p>Caffeine keeps the entries, lets readers in without a lock, and knows the order in which they are worth giving up
 * (W-TinyLFU: Einziger, Friedman, Manes, <i>TinyLFU: A Highly Efficient Cache Admission Policy</i>, 2017). It does not
 * evict by itself: left alone it may turn away the entry that was just saved, and knows no pins. So room is made before
 * an entry comes, along Caffeine's own order of {@linkplain Policy.Eviction#coldest victims}, and its maximum is one
 * that the {@link Ledger} never reaches.
 *
 * <p>Every change of the set of entries is made under one lock, together with its counts; no byte of a snapshot is
 * moved under it. Loads, prefix lookups and lists do not take it.
 */
final class MemoryTable {
    private final Cache<SnapshotId, MemoryEntry> cache;
    private final Policy.Eviction<SnapshotId, MemoryEntry> order;
    private final Map<Namespace, Part> parts = new ConcurrentHashMap<>();
    private final Object lock = new Object();
    private final Ledger ledger;
    private volatile boolean closed;

    MemoryTable(long budget) {
        this.ledger = new Ledger(budget);
        this.cache = Caffeine.newBuilder()
                .maximumWeight(Weights.maximum(budget))
                .weigher((SnapshotId id, MemoryEntry entry) -> entry.weight())
                // On the thread that happens to be here: the work is short, and a store has no threads of its own.
                .executor(Runnable::run)
                .build();
        this.order = cache.policy().eviction().orElseThrow();
    }

    /** What one namespace has: how many entries, the lengths of their texts, and how these begin each other. */
    private static final class Part {
        private final PrefixIndex lengths = new PrefixIndex();
        private final TextTree<SnapshotId> texts = new TextTree<>();
        private int entries;
    }

    /**
     * What became of an entry.
     *
     * @param stored whether it is in the table
     * @param old what was there under its key
     */
    record Put(boolean stored, @Nullable MemoryEntry old) {}

    /** Finds an entry and lets Caffeine know that it was of use. */
    @Nullable
    MemoryEntry use(SnapshotId id) {
        return cache.getIfPresent(id);
    }

    /** Finds an entry; nobody notices. */
    @Nullable
    MemoryEntry peek(SnapshotId id) {
        return cache.policy().getIfPresentQuietly(id);
    }

    /** The entries of one namespace. */
    Stream<MemoryEntry> entries(Namespace namespace) {
        return cache.asMap().values().stream()
                .filter(entry -> entry.id().namespace().equals(namespace));
    }

    /** The namespaces that have an entry. */
    Set<Namespace> namespaces() {
        return Set.copyOf(parts.keySet());
    }

    PrefixMatch match(Namespace namespace, PrefixQuery query) {
        Part part = parts.get(namespace);
        if (part == null) {
            return PrefixMatch.NONE;
        }
        List<SnapshotInfo> found = part.lengths.beginningsOf(query.prompt(), (key, length) -> {
            MemoryEntry entry = peek(new SnapshotId(namespace, key));
            return entry != null && entry.held().textBytes() == length ? entry.info() : null;
        });
        return PrefixLookup.sift(found, query).sharing(part.texts.shared(TextBlocks.of(query.prompt())));
    }

    /**
     * Takes room for an entry, and removes victims if it must. If what may be removed does not suffice, nothing is.
     *
     * @param mayGo which entries may be victims; is asked under the lock
     * @param victims those that were removed are added to it
     * @return the room, to be {@linkplain #put filled} or {@linkplain #release given back}; {@code null} if there is
     *     none
     */
    Ledger.@Nullable Room reserve(SnapshotId id, long bytes, Predicate<SnapshotId> mayGo, List<MemoryEntry> victims) {
        synchronized (lock) {
            Ledger.Room room = ledger.need(id, bytes, peek(id));
            if (!ledger.fits(room, 0, 0)) {
                List<MemoryEntry> plan = plan(room, id, mayGo);
                if (plan.isEmpty()) {
                    return null;
                }
                plan.forEach(this::drop);
                victims.addAll(plan);
            }
            ledger.take(room);
            return room;
        }
    }

    /** The victims that make a room fit; none if all of them would not. */
    private List<MemoryEntry> plan(Ledger.Room room, SnapshotId own, Predicate<SnapshotId> mayGo) {
        return order.coldest(coldestFirst -> {
            List<MemoryEntry> plan = new ArrayList<>();
            long bytes = 0;
            long weight = 0;
            for (Iterator<? extends Map.Entry<SnapshotId, MemoryEntry>> at = coldestFirst.iterator(); at.hasNext(); ) {
                MemoryEntry entry = at.next().getValue();
                SnapshotId id = entry.id();
                if (!id.equals(own) && !ledger.isBeingReplaced(id) && mayGo.test(id)) {
                    plan.add(entry);
                    bytes += entry.bytes();
                    weight += entry.weight();
                    if (ledger.fits(room, bytes, weight)) {
                        return plan;
                    }
                }
            }
            return List.of();
        });
    }

    /** Gives room back, unless it has been filled. */
    void release(Ledger.Room room) {
        synchronized (lock) {
            ledger.release(room);
        }
    }

    /**
     * Fills a room.
     *
     * @param text the entry's text
     * @param keeps whether the key is left as it is, with an entry that has come meanwhile, or without one
     * @return what was done
     * @throws IllegalStateException if the table was closed meanwhile
     */
    Put put(Ledger.Room room, MemoryEntry entry, TextBlocks text, Predicate<@Nullable MemoryEntry> keeps) {
        synchronized (lock) {
            requireOpen();
            ledger.release(room);
            MemoryEntry old = peek(entry.id());
            if (keeps.test(old)) {
                return new Put(false, old);
            }
            Part part = parts.computeIfAbsent(entry.id().namespace(), name -> new Part());
            // First the length, then the entry, then the old entry's length: a lookup finds one or the other.
            part.lengths.add(entry.held().textBytes());
            part.entries++;
            if (text.bytes() > 0) {
                entry.text = part.texts.add(entry.id(), text);
            }
            cache.put(entry.id(), entry);
            ledger.add(entry);
            if (old != null) {
                forget(old);
            }
            return new Put(true, old);
        }
    }

    /** Removes an entry if it is the one, and says whether it was. */
    boolean remove(SnapshotId id, Predicate<HeldSnapshot> isIt) {
        synchronized (lock) {
            MemoryEntry entry = peek(id);
            boolean found = entry != null && isIt.test(entry.held());
            if (entry != null && found) {
                drop(entry);
            }
            return found;
        }
    }

    private void drop(MemoryEntry entry) {
        cache.invalidate(entry.id());
        forget(entry);
    }

    private void forget(MemoryEntry entry) {
        ledger.remove(entry);
        Part part = parts.get(entry.id().namespace());
        if (part != null) {
            part.lengths.remove(entry.held().textBytes());
            if (entry.text != null) {
                part.texts.remove(entry.text, new TextTree.Changes<>() {});
            }
            if (--part.entries == 0) {
                parts.remove(entry.id().namespace());
            }
        }
    }

    long entries() {
        synchronized (lock) {
            return parts.values().stream().mapToLong(part -> part.entries).sum();
        }
    }

    long bytes() {
        synchronized (lock) {
            return ledger.storedBytes();
        }
    }

    void close() {
        synchronized (lock) {
            closed = true;
            cache.invalidateAll();
            parts.clear();
            ledger.clear();
        }
    }

    void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the memory store is closed");
        }
    }
}
