package dev.kvc.store.internal.jfr;

import dev.kvc.eviction.SnapshotId;
import dev.kvc.format.KvcFormatException;
import java.io.IOException;
import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import org.jspecify.annotations.Nullable;

/** A snapshot set aside, as it is recorded. */
@Name("dev.kvc.SetAside")
@Label("Set Aside")
@Category("KVC")
@Description("A snapshot that was set aside, as damaged or because its engine rejected it, and is not served any more")
@StackTrace(false)
final class SetAsideEvent extends Event {
    @Label("Store")
    @Description("Which store: a directory's path, memory, or tiers for a snapshot that was still to be written")
    @Nullable
    String store;

    @Label("Namespace")
    @Description("The namespace; empty for the default one")
    @Nullable
    String namespace;

    @Label("Key")
    @Description("The key of the snapshot")
    @Nullable
    String key;

    @Label("Cause")
    @Description("REJECTED, or which rule of the format its file breaks")
    @Nullable
    String cause;

    private SetAsideEvent() {}

    /** The message of the cause stays out: it may quote bytes of the file. */
    static void emit(String store, SnapshotId id, IOException cause) {
        SetAsideEvent event = new SetAsideEvent();
        if (event.shouldCommit()) {
            event.store = store;
            event.namespace = id.namespace().toString();
            event.key = id.key().toString();
            event.cause =
                    cause instanceof KvcFormatException format ? format.kind().name() : "REJECTED";
            event.commit();
        }
    }
}
