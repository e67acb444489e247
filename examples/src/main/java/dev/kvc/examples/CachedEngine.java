package dev.kvc.examples;

import dev.kvc.engine.Checkpoint;
import dev.kvc.engine.CheckpointPlanner;
import dev.kvc.engine.Gates;
import dev.kvc.engine.ModelFingerprint;
import dev.kvc.engine.Prefill;
import dev.kvc.engine.PrefixCache;
import dev.kvc.engine.PrefixCacheStats;
import dev.kvc.engine.Resumption;
import dev.kvc.engine.SaveHandle;
import dev.kvc.examples.transformer.KvState;
import dev.kvc.examples.transformer.Transformer;
import dev.kvc.examples.transformer.TransformerConfig;
import dev.kvc.store.DataSize;
import dev.kvc.store.KvStore;
import dev.kvc.store.KvStores;
import dev.kvc.store.Mapping;
import dev.kvc.store.PayloadSource;
import dev.kvc.store.SaveOptions;
import dev.kvc.store.SnapshotDraft;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * An engine with one slot, in which sessions take turns: switching costs a restore and not a prefill, and so does a
 * restart. {@code docs/engines.md} goes through it.
 *
 * <p>The model is the examples' transformer, whose weights are random: what it says is noise, what it computes is real.
 * Its tokens are bytes, so a text is its own tokens.
 *
 * <p>{@code java -cp examples/target/classes:$(cat examples/target/class-path) dev.kvc.examples.CachedEngine
 * [DIRECTORY]}
 *
 * <p>Not safe for use by several threads.
 */
public final class CachedEngine implements AutoCloseable {
    private static final TransformerConfig MODEL = TransformerConfig.small();

    /** Generation of the layout of {@link KvState}: raised when it changes. */
    private static final int PAYLOAD_ABI = 1;

    private final Transformer transformer = new Transformer(MODEL);
    private final KvStore store;
    private final PrefixCache cache;

    private final Gates gates = Gates.builder()
            .modelId(MODEL.modelId())
            .payloadAbi(PAYLOAD_ABI)
            .quantBits(Float.SIZE)
            .contextSize(MODEL.contextSize())
            .build();

    /** For prompts of a thousand tokens; an engine of usual size takes the defaults. */
    private final CheckpointPlanner planner = CheckpointPlanner.builder()
            .minTokens(64)
            .trimTokens(8)
            .alignTokens(64)
            .continuedTokens(512)
            .build();

    /** The slot: what is computed, of which text, and how much of that is saved. */
    private KvState state = new KvState(MODEL);

    private byte[] text = new byte[MODEL.contextSize()];
    private int saved;

    /** Of the last prompt: tokens that were not computed, and how far it goes along with a text that is stored. */
    private int reused;

    private int branch;

    /** An engine whose cache is in this directory. */
    CachedEngine(Path directory) throws IOException {
        ModelFingerprint fingerprint = ModelFingerprint.empty()
                .with("weights", MODEL)
                .with("quantization", "f32")
                .with("rope", "base 10000, no scaling")
                .with("build", "examples 1");
        store = KvStores.open(directory.toUri() + "?budget=256MiB");
        cache = PrefixCache.builder(store.in(fingerprint.namespace()))
                .bytesInFlight(DataSize.ofMebibytes(64))
                .build();
    }

    /** The tokens that follow a prompt, so many of them. */
    byte[] complete(byte[] prompt, int count) {
        takeSlot(prompt);
        System.arraycopy(prompt, 0, text, 0, prompt.length);
        float[] scores = prefill(prompt.length);
        for (int i = 0; i < count; i++) {
            text[state.tokens()] = likeliest(scores);
            scores = transformer.prefill(text, state.tokens() + 1, state);
            planner.continued(state.tokens(), saved).ifPresent(now -> save(now, SaveOptions.IF_ABSENT));
        }
        return Arrays.copyOfRange(text, prompt.length, prompt.length + count);
    }

    private static byte likeliest(float[] scores) {
        int best = 0;
        for (int i = 1; i < scores.length; i++) {
            best = scores[i] > scores[best] ? i : best;
        }
        return (byte) best;
    }

    /** Has the slot cover as much of the prompt as it can, but its last token: a state has no scores. */
    private void takeSlot(byte[] prompt) {
        int live = state.tokens();
        boolean goesOn = live > 0 && live <= prompt.length && Arrays.mismatch(text, 0, live, prompt, 0, live) < 0;
        if (!goesOn) {
            leaveSlot(prompt);
            resume(prompt);
        }
        state.truncate(Math.min(state.tokens(), prompt.length - 1));
        reused = state.tokens();
    }

    private void leaveSlot(byte[] next) {
        SaveOptions options = SaveOptions.IF_ABSENT.protect(gates.query(ByteBuffer.wrap(next)));
        planner.evict(state.tokens(), saved).ifPresent(now -> save(now, options));
        text = new byte[MODEL.contextSize()]; // a save may still read the old one
        state = new KvState(MODEL);
        saved = 0;
    }

    private void resume(byte[] prompt) {
        try (Resumption resumption = cache.resume(ByteBuffer.wrap(prompt), gates)) {
            boolean isRestored = false;
            while (resumption.isFound() && !isRestored) {
                isRestored = restore(resumption, prompt);
            }
            branch = resumption.branchPoint().orElse(0);
        }
    }

    private boolean restore(Resumption resumption, byte[] prompt) {
        try (Mapping mapping = resumption.payload().map()) {
            state.readFrom(mapping.slices(), resumption.textBytes());
            resumption.restored(Math.min(resumption.tokens(), prompt.length - 1));
            saved = state.tokens();
            return true;
        } catch (IOException e) {
            state = new KvState(MODEL);
            resumption.failed(e);
            return false;
        }
    }

    private float[] prefill(int tokens) {
        float[] scores = {};
        Prefill prompt = Prefill.of(tokens).resumedAt(Math.max(reused, saved)).branchAt(branch);
        for (Checkpoint checkpoint : planner.prefill(prompt)) {
            scores = transformer.prefill(text, checkpoint.tokens(), state);
            save(checkpoint, SaveOptions.IF_ABSENT);
        }
        branch = 0;
        return state.tokens() == tokens ? scores : transformer.prefill(text, tokens, state);
    }

    private void save(Checkpoint checkpoint, SaveOptions options) {
        int tokens = checkpoint.tokens();
        KvState beginning = state.beginning(); // tokens that are computed meanwhile are not in it
        SnapshotDraft draft = gates.draft()
                .text(ByteBuffer.wrap(text, 0, tokens))
                .payload(PayloadSource.of(KvState.bytes(MODEL, tokens), beginning::writeTo))
                .tokenCount(tokens)
                .saveReason(checkpoint.reason())
                .build();
        SaveHandle save = cache.save(draft, options);
        if (save.state() != SaveHandle.State.REFUSED) {
            saved = tokens;
        }
    }

    int reused() {
        return reused;
    }

    PrefixCacheStats stats() {
        return cache.stats();
    }

    @Override
    public void close() throws IOException {
        SaveOptions options = SaveOptions.IF_ABSENT.admitAlways();
        planner.shutdown(state.tokens(), saved).ifPresent(now -> save(now, options));
        cache.close(); // when all that is under way is saved
        store.close();
        transformer.close();
    }

    /** Runs it in an empty directory, or in a temporary one. */
    public static void main(String[] args) throws IOException {
        try (WorkDirectory directory = WorkDirectory.of(args)) {
            run(directory.path(), System.out);
        }
    }

    /** Two sessions take turns, the engine is started anew, and both go on. */
    static void run(Path directory, PrintStream out) throws IOException {
        String system = "You are a helpful assistant. Answer briefly, and say so when you do not know. ".repeat(12);
        byte[] ann = utf8(system + "Ann: what is a prefix?");
        byte[] bob = utf8(system + "Bob: what is a cache?");
        try (CachedEngine engine = new CachedEngine(directory)) {
            ann = turn(engine, "Ann", ann, out);
            bob = turn(engine, "Bob", bob, out);
            ann = turn(engine, "Ann", ann, out);
            print(engine.stats(), out);
        }
        out.println("the engine is started anew");
        try (CachedEngine engine = new CachedEngine(directory)) {
            turn(engine, "Bob", bob, out);
            turn(engine, "Ann", ann, out);
            print(engine.stats(), out);
        }
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Asks, and gives back the prompt of the next turn: this one, the answer, and a question. */
    private static byte[] turn(CachedEngine engine, String who, byte[] prompt, PrintStream out) {
        byte[] answer = engine.complete(prompt, 32);
        out.printf("%s: %d of %d tokens reused%n", who, engine.reused(), prompt.length);
        ByteBuffer next = ByteBuffer.allocate(prompt.length + 64);
        next.put(prompt).put(answer).put(utf8(" And then?"));
        return Arrays.copyOf(next.array(), next.position());
    }

    private static void print(PrefixCacheStats stats, PrintStream out) {
        out.printf("%d resumed, %d tokens saved%n", stats.resumes(), stats.tokensSaved());
    }
}
