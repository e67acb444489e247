package dev.kvc.examples.transformer;

import java.util.Arrays;

/**
 * The arithmetic of the transformer.
 *
 * <p>Every result is the same, bit for bit, on every machine, in every process and however the work is cut: Java's float
 * arithmetic is strict, each number is the sum of its terms in one fixed order, and nothing here calls a {@code Math}
 * function that a JVM may replace by an instruction of its own. The loops run over independent results, not over the
 * terms of one, so that the compiler can use vector instructions without changing an order.
 */
final class Kernels {
    private static final float LOG2_E = 1.442695041f;
    private static final float LN2_HIGH = 0.693359375f;
    private static final float LN2_LOW = -2.12194440e-4f;
    private static final float SMALLEST_EXPONENT = -87f;

    private Kernels() {}

    /** {@code out[outAt + j] = sum over i of in[inAt + i] × weights[i × columns + j]}. */
    static void multiply(float[] in, int inAt, int rows, float[] weights, int columns, float[] out, int outAt) {
        Arrays.fill(out, outAt, outAt + columns, 0);
        accumulate(in, inAt, 1, rows, weights, 0, columns, columns, out, outAt);
    }

    /**
     * Adds {@code factors[at + i × step] × table[start + i × stride + j]} to {@code out[outAt + j]} for each row i in
     * order, four rows at a time, so that {@code out} is loaded and stored less often.
     */
    static void accumulate(
            float[] factors,
            int at,
            int step,
            int rows,
            float[] table,
            int start,
            int stride,
            int columns,
            float[] out,
            int outAt) {
        int i = 0;
        for (; i + 4 <= rows; i += 4) {
            float f0 = factors[at + i * step];
            float f1 = factors[at + (i + 1) * step];
            float f2 = factors[at + (i + 2) * step];
            float f3 = factors[at + (i + 3) * step];
            int row = start + i * stride;
            addFourRows(f0, f1, f2, f3, table, row, stride, columns, out, outAt);
        }
        for (; i < rows; i++) {
            addRow(factors[at + i * step], table, start + i * stride, columns, out, outAt);
        }
    }

    private static void addFourRows(
            float f0,
            float f1,
            float f2,
            float f3,
            float[] table,
            int row,
            int stride,
            int columns,
            float[] out,
            int outAt) {
        int row1 = row + stride;
        int row2 = row1 + stride;
        int row3 = row2 + stride;
        for (int j = 0; j < columns; j++) {
            out[outAt + j] = out[outAt + j]
                    + f0 * table[row + j]
                    + f1 * table[row1 + j]
                    + f2 * table[row2 + j]
                    + f3 * table[row3 + j];
        }
    }

    private static void addRow(float factor, float[] table, int row, int columns, float[] out, int outAt) {
        for (int j = 0; j < columns; j++) {
            out[outAt + j] += factor * table[row + j];
        }
    }

    /** Divides by the root of the mean square (RMSNorm without a learnt scale). */
    static void normalize(float[] in, int inAt, int count, float[] out, int outAt) {
        float sum = 0;
        for (int i = 0; i < count; i++) {
            sum += in[inAt + i] * in[inAt + i];
        }
        float scale = 1 / (float) StrictMath.sqrt(sum / count + 1e-5f);
        for (int i = 0; i < count; i++) {
            out[outAt + i] = in[inAt + i] * scale;
        }
    }

    /** Turns scores into weights that sum to 1. */
    static void softmax(float[] scores, int count) {
        float max = scores[0];
        for (int i = 1; i < count; i++) {
            max = scores[i] > max ? scores[i] : max;
        }
        for (int i = 0; i < count; i++) {
            scores[i] = exp(scores[i] - max);
        }
        float sum = 0;
        for (int i = 0; i < count; i++) {
            sum += scores[i];
        }
        float scale = 1 / sum;
        for (int i = 0; i < count; i++) {
            scores[i] *= scale;
        }
    }

    /** {@code gate × sigmoid(gate) × up}, into {@code gate} (SwiGLU). */
    static void gate(float[] gate, float[] up, int at, int count) {
        for (int i = at; i < at + count; i++) {
            gate[i] = gate[i] / (1 + exp(-gate[i])) * up[i];
        }
    }

    /**
     * e to the power of {@code x}, to about six digits: 2^n × e^r with |r| ≤ ln 2 ÷ 2, and a polynomial for e^r (Cody and
     * Waite). {@code StrictMath.exp} would take twenty times as long.
     */
    static float exp(float x) {
        float bounded = x < SMALLEST_EXPONENT ? SMALLEST_EXPONENT : (x > -SMALLEST_EXPONENT ? -SMALLEST_EXPONENT : x);
        float scaled = bounded * LOG2_E;
        int n = (int) (scaled + (scaled < 0 ? -0.5f : 0.5f));
        float r = bounded - n * LN2_HIGH - n * LN2_LOW;
        float power = 1 + r * (1 + r * (0.5f + r * (0.16666667f + r * (0.041666668f + r * 0.008333334f))));
        return power * Float.intBitsToFloat((n + 127) << 23);
    }
}
