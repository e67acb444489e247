package dev.kvc.simulator;

import dev.kvc.eviction.EvictionContext;
import dev.kvc.eviction.EvictionPolicy;
import dev.kvc.eviction.SnapshotId;
import dev.kvc.eviction.SnapshotMetadata;
import dev.kvc.simulator.PrefixTree.Node;
import dev.kvc.simulator.trace.Lookup;
import dev.kvc.simulator.trace.Prefix;
import dev.kvc.simulator.trace.Save;
import dev.kvc.simulator.trace.TraceEvent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A store that holds no bytes: it decides what is a hit and what fits, asks a policy for victims, and tells it of every
 * change, as a real one does.
 *
 * <p>The protocol:
 *
 * <ol>
 *   <li>A lookup finds the deepest stored snapshot on the path of its prompt, which is then hit. Only whole snapshots
 *       count: a longer one that merely begins alike saves nothing.
 *   <li>A save is stored unless its text has no whole unit, is stored already, or is larger than the whole budget.
 *   <li>Room is made before. Victims are taken in the policy's order until the snapshot fits; ids that are not stored
 *       are passed over. Where all of them would not do, nothing is evicted and nothing stored. There is no low
 *       watermark: no byte is freed beyond the need.
 * </ol>
 *
 * <p>The policy is told {@code removed} for each victim, followed by {@code relinked} for each snapshot whose nearest
 * stored ancestor it was; then {@code inserted}, followed by {@code relinked} for each snapshot whose nearest stored
 * ancestor the new one is. Its clock is the trace's.
 */
final class SimulatedStore {
    /** Added to the trace's times, which often begin at 0: a policy takes that for "never". */
    static final long EPOCH_UNIX = 1_000_000_000;

    private final EvictionPolicy policy;
    private final long budgetBytes;
    private final SizeModel sizes;
    private final PrefixTree<SnapshotMetadata> tree = new PrefixTree<>();
    private final Map<SnapshotId, Node<SnapshotMetadata>> stored = new HashMap<>();
    private final Tally tally = new Tally();
    private long usedBytes;

    SimulatedStore(EvictionPolicy policy, long budgetBytes, SizeModel sizes) {
        this.policy = policy;
        this.budgetBytes = budgetBytes;
        this.sizes = sizes;
    }

    Tally tally() {
        return tally;
    }

    long usedBytes() {
        return usedBytes;
    }

    /** A snapshot that is stored. */
    record Found(Node<SnapshotMetadata> node, SnapshotMetadata snapshot) {
        private static @Nullable Found at(@Nullable Node<SnapshotMetadata> node) {
            SnapshotMetadata snapshot = node == null ? null : node.value();
            return node == null || snapshot == null ? null : new Found(node, snapshot);
        }

        /** Of its text. */
        int units() {
            return node.depth();
        }
    }

    /** The time that stores and policies have at this event. */
    static long unix(TraceEvent event) {
        return EPOCH_UNIX + event.atMillis() / 1000;
    }

    void accept(TraceEvent event) {
        if (event instanceof Lookup lookup) {
            look(lookup);
        } else if (event instanceof Save save) {
            save(save);
        }
    }

    private void look(Lookup lookup) {
        Found found = find(lookup.text());
        if (found == null) {
            tally.missed(lookup.tokens());
        } else {
            tally.hit(lookup.tokens(), found.snapshot().tokens());
            hit(found, unix(lookup));
        }
    }

    /** The deepest snapshot on the path of a prompt. Finding it is no hit. */
    @Nullable
    Found find(Prefix prompt) {
        return Found.at(tree.deepest(prompt));
    }

    /** The snapshot of this id. */
    @Nullable
    Found find(SnapshotId id) {
        return Found.at(stored.get(id));
    }

    /** Hits what was found just now, and returns what is known of it then. */
    SnapshotMetadata hit(Found found, long nowUnix) {
        SnapshotMetadata before = found.snapshot();
        SnapshotMetadata used = new SnapshotMetadata(
                before.id(),
                before.bytes(),
                before.tokens(),
                before.hits() + 1,
                before.createdUnix(),
                nowUnix,
                before.reason(),
                before.modelId(),
                null);
        found.node().replace(used);
        policy.hit(used.withAncestor(id(found.node().ancestor())));
        return used;
    }

    private static @Nullable SnapshotId id(@Nullable Node<SnapshotMetadata> node) {
        SnapshotMetadata snapshot = node == null ? null : node.value();
        return snapshot == null ? null : snapshot.id();
    }

    /** Stores the snapshot, unless it is stored or does not fit. */
    void save(Save save) {
        Prefix text = save.text();
        if (text.length() == 0) {
            return;
        }
        long nowUnix = unix(save);
        SnapshotMetadata incoming = new SnapshotMetadata(
                text.snapshot(),
                sizes.bytes(save),
                save.tokens(),
                0,
                nowUnix,
                nowUnix,
                save.reason(),
                save.modelId(),
                null);
        store(text, incoming, nowUnix);
    }

    /** Stores a snapshot that another store has, on the same terms. */
    void store(Prefix text, SnapshotMetadata incoming, long nowUnix) {
        if (stored.containsKey(incoming.id())) {
            return;
        }
        if (makeRoom(text, incoming, nowUnix)) {
            insert(text, incoming);
            tally.stored(incoming.bytes());
        } else {
            tally.refused();
        }
    }

    private boolean makeRoom(Prefix text, SnapshotMetadata incoming, long nowUnix) {
        long wanted = usedBytes + incoming.bytes() - budgetBytes;
        if (wanted <= 0) {
            return true;
        }
        if (incoming.bytes() > budgetBytes) {
            return false;
        }
        Set<SnapshotId> planned = new LinkedHashSet<>();
        Iterator<SnapshotId> victims =
                policy.victims(new EvictionContext(wanted, nowUnix, incoming.withAncestor(id(tree.deepest(text)))));
        while (wanted > 0 && victims.hasNext()) {
            Found victim = find(victims.next());
            if (victim != null && planned.add(victim.snapshot().id())) {
                wanted -= victim.snapshot().bytes();
            }
        }
        if (wanted > 0) {
            return false;
        }
        planned.forEach(this::evict);
        return true;
    }

    private void evict(SnapshotId id) {
        Found victim = Found.at(stored.remove(id));
        if (victim == null) {
            throw new IllegalStateException(id + " was planned twice");
        }
        Node<SnapshotMetadata> node = victim.node();
        usedBytes -= victim.snapshot().bytes();
        tally.evicted();
        List<SnapshotId> children = children(node);
        SnapshotId ancestor = id(node.ancestor());
        tree.remove(node);
        policy.removed(id);
        children.forEach(child -> policy.relinked(child, ancestor));
    }

    private void insert(Prefix text, SnapshotMetadata snapshot) {
        Node<SnapshotMetadata> node = tree.insert(text, snapshot);
        stored.put(snapshot.id(), node);
        usedBytes += snapshot.bytes();
        policy.inserted(snapshot.withAncestor(id(node.ancestor())));
        children(node).forEach(child -> policy.relinked(child, snapshot.id()));
    }

    private List<SnapshotId> children(Node<SnapshotMetadata> node) {
        List<SnapshotId> children = new ArrayList<>();
        tree.forEachChild(node, child -> {
            SnapshotMetadata snapshot = child.value();
            if (snapshot != null) {
                children.add(snapshot.id());
            }
        });
        return children;
    }
}
