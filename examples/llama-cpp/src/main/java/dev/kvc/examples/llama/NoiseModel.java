package dev.kvc.examples.llama;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A model of the llama architecture whose weights are drawn and not trained: what it says is noise, what it computes
 * and keeps is what a trained one of its shape would. Its vocabulary is the 256 bytes, and the space.
 *
 * @param layers how many blocks, 1 or more
 * @param heads attention heads of each, a multiple of {@code sharedHeads}
 * @param sharedHeads heads of keys and values, which the others share, 1 or more
 * @param headDimension numbers in a head, even, 2 or more
 * @param hidden numbers in the feed-forward part, 1 or more
 * @param contextSize the longest prompt in tokens, 1 or more
 * @param seed of the weights
 */
public record NoiseModel(
        int layers, int heads, int sharedHeads, int headDimension, int hidden, int contextSize, long seed) {
    private static final int UNKNOWN = 0;
    private static final int BEGIN = 1;
    private static final int END = 2;

    // enum llama_token_type
    private static final int NORMAL_TYPE = 1;
    private static final int UNKNOWN_TYPE = 2;
    private static final int CONTROL_TYPE = 3;
    private static final int BYTE_TYPE = 6;

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if one is out of its range
     */
    public NoiseModel {
        require("layers", layers, layers >= 1);
        require("sharedHeads", sharedHeads, sharedHeads >= 1);
        require("heads", heads, heads >= 1 && heads % sharedHeads == 0);
        require("headDimension", headDimension, headDimension >= 2 && headDimension % 2 == 0);
        require("hidden", hidden, hidden >= 1);
        require("contextSize", contextSize, contextSize >= 1);
    }

    private static void require(String field, int value, boolean rule) {
        if (!rule) {
            throw new IllegalArgumentException(field + " is " + value + ", which is too small or does not divide");
        }
    }

    /** Large enough that thousands of tokens take seconds on two cores, and their state tens of MB. */
    public static NoiseModel medium() {
        return new NoiseModel(6, 8, 4, 64, 1_376, 8_192, 42);
    }

    /** Small enough for hundreds of prompts of many thousand tokens. */
    public static NoiseModel small() {
        return new NoiseModel(2, 2, 1, 32, 128, 16_384, 42);
    }

    /** Its shape, for people. */
    String description() {
        return "llama architecture, " + layers + " layers of " + dimension() + ", drawn weights: what it says is noise";
    }

    /**
     * Writes it as GGUF, in place of a file that is there.
     *
     * @throws IOException if it cannot be written
     */
    public void writeTo(Path file) throws IOException {
        Gguf gguf = new Gguf();
        addShape(gguf);
        addVocabulary(gguf);
        addWeights(gguf);
        gguf.writeTo(file);
    }

    private void addShape(Gguf gguf) {
        gguf.add("general.architecture", "llama")
                .add("general.name", "KVC noise")
                .add("general.file_type", 1)
                .add("llama.context_length", contextSize)
                .add("llama.embedding_length", dimension())
                .add("llama.block_count", layers)
                .add("llama.feed_forward_length", hidden)
                .add("llama.attention.head_count", heads)
                .add("llama.attention.head_count_kv", sharedHeads)
                .add("llama.attention.layer_norm_rms_epsilon", 1e-5f)
                .add("llama.rope.dimension_count", headDimension)
                .add("llama.vocab_size", tokens().size());
    }

    private int dimension() {
        return heads * headDimension;
    }

    private static void addVocabulary(Gguf gguf) {
        List<String> tokens = tokens();
        gguf.add("tokenizer.ggml.model", "llama")
                .add("tokenizer.ggml.tokens", tokens)
                .add("tokenizer.ggml.scores", new float[tokens.size()])
                .add("tokenizer.ggml.token_type", types(tokens.size()))
                .add("tokenizer.ggml.unknown_token_id", UNKNOWN)
                .add("tokenizer.ggml.bos_token_id", BEGIN)
                .add("tokenizer.ggml.eos_token_id", END)
                .add("tokenizer.ggml.add_bos_token", false)
                .add("tokenizer.ggml.add_space_prefix", false);
    }

    private static List<String> tokens() {
        List<String> tokens = new ArrayList<>(List.of("<unk>", "<s>", "<|endoftext|>"));
        for (int b = 0; b < 256; b++) {
            tokens.add(String.format("<0x%02X>", b));
        }
        // What this kind of vocabulary has in place of the space.
        tokens.add("\u2581");
        return tokens;
    }

    private static int[] types(int count) {
        int[] types = new int[count];
        Arrays.fill(types, BYTE_TYPE);
        types[UNKNOWN] = UNKNOWN_TYPE;
        types[BEGIN] = CONTROL_TYPE;
        types[END] = CONTROL_TYPE;
        types[count - 1] = NORMAL_TYPE;
        return types;
    }

    private void addWeights(Gguf gguf) {
        SplittableRandom random = new SplittableRandom(seed);
        int shared = sharedHeads * headDimension;
        addMatrix(gguf, random, "token_embd", dimension(), tokens().size());
        for (int i = 0; i < layers; i++) {
            String block = "blk." + i + ".";
            addNorm(gguf, block + "attn_norm");
            addMatrix(gguf, random, block + "attn_q", dimension(), dimension());
            addMatrix(gguf, random, block + "attn_k", dimension(), shared);
            addMatrix(gguf, random, block + "attn_v", dimension(), shared);
            addMatrix(gguf, random, block + "attn_output", dimension(), dimension());
            addNorm(gguf, block + "ffn_norm");
            addMatrix(gguf, random, block + "ffn_gate", dimension(), hidden);
            addMatrix(gguf, random, block + "ffn_up", dimension(), hidden);
            addMatrix(gguf, random, block + "ffn_down", hidden, dimension());
        }
        addNorm(gguf, "output_norm");
        addMatrix(gguf, random, "output", dimension(), tokens().size());
    }

    private void addNorm(Gguf gguf, String name) {
        gguf.addTensor(name + ".weight", Gguf.Type.F32, dimension(), 1, () -> 1);
    }

    /** Evenly drawn, so that a product has the variance of its input. */
    private static void addMatrix(Gguf gguf, SplittableRandom random, String name, int columns, int rows) {
        float bound = (float) Math.sqrt(3.0 / columns);
        gguf.addTensor(name + ".weight", Gguf.Type.F16, columns, rows, () -> (random.nextFloat() * 2 - 1) * bound);
    }
}
