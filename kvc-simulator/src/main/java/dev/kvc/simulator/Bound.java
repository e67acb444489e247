package dev.kvc.simulator;

/**
 * Policies that know the future, after L. Belady, <em>A Study of Replacement Algorithms for a Virtual-Storage
 * Computer</em>, IBM Systems Journal 5(2), 1966: what is needed last goes first, as many as room is needed for; of
 * equals, the one stored or hit first. They are bounds in practice and not in proof: which of several sizes to keep is
 * a knapsack, and a snapshot's worth depends on which others are kept.
 */
public enum Bound {
    /**
     * A snapshot is needed when a prompt comes for which it is the longest beginning that was ever saved. What a longer
     * one replaces is therefore given up at once. The bound to compare with.
     */
    FORESIGHT("foresight"),

    /**
     * A snapshot is needed when a prompt comes that begins with it, as seen when it was stored or last hit. It keeps
     * snapshots that longer ones have replaced, so policies that give those up can beat it; it is here because other
     * replays report it.
     */
    FURTHEST_NEXT_USE("furthest-next-use");

    private final String label;

    Bound(String label) {
        this.label = label;
    }

    /** The name in reports. */
    public String label() {
        return label;
    }
}
