package dev.kvc.examples.transformer;

import java.util.Arrays;

/**
 * One layer: its weights, each a table of rows for what comes in, and what it does with a block of tokens.
 *
 * <p>Attention goes over the earlier tokens in tiles that begin at fixed positions. Queries and keys are normalized
 * (QK-norm), so a score is at most √(head dimension) and its exponential cannot overflow: unlike in other softmaxes,
 * the largest score need not be known first, and one pass does.
 */
final class Layer {
    /** Positions in a tile: its keys and values of one head stay in the processor's cache for all tokens of a block. */
    static final int TILE = 512;

    private final TransformerConfig config;
    private final float scoreScale;
    private final float[][] query;
    private final float[][] key;
    private final float[][] value;
    private final float[][] mix;
    private final float[][] gate;
    private final float[][] up;
    private final float[][] down;

    Layer(TransformerConfig config, Weights weights) {
        int d = config.dimension();
        this.config = config;
        scoreScale = 1 / (float) StrictMath.sqrt(config.headDimension());
        query = weights.next(d, d);
        key = weights.next(d, d);
        value = weights.next(d, d);
        mix = weights.next(d, d);
        gate = weights.next(d, config.hidden());
        up = weights.next(d, config.hidden());
        down = weights.next(config.hidden(), d);
    }

    /** Query, key and value of the token of one row; key and value go into the state. */
    void project(Block block, int t, LayerState state) {
        int d = config.dimension();
        float[] normal = block.normal[t];
        Kernels.normalize(block.x[t], normal, 0, d);
        transform(normal, query, block.query[t]);
        transform(normal, key, block.scratch[t]);
        transform(normal, value, state.values[block.first + t]);
        for (int head = 0; head < config.heads(); head++) {
            int from = head * config.headDimension();
            int to = from + config.headDimension();
            prepare(block, t, block.query[t], from, to);
            Kernels.multiply(block.query[t], scoreScale, block.query[t], from, to);
            prepare(block, t, block.scratch[t], from, to);
        }
        for (int row = 0; row < d; row++) {
            state.keys[row][block.first + t] = block.scratch[t][row];
        }
    }

    private static void prepare(Block block, int t, float[] vector, int from, int to) {
        Kernels.normalize(vector, vector, from, to);
        block.rotation.rotate(vector, from, t);
    }

    /** What the tokens {@code worker}, {@code worker + step} and so on take from the tokens before them. */
    void attend(Block block, int worker, int step, LayerState state) {
        for (int t = worker; t < block.count; t += step) {
            Arrays.fill(block.mixed[t], 0);
        }
        for (int head = 0; head < config.heads(); head++) {
            attendHead(block, worker, step, head, state);
        }
    }

    private void attendHead(Block block, int worker, int step, int head, LayerState state) {
        float[] totals = new float[block.count];
        for (int from = 0; from < block.first + block.count; from += TILE) {
            for (int t = worker; t < block.count; t += step) {
                int to = Math.min(from + TILE, block.first + t + 1);
                if (from < to) {
                    totals[t] += attendTile(block, t, head, from, to, block.scores[worker], state);
                }
            }
        }
        int column = head * config.headDimension();
        for (int t = worker; t < block.count; t += step) {
            float[] mixed = block.mixed[t];
            Kernels.multiply(mixed, 1 / totals[t], mixed, column, column + config.headDimension());
        }
    }

    /** Adds the tile's values, each times e to the power of its score, and returns the sum of those powers. */
    private float attendTile(Block block, int t, int head, int from, int to, float[] scores, LayerState state) {
        int width = config.headDimension();
        int column = head * width;
        Arrays.fill(scores, from, to, 0);
        Kernels.addRows(block.query[t], column, state.keys, column, width, scores, from, to);
        Kernels.exponentiate(scores, from, to);
        Kernels.addRows(scores, from, state.values, from, to - from, block.mixed[t], column, column + width);
        return Kernels.sum(scores, from, to);
    }

    /** Adds what attention found, and what the feed-forward part makes of that. */
    void finish(Block block, int t) {
        float[] more = block.scratch[t];
        transform(block.mixed[t], mix, more);
        Kernels.add(more, block.x[t]);
        Kernels.normalize(block.x[t], block.normal[t], 0, config.dimension());
        transform(block.normal[t], gate, block.gate[t]);
        transform(block.normal[t], up, block.up[t]);
        Kernels.gate(block.gate[t], block.up[t]);
        transform(block.gate[t], down, more);
        Kernels.add(more, block.x[t]);
    }

    /** {@code out = in × weights}. */
    static void transform(float[] in, float[][] weights, float[] out) {
        Arrays.fill(out, 0);
        Kernels.addRows(in, 0, weights, 0, in.length, out, 0, out.length);
    }
}
