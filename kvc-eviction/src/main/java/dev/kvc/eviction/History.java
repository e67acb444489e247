package dev.kvc.eviction;

/**
 * What a snapshot's past says of it. It outlives the snapshot for a while, so that one that comes back is not taken for
 * a stranger.
 */
final class History {
    private static final double RECENT = 0.97;

    /** Hits, and returns after an eviction. */
    long uses;
    /** Uses of the path that it went on with. */
    long pathUses;
    /** Hits that were seen, and those that an average snapshot of its kinds would have had meanwhile; both fade. */
    double observed;

    double expected;
    /** Snapshots that were ever stored upon it. */
    int extensions;
    /** The event at which it was stored or last hit. */
    long since;
    /** Its kind when it was removed. */
    int kind;

    /** It begins where the path's last snapshot, which this one goes on with, has come to. */
    void continues(History path) {
        pathUses = path.uses + path.pathUses;
        observed = path.observed;
        expected = path.expected;
    }

    /** Hits that the snapshot's metadata tells, some of which may have been counted elsewhere. */
    void counted(long hits) {
        uses = Math.max(uses, hits);
    }

    void used(double expectedMeanwhile) {
        uses++;
        observed = RECENT * (observed + 1);
        expected = RECENT * (expected + expectedMeanwhile);
    }

    /** How much more it is hit than others of its kind: 1 with no history, from 0 up. */
    double popularity() {
        return (1 + observed) / (1 + expected);
    }
}
