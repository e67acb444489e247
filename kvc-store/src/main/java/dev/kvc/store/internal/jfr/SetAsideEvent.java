package dev.kvc.store.internal.jfr;

import dev.kvc.eviction.SnapshotId;
import dev.kvc.format.KvcFormatException;
import java.io.IOException;
import jdk.jfr.Description;
import jdk.jfr.Label;
import jdk.jfr.Name;
import org.jspecify.annotations.Nullable;

/** A snapshot set aside, as it is recorded. */
@Name("dev.kvc.SetAside")
@Label("Set Aside")
@Description("A snapshot that was set aside, as damaged or because its engine rejected it, and is not served any more")
final class SetAsideEvent extends SnapshotEvent {
    @Label("Cause")
    @Description("REJECTED, or which rule of the format its file breaks")
    @Nullable
    String cause;

    private SetAsideEvent(String store) {
        super(store);
    }

    /** The message of the cause stays out: it may quote bytes of the file. */
    static void emit(String store, SnapshotId id, IOException cause) {
        SetAsideEvent event = new SetAsideEvent(store);
        if (event.shouldCommit()) {
            event.set(id);
            event.cause =
                    cause instanceof KvcFormatException format ? format.kind().name() : "REJECTED";
            event.commit();
        }
    }
}
