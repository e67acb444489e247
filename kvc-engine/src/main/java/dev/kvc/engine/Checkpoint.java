package dev.kvc.engine;

import dev.kvc.format.SaveReason;

/**
 * A state to save: of how many tokens from the beginning, and why.
 *
 * @param tokens 1 or more
 * @param reason what the header shall say
 */
public record Checkpoint(int tokens, SaveReason reason) {
    /**
     * Checks the range.
     *
     * @throws IllegalArgumentException if {@code tokens} is less than 1
     */
    public Checkpoint {
        if (tokens < 1) {
            throw new IllegalArgumentException("a checkpoint is of " + tokens + " tokens; it must be 1 or more");
        }
    }
}
