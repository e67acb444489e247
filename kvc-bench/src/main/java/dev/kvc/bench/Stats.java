package dev.kvc.bench;

import java.util.Arrays;

/**
 * What many rounds come to.
 *
 * @param median the middle one
 * @param low the lower quartile
 * @param high the upper quartile
 * @param least the least
 */
record Stats(double median, double low, double high, double least) {
    /**
     * Of these samples, by linear interpolation between the two nearest ranks.
     *
     * @throws IllegalArgumentException if there are none
     */
    static Stats of(double... samples) {
        if (samples.length == 0) {
            throw new IllegalArgumentException("no samples");
        }
        double[] sorted = samples.clone();
        Arrays.sort(sorted);
        return new Stats(quantile(sorted, 0.5), quantile(sorted, 0.25), quantile(sorted, 0.75), sorted[0]);
    }

    private static double quantile(double[] sorted, double q) {
        double at = q * (sorted.length - 1);
        int below = (int) at;
        int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
    }

    /** The range between the quartiles, as a share of the median: 0 if there is nothing to be a share of. */
    double spread() {
        return median == 0 ? 0 : (high - low) / median;
    }
}
