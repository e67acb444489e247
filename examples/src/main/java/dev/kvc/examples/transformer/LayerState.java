package dev.kvc.examples.transformer;

import java.util.Arrays;

/** The keys and values that one layer keeps. */
final class LayerState {
    private final int dimension;
    /** For each dimension a row with a number for each token: scores are computed along a row. */
    final float[][] keys;
    /** For each token a row with a number for each dimension. */
    float[][] values;

    LayerState(int dimension) {
        this.dimension = dimension;
        this.keys = new float[dimension][0];
        this.values = new float[0][];
    }

    /** The same rows, which stay when the other is widened. */
    LayerState(LayerState other) {
        dimension = other.dimension;
        keys = other.keys.clone();
        values = other.values.clone();
    }

    /** Makes room for {@code tokens} tokens, not fewer than now. */
    void widen(int tokens) {
        for (int row = 0; row < dimension; row++) {
            keys[row] = Arrays.copyOf(keys[row], tokens);
        }
        int old = values.length;
        values = Arrays.copyOf(values, tokens);
        for (int token = old; token < tokens; token++) {
            values[token] = new float[dimension];
        }
    }
}
