package dev.kvc.eviction;

import dev.kvc.format.SaveReason;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * KVC's own: the least tokens saved for the bytes and the time that they are kept go first. How likely a snapshot is to
 * be hit is learned, from its place among the prefixes, its age and its past, so that nothing needs tuning.
 *
 * <pre>
 *   rank = tokens saved ÷ bytes × popularity × index(kind, age)
 * </pre>
 *
 * <ul>
 *   <li><em>Tokens saved</em>: the snapshot's, less those of its nearest stored ancestor, which would serve in its
 *       stead. They count twice for the save reasons cold, evict and shutdown, as in ds4: a user will miss those.
 *   <li><em>Index</em>: the hits that an average snapshot of its {@linkplain Kinds kind} and {@linkplain AgeBins age}
 *       brings for the time that it is best kept ({@link ReuseModel}). The kinds are the structural part: a snapshot
 *       that one longer one was stored upon is hardly ever hit again, one that several were stored upon is. Because the
 *       age is part of it, hits fade; because it need not fall with age, sessions that take turns do not push each
 *       other out.
 *   <li><em>Popularity</em>: how often the snapshot was hit against what its kinds led to expect, {@code (1 + observed)
 *       ÷ (1 + expected)}: the mean of a gamma-distributed frailty. A longer snapshot upon it takes it over, if it is
 *       the first.
 *   <li>The incoming snapshot's ancestor is ranked as if it were stored already.
 *   <li>The pasts of as many evicted snapshots are kept as there are stored ones, and 64 more; one that comes back goes
 *       on with its own, and the return counts as a use.
 * </ul>
 *
 * <p>Time is the number of events: nothing ages while nobody asks. Hits that the header tells when a store opens count
 * as uses.
 *
 * <p>From: hit density, N. Beckmann et al., <em>LHD: Improving Cache Hit Rate by Maximizing Hit Density</em>, NSDI
 * 2018; the index, J. C. Gittins, <em>Bandit Processes and Dynamic Allocation Indices</em>, 1979; hazards from spells
 * cut short, E. L. Kaplan and P. Meier, 1958; frailty, J. W. Vaupel et al., 1979; radix trees whose inner nodes are
 * worth what they branch, R. Pan et al., <em>Marconi: Prefix Caching for the Era of Hybrid LLMs</em>, MLSys 2025.
 *
 * <p>Events cost O(log n), amortized; asking for victims costs a look at {@value Kinds#COUNT} × {@value AgeBins#COUNT}
 * shelves, and O(log n) for each victim. About 250 bytes a snapshot, and 190 for each past that is kept.
 */
public final class PrefixAwarePolicy implements EvictionPolicy {
    private static final Set<SaveReason> MISSED = Set.of(SaveReason.COLD, SaveReason.EVICT, SaveReason.SHUTDOWN);
    private static final double MISSED_MORE = 2;
    private static final int MIN_GHOSTS = 64;
    private static final int MIN_FIT_EVENTS = 16;
    private static final int MAX_FIT_EVENTS = 2_000;
    /** Spells that are remembered, for each stored snapshot. */
    private static final int MEMORY = 16;

    private static final int MIN_MEMORY = 100 * MEMORY;

    private final Map<SnapshotId, Node> nodes = new HashMap<>();
    /** Those whose ancestor is not stored, or not told yet, by that ancestor. */
    private final Map<SnapshotId, Set<Node>> orphans = new HashMap<>();

    private final Map<SnapshotId, History> ghosts = new LinkedHashMap<>();
    private final Shelves shelves = new Shelves();
    private final ReuseModel model = new ReuseModel(Kinds.shares());
    private long event;
    private long order;
    private long nextFit = MIN_FIT_EVENTS;
    /** What victims were asked for last: its ancestor may be one of them. */
    private @Nullable SnapshotMetadata awaited;

    /** A policy that knows no snapshot yet. */
    public PrefixAwarePolicy() {}

    @Override
    public void inserted(SnapshotMetadata snapshot) {
        tick();
        Node node = nodes.get(snapshot.id());
        if (node == null) {
            node = new Node(snapshot.id(), pastOf(snapshot));
        } else {
            unlink(node);
            shelves.remove(node);
        }
        node.bytes = snapshot.bytes();
        node.tokens = snapshot.tokens();
        node.weight = MISSED.contains(snapshot.reason()) ? MISSED_MORE : 1;
        node.history.counted(snapshot.hits());
        use(node);
        nodes.put(node.id, node);
        shelves.add(node);
        link(node, snapshot.ancestor(), true);
        adopt(node);
    }

    private void use(Node node) {
        node.history.since = event;
        node.order = order++;
    }

    /** Its own past if it was here before, or else that of the snapshot that it is the first to go on with. */
    private History pastOf(SnapshotMetadata snapshot) {
        History past = ghosts.remove(snapshot.id());
        if (past != null) {
            past.used(model.expected(past.kind, AgeBins.of(event - past.since)));
            return past;
        }
        past = new History();
        History path = pathOf(snapshot);
        if (path != null && path.extensions == 0) {
            past.continues(path);
        }
        return past;
    }

    /** The past of the nearest ancestor, which may have made room for the snapshot. */
    private @Nullable History pathOf(SnapshotMetadata snapshot) {
        SnapshotId ancestor = snapshot.ancestor();
        if (awaited != null && awaited.id().equals(snapshot.id()) && awaited.ancestor() != null) {
            ancestor = awaited.ancestor();
        }
        if (ancestor == null) {
            return null;
        }
        Node parent = nodes.get(ancestor);
        return parent == null ? ghosts.get(ancestor) : parent.history;
    }

    @Override
    public void hit(SnapshotMetadata snapshot) {
        Node node = nodes.get(snapshot.id());
        if (node == null) {
            return;
        }
        tick();
        shelves.age(event);
        model.hit(node.kind, node.bin);
        shelves.remove(node);
        node.history.used(model.expected(node.kind, node.bin));
        node.history.counted(snapshot.hits());
        use(node);
        shelves.add(node);
    }

    @Override
    public void removed(SnapshotId id) {
        Node node = nodes.remove(id);
        if (node == null) {
            return;
        }
        shelves.age(event);
        model.ended(node.kind, node.bin);
        unlink(node);
        shelves.remove(node);
        node.isStored = false;
        node.history.kind = node.kind;
        ghosts.put(id, node.history);
        Iterator<SnapshotId> oldest = ghosts.keySet().iterator();
        for (int over = ghosts.size() - MIN_GHOSTS - nodes.size(); over > 0; over--) {
            oldest.next();
            oldest.remove();
        }
    }

    /** How many pasts of evicted snapshots are kept. */
    int ghosts() {
        return ghosts.size();
    }

    @Override
    public boolean usesAncestors() {
        return true;
    }

    @Override
    public void relinked(SnapshotId id, @Nullable SnapshotId ancestor) {
        Node node = nodes.get(id);
        if (node != null) {
            unlink(node);
            link(node, ancestor, false);
        }
    }

    private void unlink(Node node) {
        Node parent = node.parent;
        if (parent != null) {
            node.parent = null;
            changeChildren(parent, -1);
        } else if (node.ancestor != null) {
            Set<Node> waiting = orphans.get(node.ancestor);
            if (waiting != null && waiting.remove(node) && waiting.isEmpty()) {
                orphans.remove(node.ancestor);
            }
        }
        node.ancestor = null;
    }

    /**
     * Sets the nearest ancestor.
     *
     * @param isNew whether the snapshot was stored upon it just now
     */
    private void link(Node node, @Nullable SnapshotId ancestor, boolean isNew) {
        Node parent = ancestor == null ? null : nodes.get(ancestor);
        shelves.displace(node);
        node.ancestor = ancestor;
        node.parent = parent;
        shelves.place(node);
        if (parent != null) {
            if (isNew) {
                parent.history.extensions++;
            }
            changeChildren(parent, 1);
        } else if (ancestor != null) {
            orphans.computeIfAbsent(ancestor, key -> new LinkedHashSet<>()).add(node);
        }
    }

    private void changeChildren(Node parent, int by) {
        if (parent.isStored) {
            shelves.displace(parent);
        }
        parent.children += by;
        parent.history.extensions = Math.max(parent.history.extensions, parent.children);
        if (parent.isStored) {
            shelves.place(parent);
        }
    }

    /** Links those that named the snapshot as their ancestor before it was told. */
    private void adopt(Node node) {
        Set<Node> waiting = orphans.remove(node.id);
        if (waiting != null) {
            waiting.forEach(orphan -> link(orphan, node.id, false));
        }
    }

    /** One event has passed. Snapshots age when it is asked how old they are: a whole directory may be told at once. */
    private void tick() {
        event++;
        if (event >= nextFit) {
            shelves.age(event);
            if (model.spells() > Math.max(MIN_MEMORY, MEMORY * (long) nodes.size())) {
                model.fade();
            }
            model.fit(shelves.counts());
            nextFit = event + Math.max(MIN_FIT_EVENTS, Math.min(MAX_FIT_EVENTS, nodes.size() / 8));
        }
    }

    @Override
    public Iterator<SnapshotId> victims(EvictionContext context) {
        shelves.age(event);
        awaited = context.incomingOrNull();
        SnapshotId ancestor = awaited == null ? null : awaited.ancestor();
        Node demoted = ancestor == null ? null : nodes.get(ancestor);
        int kind = demoted == null ? 0 : Kinds.whenExtended(demoted.children, demoted.history);
        return shelves.ranked(model, demoted, kind);
    }
}
