package dev.kvc.examples.llama;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The memory of one sequence of tokens, and what it takes to compute the next ones. For one thread at a time.
 *
 * <p>A prompt is computed in batches that end where the count of tokens is a multiple of
 * {@link ContextSettings#batchTokens}. A state that ends there, and was computed so, goes on with the same batches as
 * if nothing had happened, and so with the same scores to the last bit; batches of other sizes sum in another order.
 */
@SuppressWarnings("MustBeClosed") // the arena is closed with this
public final class LlamaContext implements AutoCloseable {
    private static final int SEQUENCE = 0;
    private static final int TO_THE_END = -1;
    private static final int LAST_TOKEN = -1;

    private final Llama llama;
    private final ContextSettings settings;
    private final int scores;
    private final MemorySegment context;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment tokensOfBatch;
    private final MemorySegment batch;
    private final NativeBuffer states = new NativeBuffer();
    private int tokens;

    LlamaContext(Llama llama, MemorySegment model, int scores, ContextSettings settings) {
        this.llama = llama;
        this.settings = settings;
        this.scores = scores;
        this.context = open(llama, model, settings, arena);
        this.tokensOfBatch = arena.allocate(JAVA_INT, settings.batchTokens());
        this.batch = arena.allocate(Structs.BATCH);
        Structs.setAddress(Structs.BATCH, batch, "token", tokensOfBatch);
    }

    /** Freed when {@code owner} is closed, after which nothing is called with it any more. */
    @SuppressWarnings("restricted")
    private static MemorySegment open(Llama llama, MemorySegment model, ContextSettings settings, Arena owner) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment params = llama.contextDefaultParams(arena);
            Structs.setInt(Structs.CONTEXT_PARAMS, params, "n_ctx", settings.contextSize());
            Structs.setInt(Structs.CONTEXT_PARAMS, params, "n_batch", settings.batchTokens());
            Structs.setInt(Structs.CONTEXT_PARAMS, params, "n_ubatch", settings.batchTokens());
            Structs.setInt(Structs.CONTEXT_PARAMS, params, "n_threads", settings.threads());
            Structs.setInt(Structs.CONTEXT_PARAMS, params, "n_threads_batch", settings.threads());
            MemorySegment context = llama.newContext(model, params);
            if (context.equals(MemorySegment.NULL)) {
                throw new LlamaException("llama.cpp has no context for " + settings);
            }
            return context.reinterpret(owner, llama::freeContext);
        }
    }

    /** How many tokens are in its memory. */
    public int tokens() {
        return tokens;
    }

    /**
     * Computes {@code prompt} from the first token that is not in memory to {@code end}.
     *
     * @throws LlamaException if it does not fit, or llama.cpp fails; the memory is empty then
     */
    public void extend(int[] prompt, int end) {
        while (tokens < end) {
            int batchEnd = Math.min(end, (tokens / settings.batchTokens() + 1) * settings.batchTokens());
            decode(prompt, batchEnd - tokens);
        }
    }

    private void decode(int[] prompt, int count) {
        MemorySegment.copy(prompt, tokens, tokensOfBatch, JAVA_INT, 0, count);
        Structs.setInt(Structs.BATCH, batch, "n_tokens", count);
        int code = llama.decode(context, batch);
        if (code != 0) {
            String what = "llama_decode of " + count + " tokens behind " + tokens + " of " + settings + " gave " + code;
            clear();
            throw new LlamaException(what);
        }
        tokens += count;
    }

    /**
     * The scores of each token of the vocabulary to come next, after the last token that was computed.
     *
     * @throws LlamaException if none was computed since the memory was cleared or restored
     */
    @SuppressWarnings("restricted")
    public float[] logits() {
        MemorySegment logits = llama.logits(context, LAST_TOKEN);
        if (logits.equals(MemorySegment.NULL)) {
            throw new LlamaException("there are no scores: nothing was computed yet");
        }
        return logits.reinterpret(scores * JAVA_FLOAT.byteSize()).toArray(JAVA_FLOAT);
    }

    /** Forgets all tokens. */
    public void clear() {
        llama.clear(context);
        tokens = 0;
    }

    /**
     * Forgets all tokens from the {@code count}-th on.
     *
     * @throws LlamaException if the model's memory cannot be cut
     */
    public void truncate(int count) {
        if (!llama.removeTokens(context, SEQUENCE, count, TO_THE_END)) {
            throw new LlamaException("llama.cpp cannot cut the state of " + tokens + " tokens to " + count);
        }
        tokens = Math.min(tokens, count);
    }

    /**
     * The state of all tokens, in memory that this keeps and uses again: it is good until the next call of this, or
     * until this is closed. It grows and does not shrink.
     *
     * @throws LlamaException if llama.cpp fails
     */
    public MemorySegment state() {
        long size = llama.stateSize(context, SEQUENCE);
        MemorySegment state = states.take(size);
        long written = llama.getState(context, state, size, SEQUENCE);
        if (written != size) {
            throw new LlamaException("llama.cpp wrote " + written + " bytes of a state of " + size);
        }
        return state;
    }

    /**
     * Takes a state in place of all that is in memory. It has no scores: they are those of the next token computed.
     *
     * @param state in native memory or a mapped file; not kept
     * @param count how many tokens it is of
     * @throws LlamaException if it is not a whole state of so many tokens of this model; the memory is empty then
     */
    public void restore(MemorySegment state, int count) {
        clear();
        requireTokens(state, count);
        long read = llama.setState(context, state, state.byteSize(), SEQUENCE);
        int found = llama.lastPosition(context, SEQUENCE) + 1;
        if (read != state.byteSize() || found != count) {
            clear();
            throw new LlamaException("llama.cpp took " + read + " of " + state.byteSize() + " bytes as the state of "
                    + found + " tokens; it should be all bytes and " + count + " tokens");
        }
        tokens = count;
    }

    /**
     * A state begins with the number of its tokens, which llama.cpp allocates for before it compares it with anything;
     * over a state of none it ends the process.
     */
    private static void requireTokens(MemorySegment state, int count) {
        int found = state.byteSize() < JAVA_INT.byteSize() ? 0 : state.get(JAVA_INT_UNALIGNED, 0);
        if (found != count || count < 1) {
            throw new LlamaException("the state of " + state.byteSize() + " bytes is of "
                    + Integer.toUnsignedString(found) + " tokens; it should be of " + count);
        }
    }

    /** Frees it and the memory of its states. A second call does nothing. */
    @Override
    public void close() {
        if (arena.scope().isAlive()) {
            arena.close();
        }
        states.close();
    }
}
