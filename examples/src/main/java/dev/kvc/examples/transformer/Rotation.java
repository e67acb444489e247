package dev.kvc.examples.transformer;

/**
 * Rotary positions (RoPE) for the tokens of a block: each pair of numbers of a head is turned by an angle that grows
 * with the token's position, at a speed of its own.
 */
final class Rotation {
    private static final double BASE = 10_000;

    private final int pairs;
    private final double[] speeds;
    private final float[][] cosines;
    private final float[][] sines;

    /** Room for {@code tokens} tokens. */
    Rotation(int headDimension, int tokens) {
        pairs = headDimension / 2;
        speeds = new double[pairs];
        for (int pair = 0; pair < pairs; pair++) {
            speeds[pair] = StrictMath.pow(BASE, -1.0 * pair / pairs);
        }
        cosines = new float[tokens][pairs];
        sines = new float[tokens][pairs];
    }

    /** Sets the position of the token in row {@code t}. */
    void place(int t, int position) {
        for (int pair = 0; pair < pairs; pair++) {
            cosines[t][pair] = (float) StrictMath.cos(position * speeds[pair]);
            sines[t][pair] = (float) StrictMath.sin(position * speeds[pair]);
        }
    }

    /** Turns the head that begins at {@code from}, for the token in row {@code t}. */
    void rotate(float[] vector, int from, int t) {
        for (int pair = 0; pair < pairs; pair++) {
            float a = vector[from + pair];
            float b = vector[from + pairs + pair];
            vector[from + pair] = a * cosines[t][pair] - b * sines[t][pair];
            vector[from + pairs + pair] = a * sines[t][pair] + b * cosines[t][pair];
        }
    }
}
