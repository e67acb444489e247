package dev.kvc.guice;

import dev.kvc.store.KvStore;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * The caches of one injector that are open, so that they can be closed in the reverse of the order in which they were
 * opened. Safe to use from any thread.
 */
final class Openings implements Closeable {
    private final Deque<KvStore> newestFirst = new ArrayDeque<>();
    private boolean closed;
    private boolean abandoned;

    /**
     * Refuses to open a cache that nobody would close.
     *
     * @throws IllegalStateException if they have been closed
     */
    synchronized void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the caches of this injector have been closed");
        }
    }

    /**
     * Takes a cache that has been opened.
     *
     * @throws IllegalStateException if all others were closed meanwhile; this one then is, too
     */
    synchronized KvStore add(KvStore store) throws IOException {
        if (closed || abandoned) {
            store.close();
            requireOpen();
        } else {
            newestFirst.push(store);
        }
        return store;
    }

    /**
     * Closes all of them, and those that are still to come at once: the injector is not going to be made, so that
     * nobody else can. What opens later is only tried, for the sake of its own error message.
     */
    synchronized void abandon(Exception cause) {
        abandoned = true;
        Closing.suppressed(drain(), cause);
    }

    /** Closes all of them, also when one cannot be; the first failure is thrown, with the others suppressed in it. */
    @Override
    public synchronized void close() throws IOException {
        closed = true;
        Closing.all(drain());
    }

    private List<KvStore> drain() {
        List<KvStore> stores = List.copyOf(newestFirst);
        newestFirst.clear();
        return stores;
    }
}
