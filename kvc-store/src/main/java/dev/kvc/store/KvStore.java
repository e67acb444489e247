package dev.kvc.store;

import dev.kvc.eviction.SnapshotId;
import dev.kvc.format.KvcKey;
import dev.kvc.format.Namespace;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One place where snapshots live: a directory, memory, a remote service, or several of them as tiers.
 *
 * <p>The contract, which {@code KvStoreContract} in {@code kvc-testkit} tests. Who writes a store implements the seven
 * abstract methods and runs that class.
 *
 * <ol>
 *   <li>Every method may be called from any thread, blocks until it is done, and is cheap on virtual threads: no lock
 *       is held while snapshot bytes are read or written.
 *   <li>A load finds a snapshot whole or not at all. While it is being replaced, a load gets the old one or the new
 *       one.
 *   <li>When {@link #save} returns, whatever the outcome, the caller may change or free what it passed.
 *   <li>A {@link Snapshot} stays readable after eviction, replacement, removal and the store's close. Its caller closes
 *       it.
 *   <li>What is not there is an empty result, never an exception, also when it vanishes half-way. A store that cannot
 *       do its work throws {@link IOException}; {@link KvStores#resilient} turns that into misses.
 *   <li>A refused save evicts nothing. A save's own key is never its victim.
 *   <li>No lookup crosses a namespace. Budget, policy, statistics and close belong to the root; closing a view does
 *       nothing.
 *   <li>After {@link #close} every method but {@code close}, {@link #stats}, {@link #namespace} and
 *       {@link #capabilities} throws {@link IllegalStateException}.
 * </ol>
 */
public interface KvStore extends Closeable {
    /**
     * Saves a snapshot.
     *
     * @param key its name; {@link SnapshotDraft#textKey} unless the caller has a scheme of its own, and only a snapshot
     *     under that key can be found by its prefix
     * @return how it ended; a refusal is an outcome, not an exception
     * @throws IOException if it could not be written; nothing is left behind, and what was stored under the key is
     *     still there
     */
    SaveResult save(KvcKey key, SnapshotDraft draft, SaveOptions options) throws IOException;

    /**
     * Loads the snapshot of this key.
     *
     * @return the snapshot, which the caller closes; empty if there is none that satisfies {@code options}
     */
    Optional<Snapshot> load(KvcKey key, LoadOptions options) throws IOException;

    /** What is known of the snapshot of this key; not a hit. */
    Optional<SnapshotInfo> stat(KvcKey key) throws IOException;

    /**
     * Removes the snapshot of this key.
     *
     * @return whether there was one
     */
    boolean remove(KvcKey key) throws IOException;

    /**
     * The snapshots of this namespace, in no order, as of some moment during the call. The caller closes the stream.
     */
    Stream<SnapshotInfo> list() throws IOException;

    /**
     * Finishes what is under way and releases the store. Snapshots that are open stay so. A second call does nothing.
     */
    @Override
    void close() throws IOException;

    /** Counters and sizes of the whole store, whatever its namespace. */
    StoreStats stats();

    /** {@link #save(KvcKey, SnapshotDraft, SaveOptions) Saves} under the text's own key with the default options. */
    default SaveResult save(SnapshotDraft draft) throws IOException {
        return save(draft.textKey(), draft, SaveOptions.DEFAULT);
    }

    /** {@link #load(KvcKey, LoadOptions) Loads} with the default options. */
    default Optional<Snapshot> load(KvcKey key) throws IOException {
        return load(key, LoadOptions.DEFAULT);
    }

    /** Whether {@link #stat} finds the key; not a hit. */
    default boolean contains(KvcKey key) throws IOException {
        return stat(key).isPresent();
    }

    /**
     * The stored snapshots that begin a prompt, from metadata alone: no hit, no text or payload read. An empty text
     * never matches.
     *
     * <p>This default lists the whole store; a store of any size keeps a {@link dev.kvc.store.prefix.PrefixIndex}.
     */
    default PrefixMatch match(PrefixQuery query) throws IOException {
        return PrefixLookup.overList(this, query);
    }

    /**
     * Loads the longest stored beginning of a prompt: candidates in the order of {@link #match}, until one verifies and
     * its text is proven.
     *
     * @return the snapshot, which the caller closes; {@link Snapshot#info} says what it covers
     */
    default Optional<Snapshot> loadLongestPrefix(PrefixQuery query, LoadOptions options) throws IOException {
        return PrefixLookup.load(this, match(query), query, options);
    }

    /** {@link #loadLongestPrefix(PrefixQuery, LoadOptions)} with the default options. */
    default Optional<Snapshot> loadLongestPrefix(PrefixQuery query) throws IOException {
        return loadLongestPrefix(query, LoadOptions.DEFAULT);
    }

    /** Takes note of hits counted elsewhere. A key that is not there is passed over. This default does nothing. */
    default void touch(Collection<Touch> touches) throws IOException {}

    /**
     * Keeps the snapshot of this key from eviction, also one that is saved later under it. This default does nothing.
     *
     * @param deadline the pin ends by itself after this time; {@code null} for not before it is closed
     */
    default Pin pin(KvcKey key, @Nullable Duration deadline) {
        return () -> {};
    }

    /**
     * Evicts until the store is within its budget, age and idle limits.
     *
     * @return how many snapshots and leftovers were removed; 0 by default
     */
    default int evictToBudget() throws IOException {
        return 0;
    }

    /**
     * The part of this store of that name, with the same interface. {@link Namespace#DEFAULT} is the root.
     *
     * @throws UnsupportedOperationException if the store has no namespaces: without {@link Capability#NAMESPACES}
     */
    default KvStore in(Namespace namespace) {
        if (namespace.equals(namespace())) {
            return this;
        }
        throw new UnsupportedOperationException(
                getClass().getName() + " has no namespaces, so not \"" + namespace + "\"");
    }

    /** The namespace that this view reads and writes. */
    default Namespace namespace() {
        return Namespace.DEFAULT;
    }

    /** The namespaces that hold a snapshot now, this view's own always included. */
    default Set<Namespace> namespaces() throws IOException {
        return Set.of(namespace());
    }

    /** The identity that a key has in this view. */
    default SnapshotId id(KvcKey key) {
        return new SnapshotId(namespace(), key);
    }

    /** What this store can do beyond what every store must. */
    default Set<Capability> capabilities() {
        return EnumSet.noneOf(Capability.class);
    }
}
