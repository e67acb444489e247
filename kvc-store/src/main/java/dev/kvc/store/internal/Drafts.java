package dev.kvc.store.internal;

import dev.kvc.store.PayloadSource;
import dev.kvc.store.SnapshotDraft;

/** Drafts made from drafts. */
public final class Drafts {
    private Drafts() {}

    /**
     * The same draft, whose payload comes from somewhere else, or passes through something on its way.
     *
     * @param nowUnix for a draft that brings no times
     */
    public static SnapshotDraft withPayload(SnapshotDraft draft, long nowUnix, PayloadSource payload) {
        SnapshotDraft.Builder same = SnapshotDraft.builder()
                .header(draft.header(nowUnix))
                .text(draft.text())
                .payload(payload)
                .trailer(draft.trailer());
        return (draft.isVerified() ? same : same.unverified()).build();
    }
}
