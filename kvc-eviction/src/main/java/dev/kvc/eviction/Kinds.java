package dev.kvc.eviction;

/**
 * Kinds of snapshots that are hit for different reasons, so that each has hazards of its own: three shapes, by what is
 * stored upon it, times six degrees of use, 0, 1, 2 to 3, 4 to 7, 8 to 15, 16 and more.
 *
 * <ul>
 *   <li>A <em>tip</em> has nothing stored upon it: the end of a conversation that may go on. It counts the uses of its
 *       whole path: who has come back five times will come back.
 *   <li>A <em>link</em> was gone on with once. Only a prompt that turns off here hits it: it serves nobody but its
 *       descendant, and is demoted: to a tenth of the others' chances, until it is known how rare such prompts are.
 *   <li>A <em>fork</em> was gone on with more than once: a system prompt, a document, a point that agents start from.
 * </ul>
 */
final class Kinds {
    private static final int DEGREES = 6;
    private static final int TIP = 0;
    private static final int LINK = 1;
    private static final int FORK = 2;

    static final int COUNT = 3 * DEGREES;

    private static final double LINK_SHARE = 0.1;

    private Kinds() {}

    /** How often each kind is taken to be hit, against the average, before it is known. */
    static double[] shares() {
        double[] shares = new double[COUNT];
        for (int kind = 0; kind < COUNT; kind++) {
            shares[kind] = kind / DEGREES == LINK ? LINK_SHARE : 1;
        }
        return shares;
    }

    static int of(int children, History history) {
        return of(children, history.extensions, history);
    }

    /** The kind that it will be of when one more snapshot is stored upon it. */
    static int whenExtended(int children, History history) {
        return of(children + 1, history.extensions + 1, history);
    }

    private static int of(int children, int extensions, History history) {
        int shape = children == 0 ? TIP : children == 1 && extensions <= 1 ? LINK : FORK;
        long uses = history.uses + (shape == TIP ? history.pathUses : 0);
        int degree = Math.min(DEGREES - 1, Long.SIZE - Long.numberOfLeadingZeros(uses));
        return shape * DEGREES + degree;
    }
}
