package dev.kvc.store.prefix;

import dev.kvc.format.KvcKey;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Finds the stored texts that begin a prompt, without looking at any text: for people who write stores.
 *
 * <p>A snapshot's key is the SHA-1 of its text. So the index keeps nothing but the distinct lengths of the stored
 * texts. One SHA-1 pass over the prompt, taking the digest at each of these lengths, gives every key that a beginning
 * of the prompt can have; whoever keeps the snapshots looks them up. A lookup costs the prompt's length plus the number
 * of distinct lengths, whatever the number of snapshots.
 *
 * <p>Lengths stand in a sorted array: 8 bytes for each distinct length, found by binary search, inserted by a move of
 * the part behind (a million distinct lengths: 4 MB, about 0.1 ms). One that no text has any more keeps its place until
 * there are many such, so that an eviction of thousands moves the rest a few times and not thousands of times. All
 * methods are safe from any thread; the lock is not held while a prompt is hashed.
 */
public final class PrefixIndex {
    private static final double MOST_VACANT = 0.25;

    private final Object lock = new Object();
    private int[] lengths = new int[16];
    private int[] counts = new int[16];
    private int size;
    /** How many of them no text has. */
    private int vacant;

    /** An index of no text. */
    public PrefixIndex() {}

    /**
     * Notes that a text of this length is stored. An empty text is never a match and is not noted.
     *
     * @param textBytes 0 or more
     */
    public void add(int textBytes) {
        if (textBytes == 0) {
            return;
        }
        synchronized (lock) {
            int at = Arrays.binarySearch(lengths, 0, size, textBytes);
            if (at >= 0) {
                vacant -= counts[at]++ == 0 ? 1 : 0;
            } else {
                insert(-at - 1, textBytes);
            }
        }
    }

    /** Notes texts of these lengths: for a whole directory at once. */
    public void addAll(int[] textBytes) {
        int[] sorted = textBytes.clone();
        Arrays.sort(sorted);
        synchronized (lock) {
            if (size == 0) {
                load(sorted);
                return;
            }
        }
        for (int length : sorted) {
            add(length);
        }
    }

    /**
     * Notes that a text of this length is gone.
     *
     * @throws IllegalArgumentException if no text of this length was noted
     */
    public void remove(int textBytes) {
        if (textBytes == 0) {
            return;
        }
        synchronized (lock) {
            int at = Arrays.binarySearch(lengths, 0, size, textBytes);
            if (at < 0 || counts[at] == 0) {
                throw new IllegalArgumentException("no text of " + textBytes + " bytes was noted");
            }
            if (--counts[at] == 0 && ++vacant > MOST_VACANT * size) {
                closeUp();
            }
        }
    }

    /** How many distinct lengths are stored. */
    public int distinctLengths() {
        synchronized (lock) {
            return size - vacant;
        }
    }

    /**
     * Looks up every beginning of a prompt that may be stored.
     *
     * @param prompt its remaining bytes; the position is left as it is
     * @param lookup is asked for each stored length that is no longer than the prompt, shortest first, with the key and
     *     length of that beginning; returns what is stored there, or {@code null}
     * @return what {@code lookup} returned, longest beginning first
     */
    public <T> List<T> beginningsOf(ByteBuffer prompt, BiFunction<KvcKey, Integer, @Nullable T> lookup) {
        return beginningsOf(prompt, lengthsUpTo(prompt.remaining()), lookup);
    }

    /**
     * The same, for who keeps the lengths somewhere else.
     *
     * @param lengths ascending, from 1 to the length of the prompt
     */
    public static <T> List<T> beginningsOf(
            ByteBuffer prompt, int[] lengths, BiFunction<KvcKey, Integer, @Nullable T> lookup) {
        List<T> found = new ArrayList<>();
        KvcKey.Hasher hasher = KvcKey.hasher();
        ByteBuffer rest = prompt.duplicate();
        int start = rest.position();
        for (int length : lengths) {
            hasher.update(rest.limit(start + length));
            @Nullable T stored = lookup.apply(hasher.key(), length);
            if (stored != null) {
                found.add(stored);
            }
        }
        Collections.reverse(found);
        return found;
    }

    private int[] lengthsUpTo(int max) {
        synchronized (lock) {
            int at = Arrays.binarySearch(lengths, 0, size, max);
            int end = at >= 0 ? at + 1 : -at - 1;
            int[] found = new int[end];
            int count = 0;
            for (int i = 0; i < end; i++) {
                if (counts[i] > 0) {
                    found[count++] = lengths[i];
                }
            }
            return count == end ? found : Arrays.copyOf(found, count);
        }
    }

    /** Gives up the places of lengths that no text has. */
    private void closeUp() {
        int count = 0;
        for (int i = 0; i < size; i++) {
            if (counts[i] > 0) {
                lengths[count] = lengths[i];
                counts[count++] = counts[i];
            }
        }
        size = count;
        vacant = 0;
    }

    private void insert(int at, int textBytes) {
        if (size == lengths.length) {
            lengths = Arrays.copyOf(lengths, size + (size >> 1));
            counts = Arrays.copyOf(counts, lengths.length);
        }
        System.arraycopy(lengths, at, lengths, at + 1, size - at);
        System.arraycopy(counts, at, counts, at + 1, size - at);
        lengths[at] = textBytes;
        counts[at] = 1;
        size++;
    }

    private void load(int[] sorted) {
        lengths = new int[Math.max(16, sorted.length)];
        counts = new int[lengths.length];
        for (int length : sorted) {
            if (size > 0 && lengths[size - 1] == length) {
                counts[size - 1]++;
            } else if (length > 0) {
                lengths[size] = length;
                counts[size++] = 1;
            }
        }
    }
}
