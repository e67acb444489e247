package dev.kvc.format;

import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The first 48 bytes of a KVC file, with every field, including those that we do not interpret.
 *
 * @param quantBits byte 4: bits a weight of the quantized model, 0 to 255; ds4 ignores a file unless it is 2 or 4
 * @param saveReason byte 5
 * @param extensionFlags byte 6
 * @param modelId byte 7: 0 to 255, 0 in older files
 * @param tokenCount bytes 8-11: tokens that the state covers, 0 to 2^32-1; ds4 ignores a file with 0
 * @param hitCount bytes 12-15: loads that found the snapshot, 0 to 2^32-1, saturating
 * @param contextSize bytes 16-19: tokens of context that the state was made for, 0 to 2^32-1
 * @param payloadAbi byte 20: generation of the payload's layout, 0 to 255, 0 in older files
 * @param reserved bytes 21-23, the first in the lowest eight bits: 0, or claimed by forks; kept
 * @param createdUnix bytes 24-31: seconds since 1970, unsigned, as they stand; may exceed what {@code Instant} holds
 * @param lastUsedUnix bytes 32-39: likewise
 * @param payloadBytes bytes 40-47: length of the payload, 0 to 2^63-1
 */
public record KvcHeader(
        int quantBits,
        SaveReason saveReason,
        ExtensionFlags extensionFlags,
        int modelId,
        long tokenCount,
        long hitCount,
        long contextSize,
        int payloadAbi,
        int reserved,
        long createdUnix,
        long lastUsedUnix,
        long payloadBytes) {

    /** The highest hit count; a hit beyond it leaves it as it is. */
    public static final long MAX_HIT_COUNT = Ranges.U32_MAX;

    /** The most tokens that a header can announce. */
    public static final long MAX_TOKEN_COUNT = Ranges.U32_MAX;

    /**
     * Checks every range.
     *
     * @throws IllegalArgumentException if values do not fit their fields, naming each with its rule
     */
    public KvcHeader {
        String problem = Ranges.problem("quantBits", quantBits, Ranges.U8_MAX);
        problem = Ranges.both(problem, Ranges.problem("modelId", modelId, Ranges.U8_MAX));
        problem = Ranges.both(problem, Ranges.problem("tokenCount", tokenCount, Ranges.U32_MAX));
        problem = Ranges.both(problem, Ranges.problem("hitCount", hitCount, Ranges.U32_MAX));
        problem = Ranges.both(problem, Ranges.problem("contextSize", contextSize, Ranges.U32_MAX));
        problem = Ranges.both(problem, Ranges.problem("payloadAbi", payloadAbi, Ranges.U8_MAX));
        problem = Ranges.both(problem, Ranges.problem("reserved", reserved, Ranges.U24_MAX));
        Ranges.require(Ranges.both(problem, Ranges.problem("payloadBytes", payloadBytes, Long.MAX_VALUE)));
    }

    /** A builder whose fields are all 0, the reason unknown. */
    public static Builder builder() {
        return new Builder(null);
    }

    /** A builder that begins with this header's fields. */
    public Builder toBuilder() {
        return new Builder(this);
    }

    /**
     * The same header with another hit count and time of last use: all that changes as long as a file is there.
     *
     * @throws IllegalArgumentException if {@code hitCount} is not 0 to {@link #MAX_HIT_COUNT}
     */
    public KvcHeader withUse(long hitCount, long lastUsedUnix) {
        return new KvcHeader(
                quantBits,
                saveReason,
                extensionFlags,
                modelId,
                tokenCount,
                hitCount,
                contextSize,
                payloadAbi,
                reserved,
                createdUnix,
                lastUsedUnix,
                payloadBytes);
    }

    /**
     * Builds a header; a field that is not set keeps the value that the builder began with.
     *
     * <p>Each field may be set once, or {@link IllegalStateException} is thrown; ranges are checked by {@link #build}.
     * Not safe for use by several threads.
     */
    public static final class Builder {
        private final Set<String> set = new HashSet<>();
        private int quantBits;
        private SaveReason saveReason = SaveReason.UNKNOWN;
        private ExtensionFlags extensionFlags = ExtensionFlags.NONE;
        private int modelId;
        private long tokenCount;
        private long hitCount;
        private long contextSize;
        private int payloadAbi;
        private int reserved;
        private long createdUnix;
        private long lastUsedUnix;
        private long payloadBytes;

        private Builder(@Nullable KvcHeader from) {
            if (from != null) {
                quantBits = from.quantBits;
                saveReason = from.saveReason;
                extensionFlags = from.extensionFlags;
                modelId = from.modelId;
                tokenCount = from.tokenCount;
                hitCount = from.hitCount;
                contextSize = from.contextSize;
                payloadAbi = from.payloadAbi;
                reserved = from.reserved;
                createdUnix = from.createdUnix;
                lastUsedUnix = from.lastUsedUnix;
                payloadBytes = from.payloadBytes;
            }
        }

        /** Sets {@link KvcHeader#quantBits()}. */
        public Builder quantBits(int value) {
            once("quantBits", quantBits);
            quantBits = value;
            return this;
        }

        /** Sets {@link KvcHeader#saveReason()}. */
        public Builder saveReason(SaveReason value) {
            once("saveReason", saveReason);
            saveReason = value;
            return this;
        }

        /** Sets {@link KvcHeader#extensionFlags()}. */
        public Builder extensionFlags(ExtensionFlags value) {
            once("extensionFlags", extensionFlags);
            extensionFlags = value;
            return this;
        }

        /** Sets {@link KvcHeader#modelId()}. */
        public Builder modelId(int value) {
            once("modelId", modelId);
            modelId = value;
            return this;
        }

        /** Sets {@link KvcHeader#tokenCount()}. */
        public Builder tokenCount(long value) {
            once("tokenCount", tokenCount);
            tokenCount = value;
            return this;
        }

        /** Sets {@link KvcHeader#hitCount()}. */
        public Builder hitCount(long value) {
            once("hitCount", hitCount);
            hitCount = value;
            return this;
        }

        /** Sets {@link KvcHeader#contextSize()}. */
        public Builder contextSize(long value) {
            once("contextSize", contextSize);
            contextSize = value;
            return this;
        }

        /** Sets {@link KvcHeader#payloadAbi()}. */
        public Builder payloadAbi(int value) {
            once("payloadAbi", payloadAbi);
            payloadAbi = value;
            return this;
        }

        /** Sets {@link KvcHeader#reserved()}. */
        public Builder reserved(int value) {
            once("reserved", reserved);
            reserved = value;
            return this;
        }

        /** Sets {@link KvcHeader#createdUnix()}. */
        public Builder createdUnix(long value) {
            once("createdUnix", createdUnix);
            createdUnix = value;
            return this;
        }

        /** Sets {@link KvcHeader#lastUsedUnix()}. */
        public Builder lastUsedUnix(long value) {
            once("lastUsedUnix", lastUsedUnix);
            lastUsedUnix = value;
            return this;
        }

        /** Sets {@link KvcHeader#payloadBytes()}. */
        public Builder payloadBytes(long value) {
            once("payloadBytes", payloadBytes);
            payloadBytes = value;
            return this;
        }

        /**
         * The header.
         *
         * @throws IllegalArgumentException if values do not fit their fields, naming each with its rule
         */
        public KvcHeader build() {
            return new KvcHeader(
                    quantBits,
                    saveReason,
                    extensionFlags,
                    modelId,
                    tokenCount,
                    hitCount,
                    contextSize,
                    payloadAbi,
                    reserved,
                    createdUnix,
                    lastUsedUnix,
                    payloadBytes);
        }

        private void once(String field, Object value) {
            if (!set.add(field)) {
                throw new IllegalStateException(field + " was already set to " + value);
            }
        }
    }
}
