package dev.kvc.examples.demo;

import dev.kvc.examples.transformer.KvState;
import java.util.Arrays;

/** What an engine has computed for a prompt, and what that took. */
final class Completion {
    private final KvState state;
    private final float[] scores;
    private final int reused;
    private final long storedBytes;
    private final long restoreNanos;
    private final long computeNanos;

    Completion(KvState state, float[] scores, int reused, long storedBytes, long restoreNanos, long computeNanos) {
        this.state = state;
        this.scores = scores;
        this.reused = reused;
        this.storedBytes = storedBytes;
        this.restoreNanos = restoreNanos;
        this.computeNanos = computeNanos;
    }

    /** Covers the whole prompt. */
    KvState state() {
        return state;
    }

    /** Tokens that were restored and not computed. */
    int reused() {
        return reused;
    }

    /** What the snapshot that was restored takes in its store; 0 for none. */
    long storedBytes() {
        return storedBytes;
    }

    /** To find, verify and read the snapshot. */
    long restoreNanos() {
        return restoreNanos;
    }

    /** All of it. */
    long nanos() {
        return restoreNanos + computeNanos;
    }

    /**
     * Checks that the scores of the next token are the same, bit for bit.
     *
     * @param prompt says which prompt it is, for the message
     */
    void requireScoresOf(Completion other, String prompt) throws MismatchException {
        int at = Arrays.mismatch(scores, other.scores);
        if (at >= 0) {
            throw new MismatchException(prompt + ": after resuming from " + reused + " tokens the score of byte " + at
                    + " is " + scores[at] + "; a full prefill gives " + other.scores[at]);
        }
    }
}
