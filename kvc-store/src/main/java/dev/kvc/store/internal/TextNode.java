package dev.kvc.store.internal;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Deque;
import java.util.Iterator;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A node of a {@link TextTree}: blocks that follow each other, what they may be followed by, and the texts whose whole
 * blocks end with them. No two children begin with the same block.
 */
final class TextNode<T> implements SlotTable.Keyed {
    /** Up to so many texts it is quicker to look at each than at each length that one may have. */
    private static final int FEW = 64;

    private @Nullable TextNode<T> parent;
    private int depth;
    private int[] blocks;
    private final SlotTable<TextNode<T>> children = new SlotTable<>();
    private final SlotTable<TextItem<T>> items = new SlotTable<>();
    /** Where there are or were many texts, what stands behind the last whole block of one has had these lengths. */
    private @Nullable BitSet lengths;

    /** A node {@code depth} blocks below the beginning. */
    TextNode(@Nullable TextNode<T> parent, int depth, int[] blocks) {
        this.parent = parent;
        this.depth = depth;
        this.blocks = blocks;
    }

    @Override
    public long key() {
        return blocks[0];
    }

    int length() {
        return blocks.length;
    }

    /** How many blocks lead to its end. */
    private int end() {
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
    TextNode<T> child(int block) {
        return children.get(block);
    }

    /** The longest of the texts here that is shorter than {@code text}, whose blocks lead here, and begins it. */
    @Nullable
    TextItem<T> longestBeginning(TextBlocks text) {
        int from = end() * TextBlocks.BYTES;
        return lengths == null ? longestOfFew(text, from) : longestOfMany(text, from, lengths);
    }

    private @Nullable TextItem<T> longestOfFew(TextBlocks text, int from) {
        @Nullable TextItem<T> longest = null;
        int most = 0;
        for (TextItem<T> item : items) {
            if (item.bytes() > most && item.bytes() < text.bytes() && item.beginsAt(from, text)) {
                longest = item;
                most = item.bytes();
            }
        }
        return longest;
    }

    private @Nullable TextItem<T> longestOfMany(TextBlocks text, int from, BitSet tails) {
        @Nullable TextItem<T> longest = null;
        int tail = tails.previousSetBit(text.bytes() - from - 1);
        while (longest == null && tail >= 0) {
            longest = items.get(TextItem.key(from + tail, text.checksum(from, from + tail)));
            tail = tails.previousSetBit(tail - 1);
        }
        return longest;
    }

    /** Adds a child of these blocks. */
    TextNode<T> grow(int[] behind) {
        TextNode<T> child = new TextNode<>(this, end(), behind);
        children.put(child);
        return child;
    }

    /** Cuts it behind so many blocks; returns the part above, which is new and holds no text. */
    TextNode<T> split(TextNode<T> above, int count) {
        TextNode<T> upper = new TextNode<>(above, depth, Arrays.copyOf(blocks, count));
        above.children.put(upper);
        parent = upper;
        depth += count;
        blocks = Arrays.copyOfRange(blocks, count, blocks.length);
        upper.children.put(this);
        return upper;
    }

    void put(TextItem<T> item) {
        item.next = items.get(item.key());
        items.put(item);
        if (lengths != null) {
            lengths.set(item.bytes() % TextBlocks.BYTES);
        } else if (items.size() > FEW) {
            lengths = new BitSet(TextBlocks.BYTES);
            for (TextItem<T> each : items) {
                lengths.set(each.bytes() % TextBlocks.BYTES);
            }
        }
    }

    void take(TextItem<T> item) {
        TextItem<T> first = Objects.requireNonNull(items.get(item.key()), "the text is here");
        if (first != item) {
            first.unchain(item);
        } else if (item.next != null) {
            items.put(item.next);
        } else {
            items.remove(item.key());
            prune();
        }
    }

    /** Drops what holds no text and parts no ways; the root stays. */
    private void prune() {
        @Nullable TextNode<T> above = parent;
        if (above == null || items.size() > 0) {
            return;
        } else if (children.size() == 1) {
            join(above, children.iterator().next());
        } else if (children.size() == 0) {
            above.children.remove(key());
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
        above.children.put(child);
    }

    /** Does something with the texts at this node and below, as long as {@code action} says to go on. */
    void walk(Predicate<TextItem<T>> action) {
        boolean goOn = visit(action);
        Deque<Iterator<TextNode<T>>> open = new ArrayDeque<>();
        open.push(children.iterator());
        while (goOn && !open.isEmpty()) {
            Iterator<TextNode<T>> siblings = open.element();
            if (siblings.hasNext()) {
                TextNode<T> node = siblings.next();
                goOn = node.visit(action);
                open.push(node.children.iterator());
            } else {
                open.pop();
            }
        }
    }

    private boolean visit(Predicate<TextItem<T>> action) {
        for (TextItem<T> first : items) {
            for (@Nullable TextItem<T> item = first; item != null; item = item.next) {
                if (!action.test(item)) {
                    return false;
                }
            }
        }
        return true;
    }
}
