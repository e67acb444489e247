package dev.kvc.simulator;

import dev.kvc.eviction.EvictionContext;
import dev.kvc.eviction.EvictionPolicy;
import dev.kvc.eviction.SnapshotId;
import dev.kvc.eviction.SnapshotMetadata;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Gives up what is needed last, as {@link NextUses} tell; of equals, the one stored or hit first. It must be told the
 * time.
 */
final class Clairvoyant implements EvictionPolicy {
    private final NextUses nextUses;
    private final Map<SnapshotId, Item> items = new HashMap<>();
    private final TreeSet<Item> latestFirst = new TreeSet<>();
    private int event;
    private long sequence;

    Clairvoyant(NextUses nextUses) {
        this.nextUses = nextUses;
    }

    private record Item(SnapshotId id, int nextUse, long sequence) implements Comparable<Item> {
        private static final Comparator<Item> ORDER =
                Comparator.comparingInt(Item::nextUse).reversed().thenComparingLong(Item::sequence);

        @Override
        public int compareTo(Item other) {
            return ORDER.compare(this, other);
        }
    }

    /** What follows is told while this event is replayed. */
    void at(int number) {
        event = number;
    }

    @Override
    public void inserted(SnapshotMetadata snapshot) {
        removed(snapshot.id());
        Item item = new Item(snapshot.id(), nextUses.after(snapshot.id(), event), sequence++);
        items.put(item.id, item);
        latestFirst.add(item);
    }

    @Override
    public void hit(SnapshotMetadata snapshot) {
        if (items.containsKey(snapshot.id())) {
            inserted(snapshot);
        }
    }

    @Override
    public void removed(SnapshotId id) {
        Item item = items.remove(id);
        if (item != null) {
            latestFirst.remove(item);
        }
    }

    @Override
    public void relinked(SnapshotId id, @Nullable SnapshotId ancestor) {}

    @Override
    public Iterator<SnapshotId> victims(EvictionContext context) {
        Iterator<Item> ranked = latestFirst.iterator();
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return ranked.hasNext();
            }

            @Override
            public SnapshotId next() {
                return ranked.next().id;
            }
        };
    }
}
