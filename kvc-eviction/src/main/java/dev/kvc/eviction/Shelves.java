package dev.kvc.eviction;

import java.util.Collections;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The stored snapshots, on one shelf for each kind and age. All on a shelf have the same index, so that there the value
 * alone decides, and when the model learns nothing moves. Snapshots move on as they age: a list for each age, oldest
 * first, says which.
 *
 * <p>The shelves are filled when victims are first asked for. Until then there are the lists and how many stand where,
 * so that a cache within its budget, and a directory that is being read, do not pay for an order that nobody asks for.
 */
final class Shelves {
    @SuppressWarnings({"unchecked", "rawtypes"})
    private final TreeSet<Node>[] shelves = new TreeSet[Kinds.COUNT * AgeBins.COUNT];

    private final int[][] counts = new int[Kinds.COUNT][AgeBins.COUNT];
    private final @Nullable Node[] oldest = new Node[AgeBins.COUNT];
    private final @Nullable Node[] newest = new Node[AgeBins.COUNT];
    private boolean isFilled;

    /** How many stand where; not to be changed. */
    int[][] counts() {
        return counts;
    }

    /** Puts up a snapshot that was used just now. */
    void add(Node node) {
        node.bin = 0;
        append(node);
        place(node);
    }

    void remove(Node node) {
        displace(node);
        detach(node);
    }

    /** Takes a snapshot off its shelf while what it is ranked by changes; {@link #place} puts it back. */
    void displace(Node node) {
        if (isFilled) {
            shelf(node).remove(node);
        }
        counts[node.kind][node.bin]--;
    }

    void place(Node node) {
        node.rank();
        if (isFilled) {
            shelf(node).add(node);
        }
        counts[node.kind][node.bin]++;
    }

    private void fill() {
        for (Node first : oldest) {
            for (Node node = first; node != null; node = node.newer) {
                shelf(node).add(node);
            }
        }
        isFilled = true;
    }

    private Set<Node> shelf(Node node) {
        int at = node.kind * AgeBins.COUNT + node.bin;
        TreeSet<Node> shelf = shelves[at];
        if (shelf == null) {
            shelf = new TreeSet<>(Node.BY_VALUE);
            shelves[at] = shelf;
        }
        return shelf;
    }

    /**
     * Moves everything on that has come of age: at most once for each time that its age doubles, less often if nobody
     * has asked meanwhile. From the oldest to the youngest, so that each list stays in order.
     */
    void age(long event) {
        for (int bin = AgeBins.COUNT - 2; bin >= 0; bin--) {
            long due = event - AgeBins.from(bin + 1);
            for (Node node = oldest[bin]; node != null && node.history.since <= due; node = oldest[bin]) {
                remove(node);
                node.bin = AgeBins.of(event - node.history.since);
                append(node);
                place(node);
            }
        }
    }

    private void append(Node node) {
        Node last = newest[node.bin];
        node.older = last;
        node.newer = null;
        if (last == null) {
            oldest[node.bin] = node;
        } else {
            last.newer = node;
        }
        newest[node.bin] = node;
    }

    private void detach(Node node) {
        if (node.older == null) {
            oldest[node.bin] = node.newer;
        } else {
            node.older.newer = node.newer;
        }
        if (node.newer == null) {
            newest[node.bin] = node.older;
        } else {
            node.newer.older = node.older;
        }
    }

    /** The first of a shelf that is not named yet, and those behind it. */
    private record Head(Node node, double rank, Iterator<Node> behind, double index) {}

    /**
     * All snapshots, the one least worth keeping first. Finding the first costs a look at each shelf, each further one
     * O(log n); the first time ever, each snapshot is put on its shelf before.
     *
     * @param demoted one to be ranked as of another kind than it is, or {@code null}
     */
    Iterator<SnapshotId> ranked(ReuseModel model, @Nullable Node demoted, int kind) {
        if (!isFilled) {
            fill();
        }
        PriorityQueue<Head> heads = new PriorityQueue<>((one, other) -> {
            int order = Double.compare(one.rank, other.rank);
            return order == 0 ? Long.compare(one.node.order, other.node.order) : order;
        });
        if (demoted != null) {
            double index = model.index(kind, demoted.bin);
            heads.add(new Head(demoted, index * demoted.value, Collections.emptyIterator(), index));
        }
        for (int at = 0; at < shelves.length; at++) {
            if (shelves[at] != null) {
                double index = model.index(at / AgeBins.COUNT, at % AgeBins.COUNT);
                addHead(heads, shelves[at].iterator(), index, demoted);
            }
        }
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return !heads.isEmpty();
            }

            @Override
            public SnapshotId next() {
                Head head = heads.poll();
                if (head == null) {
                    throw new NoSuchElementException();
                }
                addHead(heads, head.behind, head.index, demoted);
                return head.node.id;
            }
        };
    }

    private static void addHead(
            PriorityQueue<Head> heads, Iterator<Node> shelf, double index, @Nullable Node passedOver) {
        while (shelf.hasNext()) {
            Node node = shelf.next();
            if (node != passedOver) {
                heads.add(new Head(node, index * node.value, shelf, index));
                return;
            }
        }
    }
}
