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

    /** Whether a snapshot that is being hit in front is given to it now. */
    boolean takesAtHit(SnapshotMetadata before) {
        return onSecondHit && before.hits() == 1 && !takesAtOnce(before.tokens());
    }
}
