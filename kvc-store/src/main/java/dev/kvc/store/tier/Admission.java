package dev.kvc.store.tier;

/**
 * Which snapshots a tier is given: those that cover enough tokens when they are saved, and those that have been hit
 * often enough in front of it. What it has not been given it is not asked to keep, and it evicts nothing for it.
 *
 * @param minTokens from how many tokens on a snapshot is given to it at once; 0 for all
 * @param onHit at which hit in a faster tier it is given one of fewer tokens: 1, 2, or 0 for never. The copy is made in
 *     the background, from the tier that was hit, so that no hit waits for it
 */
public record Admission(long minTokens, int onHit) {
    /**
     * Checks both.
     *
     * @throws IllegalArgumentException if {@code minTokens} is negative, or {@code onHit} is not 0, 1 or 2
     */
    public Admission {
        if (minTokens < 0) {
            throw new IllegalArgumentException("minTokens is " + minTokens + "; it must be 0 or more");
        }
        if (onHit < 0 || onHit > 2) {
            throw new IllegalArgumentException("onHit is " + onHit + "; it must be 0, 1 or 2");
        }
    }

    /** Takes every snapshot when it is saved. */
    public static Admission all() {
        return new Admission(0, 0);
    }

    /** Takes snapshots of at least so many tokens, and no others. */
    public static Admission ofTokens(long minTokens) {
        return new Admission(minTokens, 0);
    }

    /** Takes no snapshot when it is saved, and each at its second hit: what is asked for once may never be again. */
    public static Admission onSecondHit() {
        return new Admission(Long.MAX_VALUE, 2);
    }

    /** The same, and those of fewer tokens at their second hit. */
    public Admission orOnSecondHit() {
        return new Admission(minTokens, 2);
    }

    /** Whether a snapshot that covers so many tokens is taken when it is saved. */
    boolean takesAtOnce(long tokens) {
        return tokens >= minTokens;
    }

    /** Whether one that was not is taken when it has been hit so often. */
    boolean takesAfter(long hits, long tokens) {
        return onHit > 0 && hits >= onHit && !takesAtOnce(tokens);
    }
}
