package dev.kvc.store;

/**
 * Keeps a snapshot from being a victim until it is closed or its deadline has passed. Explicit removal, replacement and
 * {@link Snapshot#reject} are not hindered. A store may bound what its pins hold together, so that forgotten ones
 * cannot fill it. Safe from any thread.
 */
public interface Pin extends AutoCloseable {
    /** Ends the pin. A second call does nothing. */
    @Override
    void close();
}
