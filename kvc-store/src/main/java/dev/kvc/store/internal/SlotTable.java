package dev.kvc.store.internal;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A hash table of values that bring their own key: open addressing with linear probing, and removal that leaves no
 * marks (Knuth, <i>The Art of Computer Programming</i> 3, 6.4, algorithm R). Takes 40 bytes and a reference for each
 * value, because a {@link TextTree} has two of them at each node and most hold one value or none.
 */
final class SlotTable<V extends SlotTable.Keyed> implements Iterable<V> {
    private static final @Nullable Object[] NONE = {};

    private @Nullable Object[] slots = NONE;
    private int size;

    /** A value of this table. */
    interface Keyed {
        /** Its key, which stays as it is while the value is in a table. */
        long key();
    }

    int size() {
        return size;
    }

    @Nullable
    V get(long key) {
        int at = find(key);
        return at < 0 ? null : at(at);
    }

    /** Puts a value in the place of the one with the same key. */
    void put(V value) {
        int at = find(value.key());
        if (at >= 0) {
            slots[at] = value;
            return;
        }
        if (size + 1 > slots.length - (slots.length >> 2)) {
            grow();
        }
        insert(value);
        size++;
    }

    /** Removes the value of this key, which is there. */
    void remove(long key) {
        int hole = find(key);
        int mask = slots.length - 1;
        slots[hole] = null;
        size--;
        for (int at = (hole + 1) & mask; slots[at] != null && at != hole; at = (at + 1) & mask) {
            // Who was pushed past the hole moves into it: the way from its home to where it is leads over the hole.
            int home = home(at(at).key());
            if (((at - home) & mask) >= ((at - hole) & mask)) {
                slots[hole] = slots[at];
                slots[at] = null;
                hole = at;
            }
        }
    }

    /** Its values, in no order, while it does not change. */
    @Override
    public Iterator<V> iterator() {
        return new Iterator<>() {
            private int next;

            @Override
            public boolean hasNext() {
                while (next < slots.length && slots[next] == null) {
                    next++;
                }
                return next < slots.length;
            }

            @Override
            public V next() {
                if (!hasNext()) {
                    throw new NoSuchElementException();
                }
                return at(next++);
            }
        };
    }

    /** Where a key is; -1 if it is not there. */
    private int find(long key) {
        int mask = slots.length - 1;
        int at = home(key);
        for (int probed = 0; probed < slots.length && slots[at] != null; probed++) {
            if (at(at).key() == key) {
                return at;
            }
            at = (at + 1) & mask;
        }
        return -1;
    }

    private void insert(V value) {
        int at = home(value.key());
        while (slots[at] != null) {
            at = (at + 1) & (slots.length - 1);
        }
        slots[at] = value;
    }

    private void grow() {
        @Nullable Object[] before = slots;
        slots = new @Nullable Object[Math.max(1, 2 * before.length)];
        for (@Nullable Object value : before) {
            if (value != null) {
                insert(cast(value));
            }
        }
    }

    private int home(long key) {
        long mixed = key * 0x9E3779B97F4A7C15L;
        return (int) (mixed >>> 32) & (slots.length - 1);
    }

    /** The value in a slot that is taken. */
    private V at(int index) {
        return cast(Objects.requireNonNull(slots[index]));
    }

    @SuppressWarnings("unchecked") // nothing else is put into the slots
    private V cast(Object value) {
        return (V) value;
    }
}
