package dev.kvc.eviction;

import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Greedy-Dual: what is worth least goes first, and worth that is not renewed fades.
 *
 * <p>Each snapshot has the priority {@code L + worth}, set when it is stored and at each hit, and the lowest goes
 * first. L begins at 0 and becomes the priority of each victim, so what is not used falls behind what comes in, however
 * much it was worth once.
 *
 * <p>L follows victims alone. A removal counts as one if its priority is no higher than what the last request for
 * victims came to; so removing something valuable by hand ages nobody.
 */
abstract class GreedyDual implements EvictionPolicy {
    private final Map<SnapshotId, Item> items = new HashMap<>();
    private final TreeSet<Item> byPriority = new TreeSet<>();
    private double age;
    private double namedUpTo = Double.NEGATIVE_INFINITY;
    private long sequence;

    /** One snapshot, ordered by priority, then by when that was set. */
    private record Item(SnapshotId id, double priority, long sequence) implements Comparable<Item> {
        private static final Comparator<Item> ORDER = Comparator.comparingDouble(Item::priority)
                .thenComparingLong(Item::sequence)
                .thenComparing(Item::id);

        @Override
        public int compareTo(Item other) {
            return ORDER.compare(this, other);
        }
    }

    /** What a snapshot is worth now, were nothing to fade. */
    abstract double worth(SnapshotMetadata snapshot);

    @Override
    public final void inserted(SnapshotMetadata snapshot) {
        take(snapshot.id());
        put(snapshot);
    }

    @Override
    public final void hit(SnapshotMetadata snapshot) {
        if (take(snapshot.id()) != null) {
            put(snapshot);
        }
    }

    @Override
    public final void removed(SnapshotId id) {
        Item item = take(id);
        if (item != null && item.priority <= namedUpTo) {
            age = Math.max(age, item.priority);
        }
    }

    private @Nullable Item take(SnapshotId id) {
        Item item = items.remove(id);
        if (item != null) {
            byPriority.remove(item);
        }
        return item;
    }

    private void put(SnapshotMetadata snapshot) {
        Item item = new Item(snapshot.id(), age + worth(snapshot), sequence++);
        items.put(item.id, item);
        byPriority.add(item);
    }

    @Override
    public final void relinked(SnapshotId id, @Nullable SnapshotId ancestor) {}

    @Override
    public final Iterator<SnapshotId> victims(EvictionContext context) {
        namedUpTo = Double.NEGATIVE_INFINITY;
        Iterator<Item> ranked = byPriority.iterator();
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return ranked.hasNext();
            }

            @Override
            public SnapshotId next() {
                Item item = ranked.next();
                namedUpTo = item.priority;
                return item.id;
            }
        };
    }
}
