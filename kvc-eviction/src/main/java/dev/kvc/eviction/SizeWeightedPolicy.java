package dev.kvc.eviction;

import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * GreedyDual-Size-Frequency: the least tokens saved for the bytes taken go first, and use fades.
 *
 * <p>From L. Cherkasova, <em>Improving WWW Proxies Performance with Greedy-Dual-Size-Frequency Caching Policy</em>,
 * HPL-98-69 (R.1), 1998. Each snapshot has the priority
 *
 * <pre>L + frequency × cost ÷ size,    cost = tokens, size = bytes, frequency = hits + 1</pre>
 *
 * <p>set when it is stored and at each hit, and the lowest goes first. L begins at 0 and becomes the priority of each
 * victim, so what is not used falls behind what comes in, however often it was used once.
 *
 * <p>L follows victims alone. A removal counts as one if its priority is no higher than what the last request for
 * victims came to; so removing something valuable by hand ages nobody.
 *
 * <p>Events cost O(log n), victims come in order. About 130 bytes a snapshot.
 */
public final class SizeWeightedPolicy implements EvictionPolicy {
    private final Map<SnapshotId, Item> items = new HashMap<>();
    private final TreeSet<Item> byPriority = new TreeSet<>();
    private double age;
    private double namedUpTo = Double.NEGATIVE_INFINITY;

    /** A policy that knows no snapshot yet. */
    public SizeWeightedPolicy() {}

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

    private long sequence;

    @Override
    public void inserted(SnapshotMetadata snapshot) {
        take(snapshot.id());
        put(snapshot);
    }

    @Override
    public void hit(SnapshotMetadata snapshot) {
        if (take(snapshot.id()) != null) {
            put(snapshot);
        }
    }

    @Override
    public void removed(SnapshotId id) {
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
        double frequency = snapshot.hits() + 1.0;
        double priority = age + frequency * snapshot.tokens() / Math.max(1, snapshot.bytes());
        Item item = new Item(snapshot.id(), priority, sequence++);
        items.put(item.id, item);
        byPriority.add(item);
    }

    @Override
    public void relinked(SnapshotId id, @Nullable SnapshotId ancestor) {}

    @Override
    public Iterator<SnapshotId> victims(EvictionContext context) {
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
