package dev.kvc.simulator;

import dev.kvc.eviction.SnapshotMetadata;

/**
 * Which snapshots the shared tier of a fleet is given, as a tiered store decides it.
 *
 * @param minTokens from how many tokens on when it is saved
 * @param onSecondHit whether one of fewer at its second hit in front
 */
record Admission(long minTokens, boolean onSecondHit) {
    boolean takesAtOnce(long tokens) {
        return tokens >= minTokens;
    }

    /** Whether a snapshot that was hit in front just now is given to it. */
    boolean takesAtHit(SnapshotMetadata used) {
        return onSecondHit && used.hits() == 2 && !takesAtOnce(used.tokens());
    }
}
