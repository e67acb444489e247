package dev.kvc.store.internal;

import org.jspecify.annotations.Nullable;

/** A text in a {@link TextTree}: where it stands, and its nearest stored ancestor. Touched under the tree's lock. */
public final class TextItem<T> implements SlotTable.Keyed {
    private final T name;
    private final int bytes;
    private final int tail;
    /** Where its whole blocks lead to. Nodes below a new one keep their texts, so it does not change. */
    final TextNode<T> node;
    /** An equal one there. */
    @Nullable
    TextItem<T> next;

    private @Nullable TextItem<T> ancestor;
    private @Nullable TextItem<T> firstChild;
    private @Nullable TextItem<T> nextSibling;
    private @Nullable TextItem<T> previousSibling;

    TextItem(T name, TextBlocks text, TextNode<T> node) {
        this.name = name;
        this.node = node;
        this.bytes = text.bytes();
        this.tail = text.checksum(text.count() * TextBlocks.BYTES, text.bytes());
    }

    T name() {
        return name;
    }

    /** Length of the text in bytes. */
    int bytes() {
        return bytes;
    }

    @Override
    public long key() {
        return key(bytes, tail);
    }

    /** Tells texts apart whose whole blocks are the same: by length, and the checksum of what stands behind these. */
    static long key(int bytes, int tail) {
        return (long) bytes << Integer.SIZE | Integer.toUnsignedLong(tail);
    }

    /**
     * Whether a longer text, whose blocks lead to the same node, goes on with this one's bytes from {@code from} on.
     */
    boolean beginsAt(int from, TextBlocks text) {
        return text.checksum(from, bytes) == tail;
    }

    /** Takes one out that is equal to this one and stands behind it. */
    void unchain(TextItem<T> item) {
        TextItem<T> before = this;
        while (before.next != null && before.next != item) {
            before = before.next;
        }
        before.next = item.next;
    }

    boolean endsInBlock() {
        return bytes % TextBlocks.BYTES != 0;
    }

    @Nullable
    TextItem<T> ancestor() {
        return ancestor;
    }

    /** Whether its nearest ancestor is no shorter than {@code other}. */
    boolean isBelow(TextItem<T> other) {
        return ancestor != null && ancestor.bytes >= other.bytes;
    }

    /** One of those whose nearest ancestor it is. */
    @Nullable
    TextItem<T> child() {
        return firstChild;
    }

    /** Makes {@code nearest} its nearest ancestor, and says whether it had another. */
    boolean link(@Nullable TextItem<T> nearest) {
        if (nearest == ancestor) {
            return false;
        }
        unlink();
        ancestor = nearest;
        if (nearest != null) {
            nextSibling = nearest.firstChild;
            if (nextSibling != null) {
                nextSibling.previousSibling = this;
            }
            nearest.firstChild = this;
        }
        return true;
    }

    private void unlink() {
        if (previousSibling != null) {
            previousSibling.nextSibling = nextSibling;
        } else if (ancestor != null) {
            ancestor.firstChild = nextSibling;
        }
        if (nextSibling != null) {
            nextSibling.previousSibling = previousSibling;
        }
        ancestor = null;
        nextSibling = null;
        previousSibling = null;
    }
}
