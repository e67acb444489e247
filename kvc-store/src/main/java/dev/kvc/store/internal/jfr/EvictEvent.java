package dev.kvc.store.internal.jfr;

import dev.kvc.store.SnapshotInfo;
import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import org.jspecify.annotations.Nullable;

/** An eviction, as it is recorded. */
@Name("dev.kvc.Evict")
@Label("Evict")
@Category("KVC")
@Description("A snapshot that was removed to make room, or because it was too old")
@StackTrace(false)
final class EvictEvent extends Event {
    @Label("Store")
    @Description("Which store: a directory's path, or memory")
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

    @Label("Bytes")
    @Description("What it took in its store")
    @DataAmount
    long bytes;

    @Label("Tokens")
    @Description("The tokens that it covered")
    long tokens;

    @Label("Hits")
    @Description("The hits that it had in all its time")
    long hits;

    private EvictEvent() {}

    static void emit(String store, SnapshotInfo snapshot) {
        EvictEvent event = new EvictEvent();
        if (event.shouldCommit()) {
            event.store = store;
            event.namespace = snapshot.id().namespace().toString();
            event.key = snapshot.key().toString();
            event.bytes = snapshot.storedBytes();
            event.tokens = snapshot.header().tokenCount();
            event.hits = snapshot.header().hitCount();
            event.commit();
        }
    }
}
