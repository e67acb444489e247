package dev.kvc.eviction;

/**
 * Ages in octaves: bin 0 is age 0, bin 1 is 1, bin 2 is 2 and 3, bin 3 is 4 to 7, and so on. An age is the number of
 * events, inserts and hits, since a snapshot was stored or last hit.
 */
final class AgeBins {
    /** How many there are. The last one has no end; where a width is asked for, it is like the others. */
    static final int COUNT = 23;

    private AgeBins() {}

    /** The bin of an age, which is not negative. */
    static int of(long age) {
        return Math.min(COUNT - 1, Long.SIZE - Long.numberOfLeadingZeros(age));
    }

    /** The age at which the bin begins. */
    static long from(int bin) {
        return bin == 0 ? 0 : 1L << (bin - 1);
    }

    static long width(int bin) {
        return from(bin + 1) - from(bin);
    }

    static double middle(int bin) {
        return (from(bin) + from(bin + 1)) / 2.0;
    }
}
