package dev.kvc.examples.transformer;

import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/**
 * The shape of a {@link Transformer}. Tokens are bytes, so the vocabulary has 256.
 *
 * @param layers how many blocks, 1 or more
 * @param heads attention heads of each, 1 or more
 * @param headDimension numbers in a head, even, 2 or more
 * @param hidden numbers in the feed-forward part, 1 or more
 * @param contextSize the longest prompt in tokens, 1 or more
 * @param seed of the weights
 */
public record TransformerConfig(int layers, int heads, int headDimension, int hidden, int contextSize, long seed) {
    /** How many tokens there are: one for each byte. */
    public static final int VOCABULARY = 256;

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if one is out of its range
     */
    public TransformerConfig {
        require("layers", layers, layers >= 1);
        require("heads", heads, heads >= 1);
        require("headDimension", headDimension, headDimension >= 2 && headDimension % 2 == 0);
        require("hidden", hidden, hidden >= 1);
        require("contextSize", contextSize, contextSize >= 1);
    }

    private static void require(String field, int value, boolean rule) {
        if (!rule) {
            throw new IllegalArgumentException(field + " is " + value + "; it is too small or odd");
        }
    }

    /** Large enough that a prompt of a few thousand bytes takes seconds. */
    public static TransformerConfig demo() {
        return new TransformerConfig(4, 4, 64, 512, 8_192, 42);
    }

    /** Small enough to replay hundreds of prompts of many thousand bytes. */
    public static TransformerConfig small() {
        return new TransformerConfig(2, 2, 16, 128, 24_576, 42);
    }

    /** Numbers that stand for one token between the blocks. */
    public int dimension() {
        return heads * headDimension;
    }

    /** Tells models apart, 1 to 255, so that no state is taken for another model's. */
    public int modelId() {
        CRC32C crc = new CRC32C();
        crc.update(toString().getBytes(StandardCharsets.UTF_8));
        return 1 + (int) (crc.getValue() % 255);
    }
}
