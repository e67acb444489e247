package dev.kvc.store.tier;

import dev.kvc.store.DataSize;

/**
 * When a tier takes a copy of a snapshot that was found in a slower one.
 *
 * <p>Copying is not always a gain: filling fresh memory costs ten times as much as mapping a file that the operating
 * system has in its cache.
 *
 * @param onHit at which hit in a slower tier it is copied: 1, 2, or 0 for never
 * @param largest the largest snapshot that is copied
 */
public record Promotion(int onHit, DataSize largest) {
    private static final DataSize ANY = DataSize.ofBytes(Long.MAX_VALUE);

    /**
     * Checks the hit.
     *
     * @throws IllegalArgumentException if {@code onHit} is not 0, 1 or 2
     */
    public Promotion {
        if (onHit < 0 || onHit > 2) {
            throw new IllegalArgumentException("onHit is " + onHit + "; it must be 0, 1 or 2");
        }
    }

    /** Copies nothing. */
    public static Promotion never() {
        return new Promotion(0, ANY);
    }

    /** Copies at the first hit, of any size. */
    public static Promotion onFirstHit() {
        return new Promotion(1, ANY);
    }

    /** Copies at the second hit, of any size: what is asked for once is not worth it. */
    public static Promotion onSecondHit() {
        return new Promotion(2, ANY);
    }

    /** The same, for snapshots up to this size. */
    public Promotion upTo(DataSize size) {
        return new Promotion(onHit, size);
    }

    /** Whether a snapshot of this size is copied at its {@code hit}-th hit in a slower tier. */
    boolean takes(int hit, long bytes) {
        return isDueAt(hit) && bytes <= largest.bytes();
    }

    /** Whether a snapshot that is not too large is copied at its {@code hit}-th hit. */
    boolean isDueAt(int hit) {
        return onHit > 0 && hit >= onHit;
    }
}
