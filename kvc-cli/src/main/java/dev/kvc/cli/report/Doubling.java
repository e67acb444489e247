package dev.kvc.cli.report;

/** Classes of whole numbers, each twice as wide as the one before: 0, 1, 2-3, 4-7, 8-15, … */
final class Doubling {
    /** One for 0, and one for each bit of a number. */
    static final int CLASSES = Long.SIZE;

    private Doubling() {}

    /** The class of a number that is not negative. */
    static int of(long number) {
        return Long.SIZE - Long.numberOfLeadingZeros(number);
    }

    /** The least number of a class. */
    static long least(int index) {
        return index == 0 ? 0 : 1L << (index - 1);
    }

    /** {@code 4-7}. */
    static String label(int index) {
        long least = least(index);
        return index < 2 ? Long.toString(least) : shortened(least) + "-" + shortened(2 * (least - 1) + 1);
    }

    /** From ten thousand on, in thousands. */
    private static String shortened(long number) {
        if (number < 10_000) {
            return Long.toString(number);
        }
        return number < 10_000_000 ? number / 1000 + "k" : number / 1_000_000 + "M";
    }
}
