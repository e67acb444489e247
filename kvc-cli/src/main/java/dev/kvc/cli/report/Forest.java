package dev.kvc.cli.report;

import dev.kvc.eviction.SnapshotId;
import dev.kvc.store.SnapshotInfo;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Snapshots under their nearest stored ancestors; the largest with all that is under it first. */
final class Forest {
    private static final Comparator<Node> LARGEST_FIRST = Comparator.comparingLong(Node::bytes)
            .reversed()
            .thenComparing(node -> node.info().id());

    private final List<Node> nodes = new ArrayList<>();
    private final List<Node> roots = new ArrayList<>();

    /** A snapshot, and all that goes on from it. */
    static final class Node {
        private final SnapshotInfo info;
        private final @Nullable Node parent;
        private final List<Node> children = new ArrayList<>(0);
        private long bytes;
        private long count = 1;

        private Node(SnapshotInfo info, @Nullable Node parent) {
            this.info = info;
            this.parent = parent;
            bytes = info.storedBytes();
        }

        SnapshotInfo info() {
            return info;
        }

        @Nullable
        Node parent() {
            return parent;
        }

        List<Node> children() {
            return children;
        }

        /** Of the snapshot and all under it. */
        long bytes() {
            return bytes;
        }

        /** How many these are. */
        long count() {
            return count;
        }
    }

    /**
     * Needs no recursion, however long the chains are: a text is longer than its ancestor's. An ancestor that is not,
     * which only a directory that changes meanwhile can show, is none.
     */
    Forest(Snapshots snapshots) {
        Map<SnapshotId, Node> known = new HashMap<>();
        List<SnapshotInfo> shortestFirst = new ArrayList<>(snapshots.all());
        shortestFirst.sort(Comparator.comparingInt(SnapshotInfo::textBytes));
        for (SnapshotInfo info : shortestFirst) {
            SnapshotId ancestor = snapshots.ancestors().get(info.id());
            Node parent = ancestor == null ? null : known.get(ancestor);
            Node node = new Node(info, parent);
            (parent == null ? roots : parent.children).add(node);
            nodes.add(node);
            known.put(info.id(), node);
        }
        for (int i = nodes.size() - 1; i >= 0; i--) {
            Node node = nodes.get(i);
            node.children.sort(LARGEST_FIRST);
            if (node.parent != null) {
                node.parent.bytes += node.bytes;
                node.parent.count += node.count;
            }
        }
        roots.sort(LARGEST_FIRST);
    }

    List<Node> roots() {
        return roots;
    }

    long bytes() {
        return roots.stream().mapToLong(Node::bytes).sum();
    }

    /** So many, the largest with all under them first. */
    List<Node> largest(int count) {
        return nodes.stream().sorted(LARGEST_FIRST).limit(count).toList();
    }
}
