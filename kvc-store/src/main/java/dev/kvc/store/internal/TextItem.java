package dev.kvc.store.internal;

import org.jspecify.annotations.Nullable;

/** A text in a {@link TextTree}: where it stands, and its nearest stored ancestor. Touched under the tree's lock. */
public final class TextItem<T> {
    private final T name;
    private final int bytes;
    private final int tail;
    /** Where its whole blocks lead to. Nodes below a new one keep their texts, so it does not change. */
    final TextNode<T> node;
    /** The one behind it there. */
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

    /** The checksum of what stands behind its last whole block. */
    int tail() {
        return tail;
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
