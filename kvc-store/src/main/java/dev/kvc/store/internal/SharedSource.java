package dev.kvc.store.internal;

import dev.kvc.store.PayloadSource;
import dev.kvc.store.SnapshotDraft;
import java.io.IOException;
import java.nio.channels.WritableByteChannel;
import org.jspecify.annotations.Nullable;

/**
 * A payload that several stores are about to take, one after the other. The first that keeps it in memory makes the
 * copy; the next share it. Where nobody does, each streams it from its origin, and no copy is made.
 *
 * <p>For use by one thread.
 */
public final class SharedSource implements PayloadSource {
    private final PayloadSource origin;
    private @Nullable HeldSnapshot held;
    private boolean spent;

    private SharedSource(PayloadSource origin) {
        this.origin = origin;
    }

    /**
     * The same draft with a payload that can be shared.
     *
     * @param nowUnix for a draft that brings no times: every store then gives it the same
     */
    public static SnapshotDraft share(SnapshotDraft draft, long nowUnix) {
        return draft.withTimes(nowUnix).withPayload(new SharedSource(draft.payload()));
    }

    /** The one copy of {@code draft}, whose payload this is. */
    HeldSnapshot hold(SnapshotDraft draft) throws IOException {
        if (held == null) {
            requireUnspent();
            spent = true;
            held = HeldSnapshot.copyOf(draft, HeldPayload.copyOf(origin), 0);
        }
        return held;
    }

    @Override
    public long size() {
        return origin.size();
    }

    @Override
    public void writeTo(WritableByteChannel out) throws IOException {
        if (held != null) {
            held.payload().writeTo(out);
            return;
        }
        requireUnspent();
        spent = true;
        origin.writeTo(out);
    }

    /** Whether it can be written again, which the first to take it may change. */
    @Override
    public boolean isRepeatable() {
        return held != null || origin.isRepeatable();
    }

    /** Whether it can be written at all: once more, or still once. */
    public boolean isUsable() {
        return !spent || isRepeatable();
    }

    private void requireUnspent() throws IOException {
        if (!isUsable()) {
            throw new IOException("the payload can be written only once, and another store has taken it");
        }
    }
}
