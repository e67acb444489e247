package dev.kvc.simulator;

import org.jspecify.annotations.Nullable;

/**
 * A hash map from ids of prefixes, which takes 16 bytes an entry at half load: there are millions.
 *
 * <p>Open addressing with linear probing; a removal moves the entries behind it up (Knuth, <em>The Art of Computer
 * Programming</em>, vol. 3, 6.4, algorithm R), so that no gravestones are left.
 */
final class LongMap<V> {
    private static final long MULTIPLIER = 0x9E3779B97F4A7C15L;

    private long[] keys = new long[16];
    private @Nullable Object[] values = new Object[16];
    private int size;

    int size() {
        return size;
    }

    @Nullable
    V get(long key) {
        return valueAt(find(key));
    }

    @SuppressWarnings("unchecked")
    private @Nullable V valueAt(int slot) {
        return (V) values[slot];
    }

    /** The slot of the key, or the empty one where it belongs. */
    private int find(long key) {
        int slot = home(key);
        while (values[slot] != null && keys[slot] != key) {
            slot = (slot + 1) & (keys.length - 1);
        }
        return slot;
    }

    private int home(long key) {
        return (int) ((key * MULTIPLIER) >>> (64 - Integer.numberOfTrailingZeros(keys.length)));
    }

    void put(long key, V value) {
        int slot = find(key);
        if (values[slot] == null && ++size > keys.length / 2) {
            grow();
            slot = find(key);
        }
        keys[slot] = key;
        values[slot] = value;
    }

    private void grow() {
        long[] oldKeys = keys;
        @Nullable Object[] oldValues = values;
        keys = new long[2 * oldKeys.length];
        values = new Object[keys.length];
        for (int i = 0; i < oldKeys.length; i++) {
            if (oldValues[i] != null) {
                int slot = find(oldKeys[i]);
                keys[slot] = oldKeys[i];
                values[slot] = oldValues[i];
            }
        }
    }

    void remove(long key) {
        int hole = find(key);
        if (values[hole] == null) {
            return;
        }
        size--;
        int mask = keys.length - 1;
        for (int slot = (hole + 1) & mask; values[slot] != null; slot = (slot + 1) & mask) {
            // An entry may move up to the hole unless its home lies behind the hole.
            if (((slot - home(keys[slot])) & mask) >= ((slot - hole) & mask)) {
                keys[hole] = keys[slot];
                values[hole] = values[slot];
                hole = slot;
            }
        }
        values[hole] = null;
    }
}
