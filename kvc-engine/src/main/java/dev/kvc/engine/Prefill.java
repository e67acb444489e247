package dev.kvc.engine;

/**
 * A prompt that is about to be computed, in tokens from its beginning. Begin with {@link #of} and add what is known.
 *
 * @param tokens length of the whole prompt
 * @param resumed how many a snapshot has brought; 0 for none
 * @param boundary where the part begins that is this request's own, such as the user's last message; 0 if unknown
 * @param branch how many are shared with a stored text that no snapshot covers so far; 0 for none
 */
public record Prefill(int tokens, int resumed, int boundary, int branch) {
    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if a length is negative or longer than the prompt
     */
    public Prefill {
        require("tokens", tokens, Integer.MAX_VALUE);
        require("resumed", resumed, tokens);
        require("boundary", boundary, tokens);
        require("branch", branch, tokens);
    }

    private static void require(String name, int value, int max) {
        if (value < 0 || value > max) {
            throw new IllegalArgumentException(name + " is " + value + "; it must be 0 to " + max);
        }
    }

    /** A prompt of so many tokens, of which nothing is computed yet. */
    public static Prefill of(int tokens) {
        return new Prefill(tokens, 0, 0, 0);
    }

    /** The same, of which a snapshot has brought so many tokens. */
    public Prefill resumedAt(int value) {
        return new Prefill(tokens, value, boundary, branch);
    }

    /** The same, which is this request's own from there on. See {@link CheckpointPlanner#chatBoundary}. */
    public Prefill boundaryAt(int value) {
        return new Prefill(tokens, resumed, value, branch);
    }

    /** The same, which goes along with a stored text so far. See {@link Resumption#branchPoint}. */
    public Prefill branchAt(int value) {
        return new Prefill(tokens, resumed, boundary, value);
    }
}
