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

    void accept(TraceEvent event) {
        long nowUnix = EPOCH_UNIX + event.atMillis() / 1000;
        if (event instanceof Lookup lookup) {
            look(lookup, nowUnix);
        } else if (event instanceof Save save) {
            save(save, nowUnix);
        }
    }

    private void look(Lookup lookup, long nowUnix) {
        Node<SnapshotMetadata> node = tree.deepest(lookup.text());
        SnapshotMetadata found = node == null ? null : node.value();
        if (node == null || found == null) {
            tally.missed(lookup.tokens());
            return;
        }
        tally.hit(lookup.tokens(), found.tokens());
        SnapshotMetadata used = new SnapshotMetadata(
                found.id(),
                found.bytes(),
                found.tokens(),
                found.hits() + 1,
                found.createdUnix(),
                nowUnix,
                found.reason(),
                found.modelId(),
                null);
        node.replace(used);
        policy.hit(used.withAncestor(id(node.ancestor())));
    }

    private static @Nullable SnapshotId id(@Nullable Node<SnapshotMetadata> node) {
        SnapshotMetadata snapshot = node == null ? null : node.value();
        return snapshot == null ? null : snapshot.id();
    }

    private void save(Save save, long nowUnix) {
        Prefix text = save.text();
        if (text.length() == 0) {
            return;
        }
        SnapshotId id = text.snapshot();
        if (stored.containsKey(id)) {
            return;
        }
        SnapshotMetadata incoming = new SnapshotMetadata(
                id, sizes.bytes(save), save.tokens(), 0, nowUnix, nowUnix, save.reason(), save.modelId(), null);
        if (makeRoom(text, incoming)) {
            insert(text, incoming);
            tally.stored(incoming.bytes());
        } else {
            tally.refused();
        }
    }

    private boolean makeRoom(Prefix text, SnapshotMetadata incoming) {
        long wanted = usedBytes + incoming.bytes() - budgetBytes;
        if (wanted <= 0) {
            return true;
        }
        if (incoming.bytes() > budgetBytes) {
            return false;
        }
        Set<SnapshotId> planned = new LinkedHashSet<>();
        Iterator<SnapshotId> victims = policy.victims(
                new EvictionContext(wanted, incoming.createdUnix(), incoming.withAncestor(id(tree.deepest(text)))));
        while (wanted > 0 && victims.hasNext()) {
            Node<SnapshotMetadata> node = stored.get(victims.next());
            SnapshotMetadata victim = node == null ? null : node.value();
            if (victim != null && planned.add(victim.id())) {
                wanted -= victim.bytes();
            }
        }
        if (wanted > 0) {
            return false;
        }
        planned.forEach(this::evict);
        return true;
    }

    private void evict(SnapshotId id) {
        Node<SnapshotMetadata> node = stored.remove(id);
        SnapshotMetadata victim = node == null ? null : node.value();
        if (node == null || victim == null) {
            throw new IllegalStateException(id + " was planned twice");
        }
        usedBytes -= victim.bytes();
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
