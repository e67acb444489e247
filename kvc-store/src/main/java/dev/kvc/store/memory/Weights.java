package dev.kvc.store.memory;

/**
 * What Caffeine weighs: its weights are {@code int} and their sums {@code long}, so bytes are counted in KiB. An entry
 * may have up to 2 TiB, and the sum has no limit that a machine can reach.
 */
final class Weights {
    private static final int KIB_BITS = 10;

    /** The largest entry that has a weight, in bytes: 2 TiB less 1 KiB. */
    static final long MAX_ENTRY_BYTES = (long) Integer.MAX_VALUE << KIB_BITS;

    /** Room for what rounding up adds to small entries, in KiB. */
    private static final long SLACK = 1 << 10;

    private Weights() {}

    /**
     * The weight of an entry of so many bytes: rounded up, so that no entry is weightless, which Caffeine never evicts.
     */
    static int kibibytes(long bytes) {
        return Math.toIntExact((bytes >> KIB_BITS) + ((bytes & ((1 << KIB_BITS) - 1)) == 0 ? 0 : 1));
    }

    /**
     * The weights that a budget allows. Rounding up must not be what evicts snapshots of a usual size, which have
     * thousands of KiB, so an eighth is added; snapshots of a few hundred bytes cost a multiple of that on the heap,
     * and for those it is right that a KiB is the least.
     */
    static long maximum(long budgetBytes) {
        long kibibytes = budgetBytes >> KIB_BITS;
        return kibibytes + (kibibytes >> 3) + SLACK;
    }
}
