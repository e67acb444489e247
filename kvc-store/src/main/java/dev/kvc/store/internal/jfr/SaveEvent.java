package dev.kvc.store.internal.jfr;

import dev.kvc.eviction.SnapshotId;
import dev.kvc.format.KvcHeader;
import dev.kvc.store.SaveResult;
import dev.kvc.store.SnapshotDraft;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Label;
import jdk.jfr.Name;
import org.jspecify.annotations.Nullable;

/** A save, as it is recorded. */
@Name("dev.kvc.Save")
@Label("Save")
@Description("A save, whatever its outcome")
final class SaveEvent extends SnapshotEvent implements SaveSpan {
    @Label("Outcome")
    @Description("How it ended; FAILED also where an exception was thrown")
    String outcome = SaveResult.Outcome.FAILED.name();

    @Label("Bytes")
    @Description("What the snapshot takes in its store, or would take; 0 where an exception was thrown")
    @DataAmount
    long bytes;

    @Label("Tokens")
    @Description("The tokens that the snapshot covers")
    long tokens;

    @Label("Reason")
    @Description("Why the engine saved it, as the snapshot's header says")
    @Nullable
    String reason;

    @Label("Evicted")
    @Description("How many snapshots and leftovers were removed to make room")
    int evicted;

    private final transient SnapshotId id;
    private final transient SnapshotDraft draft;

    private SaveEvent(String store, SnapshotId id, SnapshotDraft draft) {
        super(store);
        this.id = id;
        this.draft = draft;
    }

    static SaveSpan begin(String store, SnapshotId id, SnapshotDraft draft) {
        SaveEvent event = new SaveEvent(store, id, draft);
        if (!event.isEnabled()) {
            return NONE;
        }
        event.begin();
        return event;
    }

    @Override
    public SaveResult ended(SaveResult result) {
        outcome = result.outcome().name();
        bytes = result.bytes();
        evicted = result.evicted();
        return result;
    }

    @Override
    public void close() {
        end();
        if (shouldCommit()) {
            KvcHeader header = draft.header(0);
            set(id);
            tokens = header.tokenCount();
            reason = header.saveReason().toString();
            commit();
        }
    }
}
