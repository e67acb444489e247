package dev.kvc.store.internal;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A node of a {@link TextTree}: blocks that follow each other, what they may be followed by, and the texts whose whole
 * blocks end with them. No two children begin with the same block.
 */
final class TextNode<T> {
    private @Nullable TextNode<T> parent;
    private int depth;
    private int[] blocks;
    /** By their first block, ascending. */
    private TextNode<T>[] children = none();
    /** By their length, ascending. */
    private @Nullable TextItem<T> items;

    /** A node {@code depth} blocks below the beginning. */
    TextNode(@Nullable TextNode<T> parent, int depth, int[] blocks) {
        this.parent = parent;
        this.depth = depth;
        this.blocks = blocks;
    }

    @SuppressWarnings({"unchecked", "rawtypes"}) // an empty array holds nothing of another type
    private static <T> TextNode<T>[] none() {
        return new TextNode[0];
    }

    int length() {
        return blocks.length;
    }

    /** How many blocks lead to its end. */
    int end() {
        return depth + blocks.length;
    }

    /** How many of its blocks are the text's, from its first on. */
    int common(TextBlocks text) {
        int most = Math.min(blocks.length, text.count() - depth);
        int count = 0;
        while (count < most && blocks[count] == text.block(depth + count)) {
            count++;
        }
        return count;
    }

    @Nullable
    TextItem<T> items() {
        return items;
    }

    @Nullable
    TextNode<T> child(int block) {
        int at = indexOf(block);
        return at < 0 ? null : children[at];
    }

    private int indexOf(int block) {
        int low = 0;
        int high = children.length - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int found = children[middle].blocks[0];
            if (found == block) {
                return middle;
            } else if (found < block) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return -low - 1;
    }

    /** Adds a child of these blocks. */
    TextNode<T> grow(int[] behind) {
        TextNode<T> child = new TextNode<>(this, end(), behind);
        add(child);
        return child;
    }

    private void add(TextNode<T> child) {
        int at = -indexOf(child.blocks[0]) - 1;
        TextNode<T>[] more = Arrays.copyOf(children, children.length + 1);
        System.arraycopy(children, at, more, at + 1, children.length - at);
        more[at] = child;
        children = more;
    }

    private void remove(TextNode<T> child) {
        int at = indexOf(child.blocks[0]);
        TextNode<T>[] fewer = Arrays.copyOf(children, children.length - 1);
        System.arraycopy(children, at + 1, fewer, at, fewer.length - at);
        children = fewer;
    }

    /** Cuts it behind so many blocks; returns the part above, which is new and holds no text. */
    TextNode<T> split(TextNode<T> above, int count) {
        TextNode<T> upper = new TextNode<>(above, depth, Arrays.copyOf(blocks, count));
        above.children[above.indexOf(blocks[0])] = upper;
        parent = upper;
        depth += count;
        blocks = Arrays.copyOfRange(blocks, count, blocks.length);
        upper.add(this);
        return upper;
    }

    void put(TextItem<T> item) {
        @Nullable TextItem<T> before = null;
        for (@Nullable TextItem<T> other = items; other != null && other.bytes() <= item.bytes(); other = other.next) {
            before = other;
        }
        if (before == null) {
            item.next = items;
            items = item;
        } else {
            item.next = before.next;
            before.next = item;
        }
    }

    void take(TextItem<T> item) {
        if (items == item) {
            items = item.next;
        } else {
            for (@Nullable TextItem<T> other = items; other != null; other = other.next) {
                if (other.next == item) {
                    other.next = item.next;
                }
            }
        }
        item.next = null;
        prune();
    }

    /** Drops what holds no text and parts no ways; the root stays. */
    private void prune() {
        @Nullable TextNode<T> above = parent;
        if (above == null || items != null) {
            return;
        } else if (children.length == 1) {
            join(above, children[0]);
        } else if (children.length == 0) {
            above.remove(this);
            above.prune();
        }
    }

    /** Puts an only child in its own place. */
    private void join(TextNode<T> above, TextNode<T> child) {
        int[] joined = Arrays.copyOf(blocks, blocks.length + child.blocks.length);
        System.arraycopy(child.blocks, 0, joined, blocks.length, child.blocks.length);
        child.blocks = joined;
        child.depth = depth;
        child.parent = above;
        above.children[above.indexOf(joined[0])] = child;
    }

    /** Does something with each text at this node and below. */
    void forEach(Consumer<TextItem<T>> action) {
        Deque<TextNode<T>> open = new ArrayDeque<>();
        open.push(this);
        while (!open.isEmpty()) {
            TextNode<T> node = open.pop();
            for (@Nullable TextItem<T> item = node.items; item != null; item = item.next) {
                action.accept(item);
            }
            for (TextNode<T> child : node.children) {
                open.push(child);
            }
        }
    }
}
