package dev.kvc.store;

import dev.kvc.format.KvcHeader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A prompt, and the gates that a snapshot must pass to be of use for it.
 *
 * <p>Gates keep another model's state out. Set those that your engine depends on; a gate that is not set passes
 * everything.
 */
public final class PrefixQuery {
    private final ByteBuffer prompt;
    private final long minTokens;
    private final long maxContextSize;
    private final int quantBits;
    private final int modelId;
    private final int payloadAbi;
    private final @Nullable Predicate<KvcHeader> header;

    private PrefixQuery(Builder builder) {
        prompt = builder.prompt;
        minTokens = builder.minTokens;
        maxContextSize = builder.maxContextSize;
        quantBits = builder.quantBits;
        modelId = builder.modelId;
        payloadAbi = builder.payloadAbi;
        header = builder.header;
    }

    private PrefixQuery(PrefixQuery other, ByteBuffer prompt) {
        this.prompt = prompt;
        minTokens = other.minTokens;
        maxContextSize = other.maxContextSize;
        quantBits = other.quantBits;
        modelId = other.modelId;
        payloadAbi = other.payloadAbi;
        header = other.header;
    }

    /** The gate that a snapshot did not pass. */
    public enum Gate {
        /** It covers fewer tokens than the minimum. */
        MIN_TOKENS,
        /** It was made for a larger context. */
        MAX_CONTEXT_SIZE,
        /** It is of another quantization. */
        QUANT_BITS,
        /** It is of another model. */
        MODEL_ID,
        /** Its payload has another layout. */
        PAYLOAD_ABI,
        /** The caller's predicate refused its header. */
        HEADER
    }

    /** A query without gates. The remaining bytes of {@code prompt} are used in place. */
    public static PrefixQuery of(ByteBuffer prompt) {
        return builder(prompt).build();
    }

    /** A query without gates; {@code prompt} is used in place. */
    public static PrefixQuery of(byte[] prompt) {
        return of(ByteBuffer.wrap(prompt));
    }

    /** A query without gates for a prompt in UTF-8. */
    public static PrefixQuery of(String prompt) {
        return of(prompt.getBytes(StandardCharsets.UTF_8));
    }

    /** A builder without gates. The remaining bytes of {@code prompt} are used in place. */
    public static Builder builder(ByteBuffer prompt) {
        return new Builder(prompt);
    }

    /** A builder without gates; {@code prompt} is used in place. */
    public static Builder builder(byte[] prompt) {
        return builder(ByteBuffer.wrap(prompt));
    }

    /** A builder without gates for a prompt in UTF-8. */
    public static Builder builder(String prompt) {
        return builder(prompt.getBytes(StandardCharsets.UTF_8));
    }

    /** The prompt; read-only, and each call gives a buffer of its own. */
    public ByteBuffer prompt() {
        return prompt.duplicate();
    }

    /** The same query with a copy of the prompt: for a store that needs it after its caller may have changed it. */
    public PrefixQuery copy() {
        ByteBuffer copy = ByteBuffer.allocate(prompt.remaining()).put(prompt());
        return new PrefixQuery(this, copy.flip().asReadOnlyBuffer());
    }

    /** Whether {@code text} is not empty and the prompt begins with it. */
    public boolean beginsWith(ByteBuffer text) {
        int length = text.remaining();
        return length > 0
                && length <= prompt.remaining()
                && prompt.slice(0, length).equals(text);
    }

    /** The model that the query is gated on. */
    public OptionalInt modelId() {
        return optional(modelId);
    }

    /** The payload ABI that the query is gated on. */
    public OptionalInt payloadAbi() {
        return optional(payloadAbi);
    }

    private static OptionalInt optional(int gate) {
        return gate < 0 ? OptionalInt.empty() : OptionalInt.of(gate);
    }

    /**
     * The first gate that a snapshot with this header does not pass; empty if it passes all.
     *
     * <p>A header with model 0 or ABI 0 does not pass a gate on another value: read the integrity footer first.
     */
    public Optional<Gate> refusal(KvcHeader candidate) {
        if (candidate.tokenCount() < minTokens) {
            return Optional.of(Gate.MIN_TOKENS);
        } else if (candidate.contextSize() > maxContextSize) {
            return Optional.of(Gate.MAX_CONTEXT_SIZE);
        } else if (quantBits >= 0 && candidate.quantBits() != quantBits) {
            return Optional.of(Gate.QUANT_BITS);
        } else if (modelId >= 0 && candidate.modelId() != modelId) {
            return Optional.of(Gate.MODEL_ID);
        } else if (payloadAbi >= 0 && candidate.payloadAbi() != payloadAbi) {
            return Optional.of(Gate.PAYLOAD_ABI);
        }
        return header == null || header.test(candidate) ? Optional.empty() : Optional.of(Gate.HEADER);
    }

    /** Whether the gates depend on a model id or ABI that {@code candidate}'s header does not tell. */
    public boolean needsFooterOf(KvcHeader candidate) {
        return (candidate.modelId() == 0 && (modelId > 0 || header != null))
                || (candidate.payloadAbi() == 0 && (payloadAbi > 0 || header != null));
    }

    /** Builds a query. A second call of a setter is an error. */
    public static final class Builder {
        private static final int ANY = -1;

        private final ByteBuffer prompt;
        private long minTokens = ANY;
        private long maxContextSize = Long.MAX_VALUE;
        private int quantBits = ANY;
        private int modelId = ANY;
        private int payloadAbi = ANY;
        private @Nullable Predicate<KvcHeader> header;

        private Builder(ByteBuffer prompt) {
            this.prompt = prompt.slice().asReadOnlyBuffer();
        }

        /** Refuses snapshots that cover fewer tokens; 0 or more. */
        public Builder minTokens(long value) {
            minTokens = set("minTokens", minTokens, ANY, value, Long.MAX_VALUE);
            return this;
        }

        /** Refuses snapshots made for a larger context; 0 or more. */
        public Builder maxContextSize(long value) {
            maxContextSize = set("maxContextSize", maxContextSize, Long.MAX_VALUE, value, Long.MAX_VALUE);
            return this;
        }

        /** Refuses snapshots of another quantization; 0 to 255. */
        public Builder quantBits(int value) {
            quantBits = (int) set("quantBits", quantBits, ANY, value, 255);
            return this;
        }

        /** Refuses snapshots of another model; 0 to 255. */
        public Builder modelId(int value) {
            modelId = (int) set("modelId", modelId, ANY, value, 255);
            return this;
        }

        /** Refuses snapshots with another payload layout; 0 to 255. */
        public Builder payloadAbi(int value) {
            payloadAbi = (int) set("payloadAbi", payloadAbi, ANY, value, 255);
            return this;
        }

        /** Refuses snapshots whose header does not satisfy {@code value}, which may be called from any thread. */
        public Builder header(Predicate<KvcHeader> value) {
            if (header != null) {
                throw new IllegalArgumentException("header was already set");
            }
            header = value;
            return this;
        }

        /** The query. */
        public PrefixQuery build() {
            return new PrefixQuery(this);
        }

        private static long set(String gate, long old, long unset, long value, long max) {
            if (old != unset) {
                throw new IllegalArgumentException(gate + " was already set to " + old);
            }
            if (value < 0 || value > max) {
                throw new IllegalArgumentException(gate + " is " + value + "; it must be 0 to " + max);
            }
            return value;
        }
    }
}
