package dev.kvc.examples.llama;

import java.util.Arrays;

/** What a prompt has come to, and what that took. Immutable. */
public final class Prefilled {
    private final float[] logits;
    private final int tokens;
    private final int reused;
    private final long storedBytes;
    private final long restoreNanos;
    private final long nanos;

    Prefilled(float[] logits, int tokens, int reused, long storedBytes, long restoreNanos, long nanos) {
        this.logits = logits;
        this.tokens = tokens;
        this.reused = reused;
        this.storedBytes = storedBytes;
        this.restoreNanos = restoreNanos;
        this.nanos = nanos;
    }

    /** The scores of each token of the vocabulary to come next. */
    public float[] logits() {
        return logits.clone();
    }

    /** Tokens of the prompt. */
    public int tokens() {
        return tokens;
    }

    /** Tokens that were restored and not computed. */
    public int reused() {
        return reused;
    }

    /** What the snapshot that was restored takes in its store; 0 for none. */
    public long storedBytes() {
        return storedBytes;
    }

    /** To find, verify and restore the snapshot. */
    public long restoreNanos() {
        return restoreNanos;
    }

    /** Until the first token can be chosen: all of it. */
    public long nanos() {
        return nanos;
    }

    /** Whether the scores are the same, bit for bit. */
    public boolean hasLogitsOf(Prefilled other) {
        return Arrays.equals(logits, other.logits);
    }
}
