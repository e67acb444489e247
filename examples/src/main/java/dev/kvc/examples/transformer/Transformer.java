package dev.kvc.examples.transformer;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * A decoder-only transformer over bytes: for each layer RMSNorm, causal multi-head attention with rotary positions,
 * RMSNorm and a SwiGLU feed-forward part, each added to what came in; at the end RMSNorm and the scores of the 256 tokens
 * that could come next.
 *
 * <p>A prompt is prefilled in blocks of tokens. What is computed for a token depends on the tokens before it and on
 * nothing else: not on how the prompt is cut, not on the number of threads. So resuming from the state of a beginning
 * gives, bit for bit, what prefilling everything gives.
 *
 * <p>Not safe for use by several threads; it uses threads of its own. Close it to end them.
 */
public final class Transformer implements AutoCloseable {
    private static final int BLOCK = 128;
    private static final double ROTARY_BASE = 10_000;

    private final TransformerConfig config;
    private final float[] embedding;
    private final float[] output;
    private final Layer[] layers;
    private final float[] cosines;
    private final float[] sines;
    private final int threadCount;
    private final ExecutorService threads;
    private final Block block;

    /** The weights of one layer, each a table of rows for what comes in. */
    private record Layer(
            float[] query, float[] key, float[] value, float[] mix, float[] gate, float[] up, float[] down) {}

    /** A model of this shape, computed by all cores. */
    public Transformer(TransformerConfig config) {
        this(config, Runtime.getRuntime().availableProcessors());
    }

    /**
     * A model of this shape.
     *
     * @param threadCount how many threads compute, 1 or more
     */
    public Transformer(TransformerConfig config, int threadCount) {
        this.config = config;
        this.threadCount = threadCount;
        this.threads = Executors.newFixedThreadPool(threadCount, Transformer::daemon);
        this.block = new Block(config, threadCount);
        Random random = new Random(config.seed());
        int d = config.dimension();
        embedding = weights(random, TransformerConfig.VOCABULARY, d, 1);
        output = weights(random, d, TransformerConfig.VOCABULARY, d);
        layers = new Layer[config.layers()];
        for (int i = 0; i < layers.length; i++) {
            layers[i] = new Layer(
                    weights(random, d, d, d),
                    weights(random, d, d, d),
                    weights(random, d, d, d),
                    weights(random, d, d, d),
                    weights(random, d, config.hidden(), d),
                    weights(random, d, config.hidden(), d),
                    weights(random, config.hidden(), d, config.hidden()));
        }
        int pairs = config.headDimension() / 2;
        cosines = new float[config.contextSize() * pairs];
        sines = new float[cosines.length];
        fillRotations(pairs);
    }

    private static Thread daemon(Runnable work) {
        Thread thread = new Thread(work, "transformer");
        thread.setDaemon(true);
        return thread;
    }

    private static float[] weights(Random random, int rows, int columns, int fanIn) {
        float[] weights = new float[rows * columns];
        float scale = (float) StrictMath.sqrt(3.0 / fanIn);
        for (int i = 0; i < weights.length; i++) {
            weights[i] = (2 * random.nextFloat() - 1) * scale;
        }
        return weights;
    }

    private void fillRotations(int pairs) {
        for (int pair = 0; pair < pairs; pair++) {
            double frequency = StrictMath.pow(ROTARY_BASE, -2.0 * pair / config.headDimension());
            for (int position = 0; position < config.contextSize(); position++) {
                cosines[position * pairs + pair] = (float) StrictMath.cos(position * frequency);
                sines[position * pairs + pair] = (float) StrictMath.sin(position * frequency);
            }
        }
    }

    /** What is computed for the tokens of one block, a row each, and each thread's room for attention scores. */
    private static final class Block {
        final float[] x;
        final float[] normal;
        final float[] query;
        final float[] mixed;
        final float[] gate;
        final float[] up;
        final float[][] scores;
        final float[] scratch;

        Block(TransformerConfig config, int threadCount) {
            int numbers = BLOCK * config.dimension();
            x = new float[numbers];
            normal = new float[numbers];
            query = new float[numbers];
            mixed = new float[numbers];
            scratch = new float[numbers];
            gate = new float[BLOCK * config.hidden()];
            up = new float[gate.length];
            scores = new float[threadCount][config.contextSize()];
        }
    }

    /**
     * Computes the tokens {@code prompt[state.tokens()]} to {@code prompt[end − 1]} and adds them to {@code state}.
     *
     * @param end how many tokens of the prompt the state covers afterwards, more than now, up to the context size
     * @return the scores of the tokens that could come next
     */
    public float[] prefill(byte[] prompt, int end, KvState state) {
        if (end <= state.tokens() || end > prompt.length || end > config.contextSize()) {
            throw new IllegalArgumentException("cannot prefill up to " + end + ": the state has " + state.tokens()
                    + " tokens, the prompt " + prompt.length + ", the context " + config.contextSize());
        }
        state.reserve(end);
        int count = 0;
        while (state.tokens() < end) {
            count = Math.min(BLOCK, end - state.tokens());
            prefillBlock(prompt, state, count);
        }
        return logits(count - 1);
    }

    private void prefillBlock(byte[] prompt, KvState state, int count) {
        int d = config.dimension();
        int first = state.tokens();
        for (int t = 0; t < count; t++) {
            System.arraycopy(embedding, Byte.toUnsignedInt(prompt[first + t]) * d, block.x, t * d, d);
        }
        for (int i = 0; i < layers.length; i++) {
            int layer = i;
            inParallel(count, (t, thread) -> project(layer, state, first, t));
            inParallel(count, (t, thread) -> {
                attend(layer, state, first, t, block.scores[thread]);
                feedForward(layers[layer], t);
            });
        }
        state.advance(count);
    }

    /** Query, key and value of one token; key and value go into the state. */
    private void project(int index, KvState state, int first, int t) {
        Layer layer = layers[index];
        int d = config.dimension();
        int at = t * d;
        Kernels.normalize(block.x, at, d, block.normal, at);
        Kernels.multiply(block.normal, at, d, layer.query, d, block.query, at);
        Kernels.multiply(block.normal, at, d, layer.key, d, block.scratch, at);
        rotate(block.query, at, first + t);
        rotate(block.scratch, at, first + t);
        float[] keys = state.keys(index);
        for (int row = 0; row < d; row++) {
            keys[row * state.capacity() + first + t] = block.scratch[at + row];
        }
        Kernels.multiply(block.normal, at, d, layer.value, d, state.values(index), (first + t) * d);
    }

    /** Rotates each pair of numbers of each head by an angle that grows with the position. */
    private void rotate(float[] vector, int at, int position) {
        int pairs = config.headDimension() / 2;
        for (int i = 0; i < config.heads() * pairs; i++) {
            float cosine = cosines[position * pairs + i % pairs];
            float sine = sines[position * pairs + i % pairs];
            float a = vector[at + 2 * i];
            float b = vector[at + 2 * i + 1];
            vector[at + 2 * i] = a * cosine - b * sine;
            vector[at + 2 * i + 1] = a * sine + b * cosine;
        }
    }

    private void attend(int index, KvState state, int first, int t, float[] scores) {
        int d = config.dimension();
        int width = config.headDimension();
        int positions = first + t + 1;
        float scale = 1 / (float) StrictMath.sqrt(width);
        Arrays.fill(block.mixed, t * d, (t + 1) * d, 0);
        for (int head = 0; head < config.heads(); head++) {
            int column = head * width;
            Arrays.fill(scores, 0, positions, 0);
            Kernels.accumulate(
                    block.query,
                    t * d + column,
                    1,
                    width,
                    state.keys(index),
                    column * state.capacity(),
                    state.capacity(),
                    positions,
                    scores,
                    0);
            for (int p = 0; p < positions; p++) {
                scores[p] *= scale;
            }
            Kernels.softmax(scores, positions);
            Kernels.accumulate(
                    scores, 0, 1, positions, state.values(index), column, d, width, block.mixed, t * d + column);
        }
        Kernels.multiply(block.mixed, t * d, d, layers[index].mix, d, block.scratch, t * d);
        add(block.scratch, t * d, d);
    }

    private void feedForward(Layer layer, int t) {
        int d = config.dimension();
        int hidden = config.hidden();
        Kernels.normalize(block.x, t * d, d, block.normal, t * d);
        Kernels.multiply(block.normal, t * d, d, layer.gate, hidden, block.gate, t * hidden);
        Kernels.multiply(block.normal, t * d, d, layer.up, hidden, block.up, t * hidden);
        Kernels.gate(block.gate, block.up, t * hidden, hidden);
        Kernels.multiply(block.gate, t * hidden, hidden, layer.down, d, block.scratch, t * d);
        add(block.scratch, t * d, d);
    }

    private void add(float[] more, int at, int count) {
        for (int i = at; i < at + count; i++) {
            block.x[i] += more[i];
        }
    }

    private float[] logits(int t) {
        int d = config.dimension();
        float[] logits = new float[TransformerConfig.VOCABULARY];
        Kernels.normalize(block.x, t * d, d, block.normal, t * d);
        Kernels.multiply(block.normal, t * d, d, output, TransformerConfig.VOCABULARY, logits, 0);
        return logits;
    }

    /** What is done for one token, by one of the threads. */
    private interface TokenWork {
        void run(int token, int thread);
    }

    /** Does the work of each token once; thread i takes tokens i, i + n, i + 2n …, which take alike long. */
    private void inParallel(int count, TokenWork work) {
        List<Callable<Void>> shares = new ArrayList<>(threadCount);
        for (int i = 0; i < threadCount; i++) {
            int thread = i;
            shares.add(() -> {
                for (int t = thread; t < count; t += threadCount) {
                    work.run(t, thread);
                }
                return null;
            });
        }
        try {
            for (Future<Void> share : threads.invokeAll(shares)) {
                share.get();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while computing", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("a token could not be computed", e.getCause());
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
