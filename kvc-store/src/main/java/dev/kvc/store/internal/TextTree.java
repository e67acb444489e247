package dev.kvc.store.internal;

import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * How stored texts begin each other: the nearest stored ancestor of each, and how far a prompt goes along with any of
 * them, without a byte of their text.
 *
 * <p>A radix tree (D. Morrison, <i>PATRICIA</i>, JACM 15, 1968) whose letters are the CRC-32C of blocks of 512 bytes. A
 * text stands at the node that its whole blocks lead to, with the checksum of the rest, its <em>tail</em>. So it costs
 * 4 bytes for each 512 that no other stored text begins with, and about 200 bytes besides. Checksums agree by chance
 * once in four thousand million, or on purpose: what is learnt here steers eviction and gives hints, and never says
 * which bytes are served.
 *
 * <p>The ancestors of a text are found on the way down to its place, exactly. Whether a text that is there begins with
 * a shorter one that comes after it and ends within a block, the tree cannot know: that is <em>unclear</em> until it is
 * {@linkplain #learn learnt} from the text's bytes. Of many that stand below, 64 are looked at: more would not pay,
 * since engines save at a {@linkplain #shared place where texts part}, which is the end of a block.
 *
 * <p>All methods are safe from any thread, under one lock that is held for memory operations alone. {@link Changes} are
 * told under it.
 *
 * @param <T> names a text
 */
public final class TextTree<T> {
    private static final int MOST_LOOKS = 64;

    private final ReentrantLock lock = new ReentrantLock();
    private final TextNode<T> root = new TextNode<>(null, 0, new int[0]);

    /** A tree of no text. */
    public TextTree() {}

    /** Is told what a change of the tree changes for other texts. */
    public interface Changes<T> {
        /** A text has another nearest ancestor; {@code null} for none. */
        default void relinked(T name, @Nullable T ancestor) {}

        /** A text may have another nearest ancestor: {@link #learn} it anew. */
        default void unclear(T name) {}
    }

    /**
     * Adds a text, and finds its nearest ancestor. Call {@link #adopt} next.
     *
     * @param name its name
     * @param text not empty; where an equal one is there, who loses that one as an ancestor does not get this one
     * @return where it stands
     */
    public TextItem<T> add(T name, TextBlocks text) {
        lock.lock();
        try {
            Walk<T> walk = new Walk<>(root, text);
            TextNode<T> node = walk.place();
            TextItem<T> item = new TextItem<>(name, text, node);
            item.link(walk.ancestor);
            node.put(item);
            return item;
        } finally {
            lock.unlock();
        }
    }

    /** Finds the texts whose nearest ancestor a new one is, or may be: longer ones below that have a shorter one. */
    public void adopt(TextItem<T> item, Changes<? super T> changes) {
        lock.lock();
        try {
            item.node.walk(
                    item.endsInBlock()
                            ? new Doubt<>(item, changes)
                            : other -> {
                                if (mayBeBelow(other, item)) {
                                    relink(other, item, changes);
                                }
                                return true;
                            });
        } finally {
            lock.unlock();
        }
    }

    private static <T> boolean mayBeBelow(TextItem<T> other, TextItem<T> item) {
        return other.bytes() > item.bytes() && !other.isBelow(item);
    }

    /** Looks at some of the texts that may have a new one for an ancestor. */
    private static final class Doubt<T> implements Predicate<TextItem<T>> {
        private final TextItem<T> item;
        private final Changes<? super T> changes;
        private int looksLeft = MOST_LOOKS;

        Doubt(TextItem<T> item, Changes<? super T> changes) {
            this.item = item;
            this.changes = changes;
        }

        @Override
        public boolean test(TextItem<T> other) {
            if (mayBeBelow(other, item)) {
                changes.unclear(other.name());
            }
            return --looksLeft > 0;
        }
    }

    private static <T> void relink(TextItem<T> item, @Nullable TextItem<T> ancestor, Changes<? super T> changes) {
        if (item.link(ancestor)) {
            changes.relinked(item.name(), ancestor == null ? null : ancestor.name());
        }
    }

    /** Finds the nearest ancestor of a text that is in the tree from its bytes. */
    public void learn(TextItem<T> item, TextBlocks text, Changes<? super T> changes) {
        lock.lock();
        try {
            relink(item, new Walk<>(root, text).ancestor, changes);
        } finally {
            lock.unlock();
        }
    }

    /** Removes a text. Whose nearest ancestor it was has its own now. */
    public void remove(TextItem<T> item, Changes<? super T> changes) {
        lock.lock();
        try {
            for (TextItem<T> child = item.child(); child != null; child = item.child()) {
                relink(child, item.ancestor(), changes);
            }
            item.link(null);
            item.node.take(item);
        } finally {
            lock.unlock();
        }
    }

    /** The nearest ancestor of a text in the tree; {@code null} for none, or none that is known. */
    public @Nullable T ancestor(TextItem<T> item) {
        lock.lock();
        try {
            return nameOf(item.ancestor());
        } finally {
            lock.unlock();
        }
    }

    /** The longest text that is shorter than this one and begins it; {@code null} for none. */
    public @Nullable T ancestor(TextBlocks text) {
        lock.lock();
        try {
            return nameOf(new Walk<>(root, text).ancestor);
        } finally {
            lock.unlock();
        }
    }

    private static <T> @Nullable T nameOf(@Nullable TextItem<T> item) {
        return item == null ? null : item.name();
    }

    /**
     * How many bytes of a prompt begin some text, as far as the tree knows: in whole blocks, or as far as a text that
     * ends.
     */
    public int shared(TextBlocks prompt) {
        lock.lock();
        try {
            Walk<T> walk = new Walk<>(root, prompt);
            int blocks = walk.matched * TextBlocks.BYTES;
            return walk.ancestor == null ? blocks : Math.max(blocks, walk.ancestor.bytes());
        } finally {
            lock.unlock();
        }
    }

    /** The way that a text's blocks lead down the tree, as far as they do. */
    private static final class Walk<T> {
        private final TextBlocks text;
        private TextNode<T> above;
        private TextNode<T> last;
        private int matchedInLast;
        private int matched;
        private @Nullable TextItem<T> ancestor;

        Walk(TextNode<T> root, TextBlocks text) {
            this.text = text;
            this.above = root;
            this.last = root;
            visit(root);
            for (@Nullable TextNode<T> next = next(); next != null; next = next()) {
                enter(next);
            }
        }

        private @Nullable TextNode<T> next() {
            return endsWithin() || matched == text.count() ? null : last.child(text.block(matched));
        }

        private boolean endsWithin() {
            return matchedInLast < last.length();
        }

        private void enter(TextNode<T> node) {
            above = last;
            last = node;
            matchedInLast = node.common(text);
            matched += matchedInLast;
            if (!endsWithin()) {
                visit(node);
            }
        }

        /**
         * Looks for an ancestor among the texts at a node whose blocks are all the text's; the last one is the nearest.
         */
        private void visit(TextNode<T> node) {
            @Nullable TextItem<T> found = node.longestBeginning(text);
            ancestor = found == null ? ancestor : found;
        }

        /** The node where the text stands, made if there is none. */
        TextNode<T> place() {
            TextNode<T> node = endsWithin() ? last.split(above, matchedInLast) : last;
            return matched == text.count() ? node : node.grow(text.blocksFrom(matched));
        }
    }
}
