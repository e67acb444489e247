package dev.kvc.examples.transformer;

/**
 * A decoder-only transformer over bytes: for each layer RMSNorm, causal multi-head attention with rotary positions,
 * RMSNorm and a SwiGLU feed-forward part, each added to what came in; at the end RMSNorm and the scores of the 256
 * tokens that could come next.
 *
 * <p>A prompt is prefilled in blocks of tokens. What is computed for a token depends on the tokens before it and on
 * nothing else: not on how the prompt is cut, not on the number of threads. So resuming from the state of a beginning
 * gives, bit for bit, what prefilling everything gives.
 *
 * <p>Not safe for use by several threads; it uses threads of its own. Close it to end them.
 */
public final class Transformer implements AutoCloseable {
    private final TransformerConfig config;
    private final float[][] embedding;
    private final Layer[] layers;
    private final float[][] output;
    private final Workers workers;
    private final Block block;

    /** A model of this shape, computed by all cores. */
    public Transformer(TransformerConfig config) {
        this(config, Runtime.getRuntime().availableProcessors());
    }

    /**
     * A model of this shape.
     *
     * @param threads how many threads compute, 1 or more
     */
    public Transformer(TransformerConfig config, int threads) {
        this.config = config;
        Weights weights = new Weights(config.seed());
        embedding = weights.next(TransformerConfig.VOCABULARY, config.dimension(), 1);
        layers = new Layer[config.layers()];
        for (int i = 0; i < layers.length; i++) {
            layers[i] = new Layer(config, weights);
        }
        output = weights.next(config.dimension(), TransformerConfig.VOCABULARY);
        workers = new Workers(threads);
        block = new Block(config, threads);
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
        while (state.tokens() < end) {
            block.first = state.tokens();
            block.count = Math.min(Block.TOKENS, end - block.first);
            prefillBlock(prompt, state);
        }
        return scoresOfNext(block.count - 1);
    }

    private void prefillBlock(byte[] prompt, KvState state) {
        eachToken(t -> begin(prompt, t));
        for (int i = 0; i < layers.length; i++) {
            Layer layer = layers[i];
            LayerState kept = state.layer(i);
            eachToken(t -> layer.project(block, t, kept));
            workers.run((worker, step) -> layer.attend(block, worker, step, kept));
            eachToken(t -> layer.finish(block, t));
        }
        state.advance(block.count);
    }

    private void begin(byte[] prompt, int t) {
        int token = Byte.toUnsignedInt(prompt[block.first + t]);
        System.arraycopy(embedding[token], 0, block.x[t], 0, config.dimension());
        block.rotation.place(t, block.first + t);
    }

    private interface TokenWork {
        void run(int t);
    }

    private void eachToken(TokenWork work) {
        workers.run((worker, step) -> {
            for (int t = worker; t < block.count; t += step) {
                work.run(t);
            }
        });
    }

    private float[] scoresOfNext(int t) {
        float[] scores = new float[TransformerConfig.VOCABULARY];
        Kernels.normalize(block.x[t], block.normal[t], 0, config.dimension());
        Layer.transform(block.normal[t], output, scores);
        return scores;
    }

    @Override
    public void close() {
        workers.close();
    }
}
