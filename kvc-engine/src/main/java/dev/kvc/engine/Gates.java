package dev.kvc.engine;

import dev.kvc.store.PrefixQuery;
import dev.kvc.store.SnapshotDraft;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What a state depends on, told once: what an engine saves bears it, and what it asks for must.
 *
 * <p>A header has one byte for the model. What tells two models apart for certain, and everything else that changes a
 * state's bytes, belongs in a {@link ModelFingerprint}, whose namespace no lookup crosses. Immutable, safe from any
 * thread.
 */
public final class Gates {
    private final @Nullable Integer modelId;
    private final @Nullable Integer payloadAbi;
    private final @Nullable Integer quantBits;
    private final @Nullable Long contextSize;
    private final @Nullable Long minTokens;

    private Gates(Builder builder) {
        modelId = builder.modelId;
        payloadAbi = builder.payloadAbi;
        quantBits = builder.quantBits;
        contextSize = builder.contextSize;
        minTokens = builder.minTokens;
        query(ByteBuffer.allocate(0)); // both check the ranges
        draft().text(new byte[0]).payload(new byte[0]).build();
    }

    /** A builder without gates. */
    public static Builder builder() {
        return new Builder();
    }

    /** A query for a prompt, gated. The remaining bytes of {@code prompt} are used in place. */
    public PrefixQuery query(ByteBuffer prompt) {
        PrefixQuery.Builder query = PrefixQuery.builder(prompt);
        if (modelId != null) {
            query.modelId(modelId);
        }
        if (payloadAbi != null) {
            query.payloadAbi(payloadAbi);
        }
        if (quantBits != null) {
            query.quantBits(quantBits);
        }
        if (contextSize != null) {
            query.maxContextSize(contextSize);
        }
        if (minTokens != null) {
            query.minTokens(minTokens);
        }
        return query.build();
    }

    /**
     * A draft of a snapshot that passes them, but for the tokens; text, payload, tokens and reason are yet to be set.
     */
    public SnapshotDraft.Builder draft() {
        SnapshotDraft.Builder draft = SnapshotDraft.builder();
        if (modelId != null) {
            draft.modelId(modelId);
        }
        if (payloadAbi != null) {
            draft.payloadAbi(payloadAbi);
        }
        if (quantBits != null) {
            draft.quantBits(quantBits);
        }
        if (contextSize != null) {
            draft.contextSize(contextSize);
        }
        return draft;
    }

    /** Builds gates. A gate that is not set passes everything. A second call of a setter is an error. */
    public static final class Builder {
        private @Nullable Integer modelId;
        private @Nullable Integer payloadAbi;
        private @Nullable Integer quantBits;
        private @Nullable Long contextSize;
        private @Nullable Long minTokens;

        private Builder() {}

        /** The model, 0 to 255: a number of the engine's own choice. */
        public Builder modelId(int value) {
            requireUnset("modelId", modelId);
            modelId = value;
            return this;
        }

        /**
         * Generation of the layout of the engine's state, 0 to 255: raise it when old states cannot be read any more.
         */
        public Builder payloadAbi(int value) {
            requireUnset("payloadAbi", payloadAbi);
            payloadAbi = value;
            return this;
        }

        /** Bits a weight of the quantized model, 0 to 255. */
        public Builder quantBits(int value) {
            requireUnset("quantBits", quantBits);
            quantBits = value;
            return this;
        }

        /** Tokens of context that the engine has, 0 to 2^32-1: states made for a larger one are refused. */
        public Builder contextSize(long value) {
            requireUnset("contextSize", contextSize);
            contextSize = value;
            return this;
        }

        /** The fewest tokens that are worth restoring, 0 or more. */
        public Builder minTokens(long value) {
            requireUnset("minTokens", minTokens);
            minTokens = value;
            return this;
        }

        /**
         * The gates.
         *
         * @throws IllegalArgumentException if a gate is out of its range
         */
        public Gates build() {
            return new Gates(this);
        }

        private static void requireUnset(String gate, @Nullable Object value) {
            if (value != null) {
                throw new IllegalArgumentException(gate + " was already set to " + value);
            }
        }
    }
}
