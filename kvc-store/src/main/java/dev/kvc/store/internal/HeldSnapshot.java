package dev.kvc.store.internal;

import dev.kvc.eviction.SnapshotId;
import dev.kvc.format.KvcCodec;
import dev.kvc.format.KvcHeader;
import dev.kvc.format.KvcKey;
import dev.kvc.format.Trailer;
import dev.kvc.store.LoadOptions;
import dev.kvc.store.MissReason;
import dev.kvc.store.SnapshotDraft;
import dev.kvc.store.SnapshotInfo;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One copy of a snapshot in memory. It is immutable, so a memory store and the queues behind it share it.
 *
 * <p>What a caller saves is right by definition: the copy is <em>verified</em>. A copy of a snapshot whose bytes nobody
 * could verify is not, and stays visibly so.
 */
public final class HeldSnapshot {
    private final KvcHeader header;
    private final ByteBuffer text;
    private final HeldPayload payload;
    private final Trailer trailer;
    private final boolean verified;

    private HeldSnapshot(KvcHeader header, ByteBuffer text, HeldPayload payload, Trailer trailer, boolean verified) {
        this.header = header;
        this.text = text;
        this.payload = payload;
        this.trailer = trailer;
        this.verified = verified;
    }

    /**
     * Copies what a draft refers to; shares the payload if it is held already, and everything if the draft is
     * {@linkplain SharedSource shared}.
     *
     * @param nowUnix for a draft that brings no times
     * @throws IOException if the payload cannot be had, or is not as long as it says
     */
    public static HeldSnapshot of(SnapshotDraft draft, long nowUnix) throws IOException {
        return PromotedSource.origin(draft.payload()) instanceof SharedSource shared
                ? shared.hold(draft)
                : copyOf(draft, HeldPayload.copyOf(draft.payload()), nowUnix);
    }

    /** A snapshot of parts that nobody else writes to, used in place. */
    public static HeldSnapshot of(
            KvcHeader header, ByteBuffer text, HeldPayload payload, Trailer trailer, boolean verified) {
        return new HeldSnapshot(header, text, payload, trailer, verified);
    }

    static HeldSnapshot copyOf(SnapshotDraft draft, HeldPayload payload, long nowUnix) {
        KvcHeader header = draft.header(nowUnix);
        ByteBuffer raw = draft.trailer().raw();
        Trailer trailer = raw.hasRemaining() ? Trailer.decode(header.extensionFlags(), copy(raw)) : Trailer.EMPTY;
        return new HeldSnapshot(header, copy(draft.text()), payload, trailer, draft.isVerified());
    }

    private static ByteBuffer copy(ByteBuffer bytes) {
        return ByteBuffer.allocate(bytes.remaining()).put(bytes).flip().asReadOnlyBuffer();
    }

    /** What a draft takes in memory, in bytes: its file without a footer. */
    public static long bytesOf(SnapshotDraft draft) {
        return bytes(draft.textBytes(), draft.payload().size(), draft.trailer().bytes());
    }

    private static long bytes(long textBytes, long payloadBytes, long trailerBytes) {
        long others = KvcCodec.FIXED_BYTES + textBytes + trailerBytes;
        // A size that only a broken source can announce: it fits no budget, and must not wrap around into one.
        return payloadBytes > Long.MAX_VALUE - others ? Long.MAX_VALUE : payloadBytes + others;
    }

    /** What it takes in memory, in bytes. */
    public long bytes() {
        return bytes(text.remaining(), payload.size(), trailer.bytes());
    }

    /** The header that it was saved with. */
    public KvcHeader header() {
        return header;
    }

    /** The text; read-only, and each call gives a buffer of its own. */
    public ByteBuffer text() {
        return text.duplicate();
    }

    /** Length of the text in bytes. */
    public int textBytes() {
        return text.remaining();
    }

    /** The payload. */
    public HeldPayload payload() {
        return payload;
    }

    /** What stands behind the payload. */
    public Trailer trailer() {
        return trailer;
    }

    /** Whether its bytes are known to be those that were saved. */
    public boolean isVerified() {
        return verified;
    }

    /** Whether {@code key} is the hash of its text, so that it can be found by its prefix. */
    public boolean isUnder(KvcKey key) {
        return KvcKey.of(text).equals(key);
    }

    /** What a store says of it, with the header as it stands. */
    public SnapshotInfo info(SnapshotId id) {
        return info(id, header);
    }

    /** What a store says of it, with a header that has been hit since. */
    public SnapshotInfo info(SnapshotId id, KvcHeader now) {
        return new SnapshotInfo(id, now, textBytes(), bytes());
    }

    /**
     * Why a load with these options must not have it; {@code null} if it may.
     *
     * @param now its header, hits included
     */
    public @Nullable MissReason refusal(LoadOptions options, KvcHeader now) {
        return options.refusal(now, text, verified).orElse(null);
    }

    /** The same as a draft, to be written elsewhere: in place, without a copy. */
    public SnapshotDraft draft() {
        SnapshotDraft.Builder draft = SnapshotDraft.builder()
                .header(header)
                .text(text)
                .payload(payload)
                .trailer(trailer);
        return (verified ? draft : draft.unverified()).build();
    }
}
