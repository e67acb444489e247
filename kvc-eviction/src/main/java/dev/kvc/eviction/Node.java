package dev.kvc.eviction;

import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/** One stored snapshot as {@link PrefixAwarePolicy} sees it. */
final class Node {
    /** Least worth first; of equals the one that was used earlier. No two compare as equal. */
    static final Comparator<Node> BY_VALUE = (one, other) -> {
        int order = Double.compare(one.value, other.value);
        return order == 0 ? Long.compare(one.order, other.order) : order;
    };

    final SnapshotId id;
    final History history;
    /** What its tokens count, for the reason that it was saved for. */
    double weight;

    long bytes;
    long tokens;
    /** The nearest ancestor that was told, stored or not. */
    @Nullable
    SnapshotId ancestor;
    /** The same, if it was stored when it was told or has been since. */
    @Nullable
    Node parent;
    /** Stored snapshots whose {@link #parent} this is. */
    int children;

    boolean isStored = true;

    /** Tokens saved for each byte, by the snapshot's own popularity; the shelf's index says the rest. */
    double value;
    /** Larger for each use. */
    long order;

    int kind;
    int bin;
    /** Neighbours in the list of its age bin. */
    @Nullable
    Node older;

    @Nullable
    Node newer;

    Node(SnapshotId id, History history) {
        this.id = id;
        this.history = history;
    }

    /** Tokens that a hit saves, against the nearest stored ancestor. */
    private long tokensSaved() {
        Node over = parent;
        return Math.max(1, tokens - (over != null && over.isStored ? over.tokens : 0));
    }

    void rank() {
        kind = Kinds.of(children, history);
        value = history.popularity() * weight * tokensSaved() / Math.max(1, bytes);
    }
}
