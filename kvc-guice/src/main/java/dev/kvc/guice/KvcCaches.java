package dev.kvc.guice;

import com.google.inject.Provider;
import dev.kvc.store.KvStore;
import java.io.Closeable;
import java.io.IOException;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * All caches of one injector: by name, and the handle that closes them. Inject it where the application stops.
 *
 * <p>{@link #close} closes every cache that was opened, exactly once, the one that was opened last first, and all of
 * them even when one cannot be closed. It opens none. A cache that {@code Modules.override} replaced was not opened
 * here and is not closed here either.
 *
 * <p>Safe to use from any thread.
 */
public final class KvcCaches implements Closeable {
    /** The name of the cache that is bound to plain {@link KvStore}. */
    public static final String DEFAULT = "default";

    private final TreeMap<String, Provider<KvStore>> caches;
    private final Openings openings;

    KvcCaches(Map<String, Provider<KvStore>> caches, Openings openings) {
        this.caches = new TreeMap<>(caches);
        this.openings = openings;
    }

    /** The names of all caches in order, {@link #DEFAULT} among them if there is one; opens none. */
    public Set<String> names() {
        return Collections.unmodifiableSet(caches.keySet());
    }

    /**
     * A cache by its name; opens it if nobody has asked for it yet.
     *
     * @throws IllegalArgumentException if there is none of that name
     * @throws com.google.inject.ProvisionException if it cannot be opened, or all have been closed
     */
    public KvStore get(String name) {
        Provider<KvStore> cache = caches.get(name);
        if (cache == null) {
            throw new IllegalArgumentException(
                    "no cache \"" + name + "\"; there are " + String.join(", ", caches.keySet()));
        }
        return cache.get();
    }

    /**
     * Closes the caches that are open. A cache that is asked for later is not opened any more. A second call does
     * nothing.
     *
     * @throws IOException if one or more could not be closed; the first failure, with the others suppressed in it
     */
    @Override
    public void close() throws IOException {
        openings.close();
    }
}
