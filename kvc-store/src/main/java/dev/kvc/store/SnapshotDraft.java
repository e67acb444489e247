package dev.kvc.store;

import dev.kvc.format.ExtensionFlags;
import dev.kvc.format.KvcHeader;
import dev.kvc.format.KvcKey;
import dev.kvc.format.SaveReason;
import dev.kvc.format.SessionTitle;
import dev.kvc.format.ToolMap;
import dev.kvc.format.Trailer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What a save takes: text, payload and what the header shall say of them.
 *
 * <p>Text and payload are used in place. When the save has returned, whatever its outcome, the caller may change or
 * free them. A draft may be saved more than once if its payload {@linkplain PayloadSource#isRepeatable is repeatable}.
 */
public final class SnapshotDraft {
    private final KvcHeader header;
    private final boolean timesAreSet;
    private final ByteBuffer text;
    private final PayloadSource payload;
    private final Trailer trailer;
    private final boolean verified;

    private SnapshotDraft(Builder builder, ByteBuffer text, PayloadSource payload) {
        this.text = text;
        this.payload = payload;
        this.trailer = builder.trailer == null ? Trailer.of(builder.toolMap, builder.title) : builder.trailer;
        KvcHeader given = builder.header.build();
        this.header = given.toBuilder()
                .payloadBytes(payload.size())
                .extensionFlags(trailer.announceIn(given.extensionFlags()))
                .build();
        this.timesAreSet = builder.timesAreSet;
        this.verified = builder.verified;
    }

    /** A builder with all header fields 0 and the reason unknown. */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * A copy of a snapshot that exists: header, times, text, payload and trailer, and unverified if that is. The
     * snapshot must stay open until the save returns.
     *
     * @throws IOException if its trailer cannot be read
     */
    public static SnapshotDraft copyOf(Snapshot snapshot) throws IOException {
        Builder copy = builder()
                .header(snapshot.info().header())
                .text(snapshot.text())
                .payload(snapshot.payload())
                .trailer(snapshot.trailer());
        return (snapshot.verification() == Verification.UNVERIFIED ? copy.unverified() : copy).build();
    }

    /**
     * The header to write.
     *
     * @param nowUnix the store's time in seconds, taken for created and last used if the caller gave no header
     */
    public KvcHeader header(long nowUnix) {
        return timesAreSet
                ? header
                : header.toBuilder().createdUnix(nowUnix).lastUsedUnix(nowUnix).build();
    }

    /** The rendered prompt prefix; read-only, and each call gives a buffer of its own. */
    public ByteBuffer text() {
        return text.duplicate();
    }

    /** Length of the text in bytes. */
    public int textBytes() {
        return text.remaining();
    }

    /** The engine state. */
    public PayloadSource payload() {
        return payload;
    }

    /** The same draft, whose payload comes from somewhere else, or passes through something on its way. */
    public SnapshotDraft withPayload(PayloadSource other) {
        return like(header, timesAreSet, other);
    }

    /**
     * The same draft with times, which every store that takes it then keeps.
     *
     * @param nowUnix taken for created and last used if the caller gave no header, in seconds
     */
    public SnapshotDraft withTimes(long nowUnix) {
        return like(header(nowUnix), true, payload);
    }

    private SnapshotDraft like(KvcHeader sameHeader, boolean hasTimes, PayloadSource from) {
        Builder same = builder().text(text).payload(from).trailer(trailer);
        same.header = sameHeader.toBuilder();
        same.timesAreSet = hasTimes;
        same.verified = verified;
        return same.build();
    }

    /** What goes behind the payload. */
    public Trailer trailer() {
        return trailer;
    }

    /**
     * Whether the bytes are known to be right: always, but for a {@linkplain Builder#unverified copy} of a snapshot
     * that nobody could verify. A store that keeps the latter keeps it visibly unverified: a file gets no integrity
     * footer.
     */
    public boolean isVerified() {
        return verified;
    }

    /** SHA-1 of the text: the key that prefix matches look for. */
    public KvcKey textKey() {
        return KvcKey.of(text);
    }

    /**
     * Whether a stored snapshot serves as well as this one would: the same text, model, ABI and quant, and a context
     * that is not larger. What {@link SaveOptions#ifAbsent} asks.
     */
    public boolean isServedBy(KvcHeader stored, ByteBuffer storedText) {
        return stored.modelId() == header.modelId()
                && stored.payloadAbi() == header.payloadAbi()
                && stored.quantBits() == header.quantBits()
                && stored.contextSize() <= header.contextSize()
                && text.equals(storedText);
    }

    /** Builds a draft. {@code text} and {@code payload} are required. A second call of a setter is an error. */
    public static final class Builder {
        private KvcHeader.Builder header = KvcHeader.builder();
        private boolean timesAreSet;
        private @Nullable ByteBuffer text;
        private @Nullable PayloadSource payload;
        private @Nullable ToolMap toolMap;
        private @Nullable SessionTitle title;
        private @Nullable Trailer trailer;
        private boolean verified = true;

        private Builder() {}

        /** The remaining bytes of {@code value}, used in place. */
        public Builder text(ByteBuffer value) {
            requireUnset("text", text);
            text = value.slice().asReadOnlyBuffer();
            return this;
        }

        /** These bytes, used in place. */
        public Builder text(byte[] value) {
            return text(ByteBuffer.wrap(value));
        }

        /** These characters in UTF-8. */
        public Builder text(String value) {
            return text(value.getBytes(StandardCharsets.UTF_8));
        }

        /** The engine state. */
        public Builder payload(PayloadSource value) {
            requireUnset("payload", payload);
            payload = value;
            return this;
        }

        /** The engine state in an array, used in place. */
        public Builder payload(byte[] value) {
            return payload(PayloadSource.of(value));
        }

        /**
         * Takes every field of {@code value}, times included, except the payload length. Call it before the setters of
         * single fields, which then change it: for copies of snapshots that exist.
         */
        public Builder header(KvcHeader value) {
            header = value.toBuilder();
            timesAreSet = true;
            return this;
        }

        /** Tokens that the state covers, 0 to 2^32-1. */
        public Builder tokenCount(long value) {
            header.tokenCount(value);
            return this;
        }

        /** Tokens of context that the state was made for, 0 to 2^32-1. */
        public Builder contextSize(long value) {
            header.contextSize(value);
            return this;
        }

        /** Bits a weight of the quantized model, 0 to 255; ds4 takes 2 and 4 alone. */
        public Builder quantBits(int value) {
            header.quantBits(value);
            return this;
        }

        /** Why it is saved. */
        public Builder saveReason(SaveReason value) {
            header.saveReason(value);
            return this;
        }

        /** The model, 0 to 255; 0, the default, writes the older generation of the format. */
        public Builder modelId(int value) {
            header.modelId(value);
            return this;
        }

        /** Generation of the payload's layout, 0 to 255; likewise. */
        public Builder payloadAbi(int value) {
            header.payloadAbi(value);
            return this;
        }

        /** Flags of the text; those of the sections are set by themselves. */
        public Builder extensionFlags(ExtensionFlags value) {
            header.extensionFlags(value);
            return this;
        }

        /** A tool map section. */
        public Builder toolMap(ToolMap value) {
            requireUnset("toolMap", toolMap);
            toolMap = value;
            return this;
        }

        /** A session title section. */
        public Builder sessionTitle(SessionTitle value) {
            requireUnset("sessionTitle", title);
            title = value;
            return this;
        }

        /** A whole trailer, as it is: for copies of snapshots that exist. Excludes the two sections above. */
        public Builder trailer(Trailer value) {
            requireUnset("trailer", trailer);
            trailer = value;
            return this;
        }

        /** Says that text or payload come from a snapshot that could not be verified; see {@link #isVerified}. */
        public Builder unverified() {
            verified = false;
            return this;
        }

        /**
         * The draft.
         *
         * @throws IllegalArgumentException if text or payload is missing, a header field is out of its range, or a
         *     trailer was given beside a section
         */
        public SnapshotDraft build() {
            if (text == null || payload == null) {
                throw new IllegalArgumentException("a draft needs " + (text == null ? "a text" : "a payload"));
            }
            if (trailer != null && (toolMap != null || title != null)) {
                throw new IllegalArgumentException("trailer was set beside a section; give one or the other");
            }
            return new SnapshotDraft(this, text, payload);
        }

        private static void requireUnset(String field, @Nullable Object value) {
            if (value != null) {
                throw new IllegalArgumentException(field + " was already set");
            }
        }
    }
}
