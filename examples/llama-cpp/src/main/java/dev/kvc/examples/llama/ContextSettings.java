package dev.kvc.examples.llama;

/**
 * How a model is run.
 *
 * @param contextSize tokens that fit, 1 or more
 * @param batchTokens how many tokens are computed at once, 1 or more
 * @param threads that compute, 1 or more
 */
public record ContextSettings(int contextSize, int batchTokens, int threads) {
    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if one is out of its range
     */
    public ContextSettings {
        requirePositive("contextSize", contextSize);
        requirePositive("batchTokens", batchTokens);
        requirePositive("threads", threads);
    }

    private static void requirePositive(String name, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + " is " + value + "; it must be 1 or more");
        }
    }
}
