package dev.kvc.examples.transformer;

import java.util.Random;

/** Random tables, the same for the same seed on every machine. */
final class Weights {
    private final Random random;

    Weights(long seed) {
        random = new Random(seed);
    }

    /** A table with a row for each number that comes in, such that what goes out is as large as what comes in. */
    float[][] next(int rows, int columns) {
        return next(rows, columns, (float) StrictMath.sqrt(3.0 / rows));
    }

    /** A table of numbers from {@code −largest} to {@code largest}. */
    float[][] next(int rows, int columns, float largest) {
        float[][] table = new float[rows][columns];
        for (float[] row : table) {
            for (int i = 0; i < columns; i++) {
                row[i] = (2 * random.nextFloat() - 1) * largest;
            }
        }
        return table;
    }
}
