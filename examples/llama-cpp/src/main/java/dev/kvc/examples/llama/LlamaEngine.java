package dev.kvc.examples.llama;

import dev.kvc.engine.Checkpoint;
import dev.kvc.engine.CheckpointPlanner;
import dev.kvc.engine.Gates;
import dev.kvc.engine.ModelFingerprint;
import dev.kvc.engine.Prefill;
import dev.kvc.engine.PrefixCache;
import dev.kvc.engine.PrefixCacheStats;
import dev.kvc.engine.Resumption;
import dev.kvc.engine.SaveHandle;
import dev.kvc.engine.TokenText;
import dev.kvc.format.Namespace;
import dev.kvc.format.SaveReason;
import dev.kvc.store.KvStore;
import dev.kvc.store.Mapping;
import dev.kvc.store.Payload;
import dev.kvc.store.PayloadSource;
import dev.kvc.store.PrefixQuery;
import dev.kvc.store.SaveOptions;
import dev.kvc.store.SnapshotDraft;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * llama.cpp with a prefix cache: one slot, in which one session goes on until another takes it. For one thread at a
 * time; the model and the store are the caller's.
 *
 * <p>The text of a snapshot is its token ids, and the payload what {@code llama_state_seq_get_data} gives. That goes
 * from llama.cpp into native memory which the file is written from, and from the mapped file into llama.cpp.
 *
 * <p>Resuming gives the scores of a full prefill, bit for bit: a snapshot is used up to the last of its tokens that
 * ends a batch, so that what is left is computed in the very batches of a full prefill. A last token that is computed
 * alone, which would do for a model that chats, has other last bits: llama.cpp sums in another order then. So have
 * tokens that a session has {@linkplain #append appended}, each of which is such a one.
 */
public final class LlamaEngine implements AutoCloseable {
    /** Generation of the layout of a state, which is llama.cpp's own. */
    private static final int PAYLOAD_ABI = 1;

    private static final int SLICE_BYTES = 1 << 30;

    private final ContextSettings settings;
    private final CheckpointPlanner planner;
    private final PrefixCache cache;
    private final Gates gates;
    private final LlamaContext context;
    private final NativeBuffer wholeState = new NativeBuffer();
    /** What the slot has computed: the first {@code context.tokens()} of these. */
    private int[] live = {};
    /** How many of those the longest snapshot covers. */
    private int saved;
    /** It writes from the memory that the next state goes to. */
    private @Nullable SaveHandle lastSave;

    /** What of a snapshot is used, and where another would have served better: 0 for nothing. */
    private record Restored(int tokens, long storedBytes, int branch) {}

    /**
     * An engine.
     *
     * @param weights the {@linkplain Weights#checksum checksum} of the model's file
     * @param store the root; the namespace of the model is used alone
     */
    public LlamaEngine(LlamaModel model, String weights, ContextSettings settings, KvStore store) {
        this.settings = settings;
        this.planner = planner(settings.batchTokens());
        this.cache = PrefixCache.of(store.in(namespace(weights, settings)));
        this.gates = Gates.builder()
                .payloadAbi(PAYLOAD_ABI)
                .contextSize(settings.contextSize())
                .build();
        this.context = model.newContext(settings);
    }

    /**
     * Of all that the bits of a state depend on. How positions are encoded is in the weights' file, and the types of
     * keys and values are llama.cpp's defaults.
     */
    static Namespace namespace(String weights, ContextSettings settings) {
        return ModelFingerprint.empty()
                .with("weights", weights)
                .with("llama.cpp", Llama.BUILD)
                .with("batch", settings.batchTokens())
                .with("threads", settings.threads())
                .namespace();
    }

    /** Whole batches: 512 tokens at least and a checkpoint every 2 048, for batches of 128. */
    private static CheckpointPlanner planner(int batchTokens) {
        return CheckpointPlanner.builder()
                .minTokens(4 * batchTokens)
                .alignTokens(batchTokens)
                .continuedTokens(16 * batchTokens)
                .build();
    }

    /**
     * Computes a prompt from the longest beginning that is in the slot or in the cache, and saves it at its
     * checkpoints. What is in the slot is saved before that, unless the prompt goes on with it.
     *
     * @param prompt one token at least, and no more than the context has room for; not changed any more
     * @throws IllegalArgumentException if it is shorter or longer
     * @throws LlamaException if llama.cpp cannot compute it
     */
    public Prefilled resume(int[] prompt) throws InterruptedException {
        if (prompt.length < 1 || prompt.length > settings.contextSize()) {
            throw new IllegalArgumentException(
                    "the prompt has " + prompt.length + " tokens; it must have 1 to " + settings.contextSize());
        }
        long start = System.nanoTime();
        Restored restored = isLiveABeginningOf(prompt) ? stay(prompt) : restore(prompt);
        long ready = System.nanoTime();
        live = prompt;
        Prefill prefill = Prefill.of(prompt.length).resumedAt(saved).branchAt(restored.branch());
        for (Checkpoint checkpoint : planner.prefill(prefill)) {
            computeAndSave(checkpoint);
        }
        context.extend(prompt, prompt.length);
        float[] logits = context.logits();
        long nanos = System.nanoTime() - start;
        return new Prefilled(logits, prompt.length, restored.tokens(), restored.storedBytes(), ready - start, nanos);
    }

    /** A checkpoint within a batch would split it: it is moved to the end of the batch before. */
    private void computeAndSave(Checkpoint checkpoint) throws InterruptedException {
        int end = checkpoint.tokens() == live.length ? live.length : wholeBatches(checkpoint.tokens());
        if (end > saved) {
            context.extend(live, end);
            save(checkpoint.reason(), SaveOptions.IF_ABSENT);
        }
    }

    private int wholeBatches(int tokens) {
        return tokens / settings.batchTokens() * settings.batchTokens();
    }

    private boolean isLiveABeginningOf(int[] prompt) {
        int tokens = context.tokens();
        return tokens > 0 && tokens <= prompt.length && Arrays.equals(live, 0, tokens, prompt, 0, tokens);
    }

    private Restored stay(int[] prompt) {
        return new Restored(use(context.tokens(), prompt), 0, 0);
    }

    /** Cuts what the slot has to what a full prefill would have computed alike, which leaves a token for the scores. */
    private int use(int tokens, int[] prompt) {
        int used = wholeBatches(Math.min(tokens, prompt.length - 1));
        context.truncate(used);
        return used;
    }

    private Restored restore(int[] prompt) throws InterruptedException {
        PrefixQuery query = gates.query(TokenText.of(prompt));
        saveBefore(query);
        try (Resumption resumption = cache.resume(query)) {
            int branch = TokenText.count(resumption.branchPoint().orElse(0));
            while (resumption.isFound()) {
                try {
                    int tokens = TokenText.count(resumption.textBytes());
                    restore(resumption.payload(), tokens);
                    int used = use(tokens, prompt);
                    resumption.restored(used);
                    saved = tokens;
                    return new Restored(used, resumption.snapshot().info().storedBytes(), branch);
                } catch (IOException | LlamaException e) {
                    resumption.failed(e);
                }
            }
            clear();
            return new Restored(0, 0, branch);
        }
    }

    private void saveBefore(PrefixQuery next) throws InterruptedException {
        awaitSave();
        Optional<Checkpoint> checkpoint = planner.evict(context.tokens(), saved);
        if (checkpoint.isPresent()) {
            save(checkpoint.get().reason(), SaveOptions.IF_ABSENT.protect(next));
        }
    }

    private void restore(Payload payload, int tokens) throws IOException {
        try (Mapping mapping = payload.map()) {
            context.restore(inOnePiece(mapping.slices(), payload.size()), tokens);
        }
    }

    /** llama.cpp takes a state in one piece; beyond 1 GiB the mapping has more, and they are copied together. */
    private MemorySegment inOnePiece(List<ByteBuffer> slices, long size) {
        if (slices.size() == 1) {
            return MemorySegment.ofBuffer(slices.get(0));
        }
        MemorySegment whole = wholeState.take(size);
        long at = 0;
        for (ByteBuffer slice : slices) {
            whole.asSlice(at, slice.remaining()).copyFrom(MemorySegment.ofBuffer(slice));
            at += slice.remaining();
        }
        return whole;
    }

    /** Saves all that the slot has. */
    private void save(SaveReason reason, SaveOptions options) throws InterruptedException {
        awaitSave();
        MemorySegment state = context.state();
        SnapshotDraft draft = gates.draft()
                .text(TokenText.of(live, 0, context.tokens()))
                .payload(PayloadSource.of(slices(state)))
                .tokenCount(context.tokens())
                .saveReason(reason)
                .build();
        lastSave = cache.save(draft, options);
        saved = context.tokens();
    }

    private static ByteBuffer[] slices(MemorySegment state) {
        List<ByteBuffer> slices = new ArrayList<>();
        for (long at = 0; at < state.byteSize(); at += SLICE_BYTES) {
            slices.add(state.asSlice(at, Math.min(SLICE_BYTES, state.byteSize() - at))
                    .asByteBuffer());
        }
        return slices.toArray(ByteBuffer[]::new);
    }

    /** Waits for the save under way. If it failed, nothing is taken to be saved: what is there is not written again. */
    private void awaitSave() throws InterruptedException {
        if (lastSave != null) {
            lastSave.await();
            saved = lastSave.isLoadable() ? saved : 0;
            lastSave = null;
        }
    }

    /**
     * Computes a prompt from nothing and saves nothing: what resuming is compared with.
     *
     * @throws LlamaException if llama.cpp cannot compute it
     */
    public Prefilled prefill(int[] prompt) {
        long start = System.nanoTime();
        clear();
        context.extend(prompt, prompt.length);
        float[] logits = context.logits();
        clear();
        return new Prefilled(logits, prompt.length, 0, 0, 0, System.nanoTime() - start);
    }

    private void clear() {
        context.clear();
        saved = 0;
    }

    /**
     * Computes one token more, which the session goes on with.
     *
     * @return the scores of the next
     * @throws LlamaException if the context is full
     */
    public float[] append(int token) {
        int end = context.tokens() + 1;
        live = Arrays.copyOf(live, end);
        live[end - 1] = token;
        context.extend(live, end);
        return context.logits();
    }

    /** Saves what is in the slot and not saved, and waits for it: before the engine ends. */
    public void saveAtShutdown() throws InterruptedException {
        awaitSave();
        Optional<Checkpoint> checkpoint = planner.shutdown(context.tokens(), saved);
        if (checkpoint.isPresent()) {
            save(checkpoint.get().reason(), SaveOptions.IF_ABSENT);
        }
        awaitSave();
    }

    /** What the cache has spared so far. */
    public PrefixCacheStats stats() {
        return cache.stats();
    }

    /** Waits for the save under way and frees the context. What is in the slot is not saved. */
    @Override
    public void close() {
        cache.close();
        context.close();
        wholeState.close();
    }
}
