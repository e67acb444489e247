package dev.kvc.store.internal.jfr;

import dev.kvc.eviction.SnapshotId;
import dev.kvc.format.Namespace;
import dev.kvc.store.LoadOptions;
import dev.kvc.store.MissReason;
import dev.kvc.store.Snapshot;
import dev.kvc.store.SnapshotInfo;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Label;
import jdk.jfr.Name;
import org.jspecify.annotations.Nullable;

/** A load, as it is recorded. */
@Name("dev.kvc.Load")
@Label("Load")
@Description("A load, or a prefix lookup that found nothing to load")
final class LoadEvent extends SnapshotEvent implements LoadSpan {
    @Label("Outcome")
    @Description("HIT, or why it missed")
    String outcome = MissReason.FAILED.name();

    @Label("Counted")
    @Description("Whether a hit counts as one, in the store and for eviction")
    boolean counted;

    @Label("Bytes")
    @Description("What the snapshot takes in its store; 0 for a miss")
    @DataAmount
    long bytes;

    @Label("Tokens")
    @Description("The tokens that the snapshot covers; 0 for a miss")
    long tokens;

    private final transient @Nullable SnapshotId id;
    private transient @Nullable Snapshot found;

    private LoadEvent(String store, @Nullable SnapshotId id) {
        super(store);
        this.id = id;
    }

    static LoadSpan begin(String store, SnapshotId id, LoadOptions options) {
        LoadEvent event = new LoadEvent(store, id);
        if (!event.isEnabled()) {
            return NONE;
        }
        event.counted = options.countHit();
        event.begin();
        return event;
    }

    static void noPrefix(String store, Namespace namespace) {
        LoadEvent event = new LoadEvent(store, null);
        event.namespace = namespace.toString();
        event.missed(MissReason.NO_PREFIX);
        event.commit();
    }

    @Override
    public void found(Snapshot snapshot) {
        outcome = "HIT";
        found = snapshot;
    }

    @Override
    public void missed(MissReason reason) {
        outcome = reason.name();
    }

    @Override
    public void close() {
        end();
        if (shouldCommit()) {
            if (id != null) {
                set(id);
            }
            if (found != null) {
                SnapshotInfo info = found.info();
                bytes = info.storedBytes();
                tokens = info.header().tokenCount();
            }
            commit();
        }
    }
}
