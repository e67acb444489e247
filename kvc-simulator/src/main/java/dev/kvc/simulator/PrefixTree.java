package dev.kvc.simulator;

import dev.kvc.simulator.trace.Prefix;
import org.jspecify.annotations.Nullable;

/**
 * The stored prefixes, as a radix tree: which of them begin a text, and which of them one begins.
 *
 * <p>A node stands where a stored prefix ends or where two of them part, and holds the id of a unit as the name of its
 * whole beginning; so one map for the whole tree finds the way down, and no node has a map of its own. With n stored
 * prefixes there are less than 2n nodes, of about 100 bytes each, and the ids of each prefix are held once. A search
 * costs the length of the text.
 */
final class PrefixTree<V> {
    /** A place in the tree. */
    static final class Node<V> {
        private final Prefix text;
        private final int depth;
        private @Nullable Node<V> parent;
        private @Nullable Node<V> firstChild;
        private @Nullable Node<V> next;
        private @Nullable Node<V> previous;
        private @Nullable V value;

        private Node(Prefix text, int depth) {
            this.text = text;
            this.depth = depth;
        }

        /** What is stored here; {@code null} at the root and where prefixes merely part. */
        @Nullable
        V value() {
            return value;
        }

        /** Units of the prefix that ends here. */
        int depth() {
            return depth;
        }

        /** Puts something else here, where something is stored. */
        void replace(V other) {
            value = other;
        }

        /** The nearest stored prefix that this one begins with. */
        @Nullable
        Node<V> ancestor() {
            Node<V> node = parent;
            while (node != null && node.value == null) {
                node = node.parent;
            }
            return node;
        }

        private void link(Node<V> child) {
            child.parent = this;
            child.previous = null;
            child.next = firstChild;
            if (firstChild != null) {
                firstChild.previous = child;
            }
            firstChild = child;
        }

        private void unlink(Node<V> child) {
            if (child.previous == null) {
                firstChild = child.next;
            } else {
                child.previous.next = child.next;
            }
            if (child.next != null) {
                child.next.previous = child.previous;
            }
        }
    }

    /** Takes the nodes of a walk. */
    interface Visitor<V> {
        void visit(Node<V> node);
    }

    /** How far a text leads into the tree. */
    private record Way<V>(
            Node<V> last,
            @Nullable Node<V> below,
            int common,
            @Nullable Node<V> deepest) {}

    private final Node<V> root = new Node<>(Prefix.of(), 0);
    /** By the id of the first unit of the edge that leads to them. */
    private final LongMap<Node<V>> edges = new LongMap<>();

    /** The longest stored prefix that begins this text, or is it. */
    @Nullable
    Node<V> deepest(Prefix text) {
        return descend(text).deepest;
    }

    private Way<V> descend(Prefix text) {
        Node<V> last = root;
        Node<V> deepest = null;
        while (last.depth < text.length()) {
            Node<V> child = edges.get(text.id(last.depth + 1));
            if (child == null) {
                break;
            }
            if (child.parent != last) {
                throw new IllegalArgumentException(
                        "id " + Long.toHexString(text.id(last.depth + 1)) + " stands for two beginnings");
            }
            int common = text.common(child.text, last.depth, child.depth);
            if (common < child.depth) {
                return new Way<>(last, child, common, deepest);
            }
            last = child;
            deepest = child.value == null ? deepest : child;
        }
        return new Way<>(last, null, last.depth, deepest);
    }

    /** Stores a prefix that is neither empty nor stored. */
    Node<V> insert(Prefix text, V value) {
        Way<V> way = descend(text);
        Node<V> node = way.last;
        if (way.below != null) {
            node = split(text, way.last, way.below, way.common);
        }
        if (node.depth < text.length()) {
            Node<V> leaf = new Node<>(text, text.length());
            attach(node, leaf);
            node = leaf;
        }
        node.value = value;
        return node;
    }

    private Node<V> split(Prefix text, Node<V> above, Node<V> below, int depth) {
        Node<V> middle = new Node<>(text, depth);
        above.unlink(below);
        attach(above, middle);
        attach(middle, below);
        return middle;
    }

    private void attach(Node<V> parent, Node<V> child) {
        parent.link(child);
        edges.put(child.text.id(parent.depth + 1), child);
    }

    private void detach(Node<V> parent, Node<V> child) {
        parent.unlink(child);
        edges.remove(child.text.id(parent.depth + 1));
    }

    /** Removes what is stored at this node, and the node with it where nothing parts. */
    void remove(Node<V> node) {
        node.value = null;
        Node<V> parent = node.parent;
        shrink(node);
        if (parent != null && node.firstChild == null) {
            shrink(parent);
        }
    }

    private void shrink(Node<V> node) {
        Node<V> parent = node.parent;
        Node<V> child = node.firstChild;
        if (parent == null || node.value != null || (child != null && child.next != null)) {
            return;
        }
        detach(parent, node);
        if (child != null) {
            detach(node, child);
            attach(parent, child);
            // For whoever still holds the node: it has left the tree.
            node.firstChild = null;
        }
    }

    /** Visits the stored prefixes whose nearest stored ancestor is this one. */
    void forEachChild(Node<V> node, Visitor<V> visitor) {
        Node<V> at = node.firstChild;
        while (at != null) {
            if (at.value != null) {
                visitor.visit(at);
            }
            at = at.value == null && at.firstChild != null ? at.firstChild : following(at, node);
        }
    }

    /** The next node after all that is below this one; {@code null} if that is all below {@code top}. */
    private static <V> @Nullable Node<V> following(Node<V> node, Node<V> top) {
        Node<V> at = node;
        while (at != null && at != top && at.next == null) {
            at = at.parent;
        }
        return at == null || at == top ? null : at.next;
    }
}
