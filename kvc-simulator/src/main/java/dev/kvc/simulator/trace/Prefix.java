package dev.kvc.simulator.trace;

import dev.kvc.eviction.SnapshotId;
import dev.kvc.format.KvcKey;
import dev.kvc.format.Namespace;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * A text, known by its beginnings: it is cut into units of equal length, and the id of each unit stands for the whole
 * text up to the unit's end. Two texts begin alike as far as their ids are equal, and what is left of a text behind its
 * last whole unit is not seen. Immutable.
 */
public final class Prefix {
    private static final Prefix EMPTY = new Prefix(new long[0]);

    private final long[] ids;

    private Prefix(long[] ids) {
        this.ids = ids;
    }

    /**
     * The text of these units.
     *
     * @param ids of the first unit, of the first two, and so on: an id stands for one beginning in the whole trace
     */
    public static Prefix of(long... ids) {
        return ids.length == 0 ? EMPTY : new Prefix(ids.clone());
    }

    /**
     * The text of units whose names say nothing of what is before them.
     *
     * @param names equal for equal units; each is combined with the ones before it
     */
    public static Prefix chained(long... names) {
        long[] ids = new long[names.length];
        long before = 0;
        for (int i = 0; i < names.length; i++) {
            before = mix(before * 0x9E3779B97F4A7C15L + mix(names[i] + 0x632BE59BD9B4E019L));
            ids[i] = before;
        }
        return new Prefix(ids);
    }

    /** SplitMix64's finalizer (Steele, Lea and Flood, OOPSLA 2014): one to one, and every bit depends on all. */
    private static long mix(long z) {
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }

    /**
     * The whole units of a text. The id of a unit is the beginning of the key that a store would give a snapshot of the
     * text up to there.
     *
     * @param unitBytes bytes a unit, above 0
     */
    public static Prefix ofText(byte[] text, int unitBytes) {
        KvcKey.Hasher hasher = KvcKey.hasher();
        long[] ids = new long[text.length / unitBytes];
        for (int i = 0; i < ids.length; i++) {
            hasher.update(ByteBuffer.wrap(text, i * unitBytes, unitBytes));
            ids[i] = idOf(hasher.key());
        }
        return new Prefix(ids);
    }

    /** Whole units. */
    public int length() {
        return ids.length;
    }

    /**
     * The id of the beginning of this many units.
     *
     * @param units 1 to {@link #length}
     */
    public long id(int units) {
        return ids[units - 1];
    }

    /** The id of the whole. Not of an empty text, which has none. */
    public long id() {
        return id(ids.length);
    }

    /**
     * The beginning of this many units.
     *
     * @param units 0 to {@link #length}
     */
    public Prefix beginning(int units) {
        return units == ids.length ? this : new Prefix(Arrays.copyOf(ids, units));
    }

    /**
     * How many units this and another text begin with alike.
     *
     * @param known that many are known to be alike, at most the length of both
     * @param limit no more than that many are looked at
     */
    public int common(Prefix other, int known, int limit) {
        int end = Math.min(limit, Math.min(ids.length, other.ids.length));
        int differs = Arrays.mismatch(ids, known, end, other.ids, known, end);
        return differs < 0 ? end : known + differs;
    }

    /** The id that a policy sees of a snapshot of this text. {@link #idOf} is its inverse. */
    public SnapshotId snapshot() {
        long id = id();
        long mixed = mix(id);
        return new SnapshotId(
                Namespace.DEFAULT,
                KvcKey.ofBytes(ByteBuffer.allocate(KvcKey.BYTES)
                        .putLong(id)
                        .putLong(mixed)
                        .putInt((int) mixed)
                        .array()));
    }

    /** The {@link #id()} of the text that {@link #snapshot} was made of. */
    public static long idOf(SnapshotId snapshot) {
        return idOf(snapshot.key());
    }

    private static long idOf(KvcKey key) {
        return ByteBuffer.wrap(key.toBytes()).getLong();
    }

    /** As many units as this has. */
    @Override
    public String toString() {
        return "a text of " + ids.length + " units";
    }
}
