package dev.kvc.store.internal.jfr;

import dev.kvc.store.SnapshotInfo;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Label;
import jdk.jfr.Name;

/** An eviction, as it is recorded. */
@Name("dev.kvc.Evict")
@Label("Evict")
@Description("A snapshot that was removed to make room, or because it was too old")
final class EvictEvent extends SnapshotEvent {
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

    private EvictEvent(String store) {
        super(store);
    }

    static void emit(String store, SnapshotInfo snapshot) {
        EvictEvent event = new EvictEvent(store);
        if (event.shouldCommit()) {
            event.set(snapshot.id());
            event.bytes = snapshot.storedBytes();
            event.tokens = snapshot.header().tokenCount();
            event.hits = snapshot.header().hitCount();
            event.commit();
        }
    }
}
