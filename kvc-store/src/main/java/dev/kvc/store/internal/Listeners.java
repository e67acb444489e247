package dev.kvc.store.internal;

import dev.kvc.eviction.SnapshotId;
import dev.kvc.store.SnapshotInfo;
import dev.kvc.store.StoreListener;
import dev.kvc.store.internal.jfr.StoreEvents;
import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;

/** Tells listeners, none of which can harm the store, and Flight Recorder. */
public final class Listeners {
    private static final System.Logger LOG = System.getLogger("dev.kvc.store");

    private final List<StoreListener> listeners;
    private final StoreEvents events;

    /** Tells these, in this order. */
    public Listeners(List<StoreListener> listeners, StoreEvents events) {
        this.listeners = List.copyOf(listeners);
        this.events = events;
    }

    /** What Flight Recorder is told. */
    public StoreEvents events() {
        return events;
    }

    /** Tells that a snapshot was evicted. */
    public void evicted(SnapshotInfo snapshot) {
        events.evicted(snapshot);
        tell(listener -> listener.evicted(snapshot));
    }

    /** Tells that a snapshot was set aside. */
    public void setAside(SnapshotId id, IOException cause) {
        events.setAside(id, cause);
        tell(listener -> listener.setAside(id, cause));
    }

    /** Whether there is nobody to tell, so that an event need not be made. */
    public boolean isEmpty() {
        return listeners.isEmpty();
    }

    /** Tells each of them; what one throws is logged, and the next is told. */
    public void tell(Consumer<StoreListener> event) {
        for (StoreListener listener : listeners) {
            try {
                event.accept(listener);
            } catch (RuntimeException e) {
                LOG.log(System.Logger.Level.WARNING, () -> "a store listener threw: " + listener, e);
            }
        }
    }
}
