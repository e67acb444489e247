package dev.kvc.store.internal.jfr;

import dev.kvc.eviction.SnapshotId;
import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.StackTrace;
import org.jspecify.annotations.Nullable;

/** What every event of one snapshot says. */
@Category("KVC")
@StackTrace(false)
abstract class SnapshotEvent extends Event {
    @Label("Store")
    @Description("Which store: a directory's path, memory, or tiers")
    final String store;

    @Label("Namespace")
    @Description("The namespace; empty for the default one")
    @Nullable
    String namespace;

    @Label("Key")
    @Description("The key; none for a prefix lookup that found nothing to load")
    @Nullable
    String key;

    SnapshotEvent(String store) {
        this.store = store;
    }

    final void set(SnapshotId id) {
        namespace = id.namespace().toString();
        key = id.key().toString();
    }
}
