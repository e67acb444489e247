package dev.kvc.store.internal;

import dev.kvc.store.StoreListener;
import java.util.List;
import java.util.function.Consumer;

/** Tells listeners, none of which can harm the store. */
public final class Listeners {
    private static final System.Logger LOG = System.getLogger("dev.kvc.store");

    private final List<StoreListener> listeners;

    /** Tells these, in this order. */
    public Listeners(List<StoreListener> listeners) {
        this.listeners = List.copyOf(listeners);
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
