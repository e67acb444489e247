package dev.kvc.examples.demo;

import dev.kvc.examples.transformer.KvState;
import dev.kvc.examples.transformer.Transformer;
import dev.kvc.examples.transformer.TransformerConfig;
import dev.kvc.format.SaveReason;
import dev.kvc.store.KvStore;
import dev.kvc.store.Mapping;
import dev.kvc.store.PrefixQuery;
import dev.kvc.store.SaveOptions;
import dev.kvc.store.SaveResult;
import dev.kvc.store.Snapshot;
import dev.kvc.store.SnapshotDraft;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * A transformer with a prefix cache: what an engine does with KVC.
 *
 * <p>Tokens are bytes, so the text of a snapshot is the beginning of a prompt and its token count the text's length.
 * The store belongs to the caller.
 */
final class Engine implements AutoCloseable {
    /**
     * Generation of {@link KvState}'s layout: raised when it changes, so that old states are not taken for new ones.
     */
    private static final int PAYLOAD_ABI = 1;

    private final TransformerConfig config;
    private final Transformer transformer;
    private final KvStore store;

    Engine(TransformerConfig config, KvStore store) {
        this.config = config;
        this.transformer = new Transformer(config);
        this.store = store;
    }

    /** Computes the whole prompt from nothing. */
    Completion prefill(byte[] prompt) {
        KvState state = new KvState(config);
        long start = System.nanoTime();
        float[] scores = transformer.prefill(prompt, prompt.length, state);
        return new Completion(state, scores, 0, 0, 0, System.nanoTime() - start);
    }

    /** Computes up to {@code end} what {@code state} does not cover yet. */
    void extend(byte[] prompt, int end, KvState state) {
        transformer.prefill(prompt, end, state);
    }

    /** Restores the longest stored beginning of the prompt and computes the rest. */
    Completion resume(byte[] prompt) throws IOException {
        KvState state = new KvState(config);
        long start = System.nanoTime();
        long storedBytes = restore(prompt, state);
        long restored = System.nanoTime();
        int reused = state.tokens();
        float[] scores = transformer.prefill(prompt, prompt.length, state);
        return new Completion(state, scores, reused, storedBytes, restored - start, System.nanoTime() - restored);
    }

    /** Returns what the snapshot takes in the store; 0 if there was none, and {@code state} is as it was. */
    private long restore(byte[] prompt, KvState state) throws IOException {
        Optional<Snapshot> found = store.loadLongestPrefix(query(prompt));
        if (found.isEmpty()) {
            return 0;
        }
        try (Snapshot snapshot = found.get();
                Mapping mapping = snapshot.payload().map()) {
            state.readFrom(mapping.slices(), snapshot.info().textBytes());
            // A state has no scores: the last token is computed again for them.
            state.truncate(Math.min(state.tokens(), prompt.length - 1));
            return snapshot.info().storedBytes();
        }
    }

    /** The gates keep out what another model, another layout or a larger context has left in the directory. */
    private PrefixQuery query(byte[] prompt) {
        return PrefixQuery.builder(prompt)
                .modelId(config.modelId())
                .payloadAbi(PAYLOAD_ABI)
                .quantBits(Float.SIZE)
                .maxContextSize(config.contextSize())
                .build();
    }

    /** Saves the state of the prompt's first tokens, as many as it covers, unless that is stored already. */
    SaveResult save(byte[] prompt, KvState state, SaveReason reason) throws IOException {
        SnapshotDraft draft = SnapshotDraft.builder()
                .text(ByteBuffer.wrap(prompt, 0, state.tokens()))
                .payload(new StateSource(config, state))
                .tokenCount(state.tokens())
                .contextSize(config.contextSize())
                .quantBits(Float.SIZE)
                .modelId(config.modelId())
                .payloadAbi(PAYLOAD_ABI)
                .saveReason(reason)
                .build();
        return store.save(draft.textKey(), draft, SaveOptions.IF_ABSENT);
    }

    @Override
    public void close() {
        transformer.close();
    }
}
