package dev.kvc.store.internal;

import dev.kvc.format.PayloadChecksums;
import dev.kvc.store.PayloadSource;
import dev.kvc.store.SnapshotDraft;
import java.io.IOException;
import java.nio.channels.WritableByteChannel;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A payload that several stores are about to take, one after the other. The first that keeps it in memory makes the
 * copy; the next share it. Where nobody does, each streams it from its origin, and no copy is made. Where it is known
 * that one will, the copy is made while one before it writes.
 *
 * <p>For use by one thread.
 */
public final class SharedSource implements PayloadSource {
    private final PayloadSource origin;
    private final boolean isHeld;
    private @Nullable HeldPayload copy;
    private @Nullable HeldSnapshot held;
    private boolean spent;

    private SharedSource(PayloadSource origin, boolean isHeld) {
        this.origin = origin;
        this.isHeld = isHeld;
    }

    /**
     * The same draft with a payload that can be shared.
     *
     * @param nowUnix for a draft that brings no times: every store then gives it the same
     */
    public static SnapshotDraft share(SnapshotDraft draft, long nowUnix) {
        return draft.withTimes(nowUnix).withPayload(new SharedSource(draft.payload(), false));
    }

    /**
     * The same for a draft with times, of which it is known that a store will keep it in memory: whoever writes it
     * before makes the copy on the way.
     */
    public static SnapshotDraft shareAndHold(SnapshotDraft draft) {
        return draft.withPayload(new SharedSource(draft.payload(), true));
    }

    /** Whether there is a copy of a draft's payload in memory already. */
    public static boolean isCopied(SnapshotDraft draft) {
        return PromotedSource.origin(draft.payload()) instanceof SharedSource shared && shared.copy != null;
    }

    /** The one copy of {@code draft}, whose payload this is. */
    HeldSnapshot hold(SnapshotDraft draft) throws IOException {
        if (held == null) {
            held = HeldSnapshot.copyOf(draft, copy(), 0);
        }
        return held;
    }

    private HeldPayload copy() throws IOException {
        if (copy == null) {
            spend();
            copy = HeldPayload.copyOf(origin);
        }
        return copy;
    }

    @Override
    public long size() {
        return origin.size();
    }

    @Override
    public void writeTo(WritableByteChannel out) throws IOException {
        if (copy != null) {
            copy.writeTo(out);
            return;
        }
        spend();
        if (isHeld) {
            copy = HeldPayload.copyWhileWriting(origin, out);
        } else {
            origin.writeTo(out);
        }
    }

    @Override
    public Optional<PayloadChecksums> checksums() {
        return origin.checksums();
    }

    /** Whether it can be written again, which the first to take it may change. */
    @Override
    public boolean isRepeatable() {
        return copy != null || origin.isRepeatable();
    }

    /** Whether it can be written at all: once more, or still once. */
    public boolean isUsable() {
        return !spent || isRepeatable();
    }

    private void spend() throws IOException {
        if (!isUsable()) {
            throw new IOException("the payload can be written only once, and another store has taken it");
        }
        spent = true;
    }
}
