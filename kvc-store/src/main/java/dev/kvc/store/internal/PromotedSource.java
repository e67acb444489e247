package dev.kvc.store.internal;

import dev.kvc.format.PayloadChecksums;
import dev.kvc.store.PayloadSource;
import dev.kvc.store.SnapshotDraft;
import java.io.IOException;
import java.nio.channels.WritableByteChannel;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * The payload of a snapshot that is copied into a faster store. While it is copied, its key may be changed; then the
 * copy must not be seen, not even until it is removed again. So a store of ours asks, at the moment at which it would
 * make it visible, and under the lock that keeps others from changing the key there, whether it is still wanted.
 */
public final class PromotedSource implements PayloadSource {
    private final PayloadSource origin;
    private final BooleanSupplier isWanted;

    private PromotedSource(PayloadSource origin, BooleanSupplier isWanted) {
        this.origin = origin;
        this.isWanted = isWanted;
    }

    /** The same draft, which is stored only if it is still wanted then. */
    public static SnapshotDraft promote(SnapshotDraft draft, BooleanSupplier isWanted) {
        return draft.withPayload(new PromotedSource(draft.payload(), isWanted));
    }

    /** The draft of a copy of what a draft refers to, which is stored only if the draft would be. */
    public static SnapshotDraft copyOf(SnapshotDraft draft, HeldSnapshot copy) {
        return draft.payload() instanceof PromotedSource promoted
                ? promote(copy.draft(), promoted.isWanted)
                : copy.draft();
    }

    /** Whether a draft is such a copy. */
    public static boolean isPromoted(SnapshotDraft draft) {
        return draft.payload() instanceof PromotedSource;
    }

    /** Whether a draft may be made visible. Asked under a lock: takes none, and costs nothing. */
    public static boolean isWanted(SnapshotDraft draft) {
        return !(draft.payload() instanceof PromotedSource promoted) || promoted.isWanted.getAsBoolean();
    }

    /** What is copied, for a source that is; others are their own origin. */
    static PayloadSource origin(PayloadSource source) {
        return source instanceof PromotedSource promoted ? promoted.origin : source;
    }

    @Override
    public long size() {
        return origin.size();
    }

    @Override
    public void writeTo(WritableByteChannel out) throws IOException {
        origin.writeTo(out);
    }

    @Override
    public Optional<PayloadChecksums> checksums() {
        return origin.checksums();
    }

    @Override
    public boolean isRepeatable() {
        return origin.isRepeatable();
    }
}
