package dev.kvc.examples.transformer;

import java.util.Arrays;

/** The textbook: one token after the other, in doubles, with the softmax that looks for the largest score first. */
final class ReferenceTransformer {
    private final TransformerConfig config;
    private final float[][] embedding;
    /** For each layer: query, key, value, mix, gate, up, down. */
    private final float[][][][] layers;

    private final float[][] output;

    ReferenceTransformer(TransformerConfig config) {
        this.config = config;
        int d = config.dimension();
        Weights weights = new Weights(config.seed());
        embedding = weights.next(TransformerConfig.VOCABULARY, d, 1);
        layers = new float[config.layers()][][][];
        for (int i = 0; i < layers.length; i++) {
            layers[i] = new float[][][] {
                weights.next(d, d),
                weights.next(d, d),
                weights.next(d, d),
                weights.next(d, d),
                weights.next(d, config.hidden()),
                weights.next(d, config.hidden()),
                weights.next(config.hidden(), d)
            };
        }
        output = weights.next(d, TransformerConfig.VOCABULARY);
    }

    double[] scores(byte[] prompt) {
        int n = prompt.length;
        double[][] x = new double[n][config.dimension()];
        for (int t = 0; t < n; t++) {
            for (int j = 0; j < config.dimension(); j++) {
                x[t][j] = embedding[prompt[t] & 0xff][j];
            }
        }
        for (float[][][] layer : layers) {
            double[][] query = new double[n][];
            double[][] key = new double[n][];
            double[][] value = new double[n][];
            for (int t = 0; t < n; t++) {
                double[] normal = normalized(x[t]);
                query[t] = placed(times(normal, layer[0]), t);
                key[t] = placed(times(normal, layer[1]), t);
                value[t] = times(normal, layer[2]);
            }
            for (int t = 0; t < n; t++) {
                add(times(attention(query[t], key, value, t), layer[3]), x[t]);
                double[] normal = normalized(x[t]);
                double[] gate = times(normal, layer[4]);
                double[] up = times(normal, layer[5]);
                for (int j = 0; j < gate.length; j++) {
                    gate[j] = gate[j] / (1 + Math.exp(-gate[j])) * up[j];
                }
                add(times(gate, layer[6]), x[t]);
            }
        }
        return times(normalized(x[n - 1]), output);
    }

    private double[] attention(double[] query, double[][] key, double[][] value, int last) {
        double[] mixed = new double[query.length];
        for (int head = 0; head < config.heads(); head++) {
            int from = head * config.headDimension();
            int to = from + config.headDimension();
            double[] scores = new double[last + 1];
            double max = Double.NEGATIVE_INFINITY;
            for (int p = 0; p <= last; p++) {
                for (int j = from; j < to; j++) {
                    scores[p] += query[j] * key[p][j] / Math.sqrt(config.headDimension());
                }
                max = Math.max(max, scores[p]);
            }
            double total = 0;
            for (int p = 0; p <= last; p++) {
                scores[p] = Math.exp(scores[p] - max);
                total += scores[p];
            }
            for (int p = 0; p <= last; p++) {
                for (int j = from; j < to; j++) {
                    mixed[j] += scores[p] / total * value[p][j];
                }
            }
        }
        return mixed;
    }

    /** Each head normalized, and turned by the angles of the position. */
    private double[] placed(double[] vector, int position) {
        int width = config.headDimension();
        double[] placed = new double[vector.length];
        for (int from = 0; from < vector.length; from += width) {
            double[] head = normalized(Arrays.copyOfRange(vector, from, from + width));
            for (int i = 0; i < width / 2; i++) {
                double angle = position * Math.pow(10_000, -2.0 * i / width);
                double a = head[i];
                double b = head[i + width / 2];
                placed[from + i] = a * Math.cos(angle) - b * Math.sin(angle);
                placed[from + i + width / 2] = a * Math.sin(angle) + b * Math.cos(angle);
            }
        }
        return placed;
    }

    private static double[] normalized(double[] vector) {
        double sum = 0;
        for (double number : vector) {
            sum += number * number;
        }
        double[] normal = vector.clone();
        for (int j = 0; j < normal.length; j++) {
            normal[j] /= Math.sqrt(sum / vector.length + 1e-5);
        }
        return normal;
    }

    private static double[] times(double[] in, float[][] weights) {
        double[] out = new double[weights[0].length];
        for (int i = 0; i < in.length; i++) {
            for (int j = 0; j < out.length; j++) {
                out[j] += in[i] * weights[i][j];
            }
        }
        return out;
    }

    private static void add(double[] more, double[] sums) {
        for (int j = 0; j < sums.length; j++) {
            sums[j] += more[j];
        }
    }
}
