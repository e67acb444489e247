package dev.kvc.store.internal.jfr;

import dev.kvc.eviction.SnapshotId;
import dev.kvc.format.Namespace;
import dev.kvc.store.LoadOptions;
import dev.kvc.store.SnapshotDraft;
import dev.kvc.store.SnapshotInfo;
import java.io.IOException;

/**
 * What one store tells Flight Recorder: one event for each request, and one for each snapshot that goes. Nothing in
 * them is taken from a text or a payload, keys apart.
 *
 * <p>Where nobody records, or the runtime has no module {@code jdk.jfr}, spans are ones that do nothing. Safe from any
 * thread.
 */
public final class StoreEvents {
    /** {@code jdk.jfr} is optional: where it was not resolved when the JVM started, no recording can be started. */
    private static final boolean AVAILABLE = ModuleLayer.boot()
            .findModule("jdk.jfr")
            .filter(StoreEvents.class.getModule()::canRead)
            .isPresent();

    private final String store;

    /** Events of {@code store}: what it is, or where. */
    public StoreEvents(String store) {
        this.store = store;
    }

    /** Begins a load. */
    public LoadSpan load(SnapshotId id, LoadOptions options) {
        return AVAILABLE ? LoadEvent.begin(store, id, options) : LoadSpan.NONE;
    }

    /** A prefix lookup has found no candidate to load. */
    public void noPrefix(Namespace namespace) {
        if (AVAILABLE) {
            LoadEvent.noPrefix(store, namespace);
        }
    }

    /** Begins a save. */
    public SaveSpan save(SnapshotId id, SnapshotDraft draft) {
        return AVAILABLE ? SaveEvent.begin(store, id, draft) : SaveSpan.NONE;
    }

    /** Begins a look at what the store holds, at the store's opening or later. */
    public RescanSpan rescan(boolean opening) {
        return AVAILABLE ? RescanEvent.begin(store, opening) : RescanSpan.NONE;
    }

    /** A snapshot has been evicted. */
    public void evicted(SnapshotInfo snapshot) {
        if (AVAILABLE) {
            EvictEvent.emit(store, snapshot);
        }
    }

    /** A snapshot has been set aside. */
    public void setAside(SnapshotId id, IOException cause) {
        if (AVAILABLE) {
            SetAsideEvent.emit(store, id, cause);
        }
    }
}
