package dev.kvc.examples.transformer;

/**
 * The arithmetic of the transformer.
 *
 * <p>Every result is the same, bit for bit, on every machine, in every process and however the work is cut: Java's
 * float arithmetic is strict, each number is the sum of its terms in one fixed order, and nothing here calls a
 * {@code Math} function that a JVM may replace by an instruction of its own.
 *
 * <p>The loops run over independent results, not over the terms of one, so that the compiler can use vector
 * instructions without changing an order. All arrays of a loop are read at the same index: then nothing that is written
 * can be what a later round reads, which the compiler must know first.
 */
final class Kernels {
    /** How many rows are added at a time, so that the sums are loaded and stored less often; with more, C2 gives up. */
    static final int ROWS = 4;

    private static final float EPSILON = 1e-5f;

    private Kernels() {}

    /**
     * Adds {@code factors[at + i] × rows[first + i][j]} to {@code sums[j]}, for each row i in order.
     *
     * @param count how many rows
     * @param from the first j
     * @param to the j behind the last
     */
    static void addRows(float[] factors, int at, float[][] rows, int first, int count, float[] sums, int from, int to) {
        int i = 0;
        for (; i + ROWS <= count; i += ROWS) {
            addFour(factors, at + i, rows, first + i, sums, from, to);
        }
        for (; i < count; i++) {
            addOne(factors[at + i], rows[first + i], sums, from, to);
        }
    }

    private static void addFour(float[] factors, int at, float[][] rows, int first, float[] sums, int from, int to) {
        float f0 = factors[at];
        float f1 = factors[at + 1];
        float f2 = factors[at + 2];
        float f3 = factors[at + 3];
        float[] r0 = rows[first];
        float[] r1 = rows[first + 1];
        float[] r2 = rows[first + 2];
        float[] r3 = rows[first + 3];
        for (int j = from; j < to; j++) {
            sums[j] = sums[j] + f0 * r0[j] + f1 * r1[j] + f2 * r2[j] + f3 * r3[j];
        }
    }

    private static void addOne(float factor, float[] row, float[] sums, int from, int to) {
        for (int j = from; j < to; j++) {
            sums[j] = sums[j] + factor * row[j];
        }
    }

    /** Divides by the root of the mean square (RMSNorm without a learnt scale). */
    static void normalize(float[] in, float[] out, int from, int to) {
        float sum = 0;
        for (int i = from; i < to; i++) {
            sum += in[i] * in[i];
        }
        multiply(in, 1 / (float) StrictMath.sqrt(sum / (to - from) + EPSILON), out, from, to);
    }

    /** {@code out[j] = in[j] × factor}. */
    static void multiply(float[] in, float factor, float[] out, int from, int to) {
        for (int j = from; j < to; j++) {
            out[j] = in[j] * factor;
        }
    }

    /** Adds {@code more} to {@code sums}. */
    static void add(float[] more, float[] sums) {
        for (int j = 0; j < sums.length; j++) {
            sums[j] += more[j];
        }
    }

    /** {@code gate × sigmoid(gate) × up}, into {@code gate} (SwiGLU). */
    static void gate(float[] gate, float[] up) {
        for (int j = 0; j < gate.length; j++) {
            gate[j] = gate[j] / (1 + exp(-gate[j])) * up[j];
        }
    }

    /** Takes e to the power of each number. */
    static void exponentiate(float[] numbers, int from, int to) {
        for (int j = from; j < to; j++) {
            numbers[j] = exp(numbers[j]);
        }
    }

    /** The sum of the numbers, as four sums of every fourth: one sum would wait for itself at each step. */
    static float sum(float[] numbers, int from, int to) {
        float s0 = 0;
        float s1 = 0;
        float s2 = 0;
        float s3 = 0;
        int j = from;
        for (; j + 4 <= to; j += 4) {
            s0 += numbers[j];
            s1 += numbers[j + 1];
            s2 += numbers[j + 2];
            s3 += numbers[j + 3];
        }
        for (; j < to; j++) {
            s0 += numbers[j];
        }
        return s0 + s1 + s2 + s3;
    }

    /**
     * e to the power of {@code x}, to about four digits for |x| up to 30: a polynomial for e^(x ÷ 256), squared eight
     * times. It has no branch and no table, so that a loop of it becomes vector instructions.
     */
    static float exp(float x) {
        float y = x * (1 / 256f);
        float power = 1 + y * (1 + y * (0.5f + y * (0.16666667f + y * 0.041666668f)));
        float power2 = power * power;
        float power4 = power2 * power2;
        float power8 = power4 * power4;
        float power16 = power8 * power8;
        float power32 = power16 * power16;
        float power64 = power32 * power32;
        float power128 = power64 * power64;
        return power128 * power128;
    }
}
