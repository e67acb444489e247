package dev.kvc.store.memory;

import dev.kvc.eviction.SnapshotId;
import dev.kvc.format.KvcKey;
import dev.kvc.format.Namespace;
import dev.kvc.store.Capability;
import dev.kvc.store.DataSize;
import dev.kvc.store.KvStore;
import dev.kvc.store.LoadOptions;
import dev.kvc.store.Pin;
import dev.kvc.store.PrefixLookup;
import dev.kvc.store.PrefixMatch;
import dev.kvc.store.PrefixQuery;
import dev.kvc.store.SaveOptions;
import dev.kvc.store.SaveResult;
import dev.kvc.store.Snapshot;
import dev.kvc.store.SnapshotDraft;
import dev.kvc.store.SnapshotInfo;
import dev.kvc.store.StoreListener;
import dev.kvc.store.StoreStats;
import dev.kvc.store.Touch;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Snapshots in memory, within a budget. A save copies the snapshot once; a load copies nothing.
 *
 * <p>Victims come in the order of Caffeine's policy, and go before the new snapshot comes: the budget is never
 * exceeded, but for a snapshot that is being replaced, which stays until the new one is whole. A save that would need
 * the room of another that is under way does not wait for it and is {@link SaveResult.Outcome#NO_ROOM}. A snapshot that
 * is larger than the largest allowed passes by, {@link SaveResult.Outcome#TOO_LARGE}, and evicts nothing.
 *
 * <p>What was saved here is {@linkplain dev.kvc.store.Verification#VERIFIED verified}: it is the saver's copy. A copy
 * of a snapshot that could not be verified is not, nor is any load that asks for no verification.
 *
 * <p>A snapshot weighs text, payload, trailer and 52 bytes of header; in Caffeine at least 1 KiB, so many snapshots of
 * a few hundred bytes use up the budget sooner. Text and payload lie on the heap: give the JVM more than the budget.
 *
 * <p>Not for what must last: closing it empties it. It starts no thread.
 */
public final class CaffeineKvStore implements KvStore {
    private final MemoryStore store;
    private final Namespace namespace;

    private CaffeineKvStore(MemoryStore store, Namespace namespace) {
        this.store = store;
        this.namespace = namespace;
    }

    /** A builder; the budget is required. */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    public SaveResult save(KvcKey key, SnapshotDraft draft, SaveOptions options) throws IOException {
        return store.save(new SnapshotId(namespace, key), draft, options);
    }

    @Override
    public Optional<Snapshot> load(KvcKey key, LoadOptions options) {
        return store.load(new SnapshotId(namespace, key), options);
    }

    @Override
    public Optional<SnapshotInfo> stat(KvcKey key) {
        return Optional.ofNullable(store.table().peek(new SnapshotId(namespace, key)))
                .map(MemoryEntry::info);
    }

    @Override
    public boolean remove(KvcKey key) {
        return store.table().remove(new SnapshotId(namespace, key), any -> true);
    }

    @Override
    public Stream<SnapshotInfo> list() {
        return store.table().entries(namespace).map(MemoryEntry::info);
    }

    @Override
    public PrefixMatch match(PrefixQuery query) {
        return store.table().match(namespace, query);
    }

    @Override
    public Optional<Snapshot> loadLongestPrefix(PrefixQuery query, LoadOptions options) throws IOException {
        PrefixMatch match = match(query);
        if (match.candidates().isEmpty()) {
            store.missedPrefix(namespace);
            return Optional.empty();
        }
        return PrefixLookup.load(this, match, query, options);
    }

    @Override
    public void touch(Collection<Touch> touches) {
        store.table();
        touches.forEach(
                touch -> store.touch(new SnapshotId(namespace, touch.key()), touch.hits(), touch.lastUsedUnix()));
    }

    @Override
    public Pin pin(KvcKey key, @Nullable Duration deadline) {
        return store.pin(new SnapshotId(namespace, key), deadline);
    }

    /** Evicts nothing: the store is always within its budget. */
    @Override
    public int evictToBudget() {
        store.table();
        return 0;
    }

    @Override
    public KvStore in(Namespace other) {
        store.table();
        return other.equals(namespace) ? this : new CaffeineKvStore(store, other);
    }

    @Override
    public Namespace namespace() {
        return namespace;
    }

    @Override
    public Set<Namespace> namespaces() {
        Set<Namespace> all = new HashSet<>(store.table().namespaces());
        all.add(namespace);
        return all;
    }

    @Override
    public SnapshotId id(KvcKey key) {
        store.table();
        return new SnapshotId(namespace, key);
    }

    @Override
    public Set<Capability> capabilities() {
        return EnumSet.of(
                Capability.NAMESPACES,
                Capability.INDEXED_PREFIXES,
                Capability.DIVERGENCE,
                Capability.PINS,
                Capability.TOUCH);
    }

    /**
     * The largest snapshot that it takes, as {@link Builder#maxEntry} has set it, or what a store can weigh at most.
     */
    public DataSize maxEntry() {
        return DataSize.ofBytes(store.maxEntry());
    }

    @Override
    public StoreStats stats() {
        return store.stats();
    }

    @Override
    public void close() {
        if (namespace.isDefault()) {
            store.close();
        }
    }

    /** Builds a memory store. The budget is required. A second call of a setter is an error. Not thread-safe. */
    public static final class Builder {
        private @Nullable DataSize budget;
        private @Nullable DataSize maxEntry;
        private @Nullable Double maxPinned;
        private @Nullable InstantSource clock;
        private final List<StoreListener> listeners = new ArrayList<>();

        private Builder() {}

        /** The bytes that snapshots may take together, 1 or more. */
        public Builder budget(DataSize value) {
            requireUnset("budget", budget);
            budget = value;
            return this;
        }

        /**
         * The largest snapshot that is taken, 1 byte to the budget, which is the default. No snapshot of 2 TiB is taken
         * in any case.
         */
        public Builder maxEntry(DataSize value) {
            requireUnset("maxEntry", maxEntry);
            maxEntry = value;
            return this;
        }

        /**
         * Share of the budget that pins hold at most, 0 to 1; 0.5 by default. Keys that were pinned first are held
         * first: a pin beyond it holds nothing.
         */
        public Builder maxPinned(double value) {
            requireUnset("maxPinned", maxPinned);
            maxPinned = value;
            return this;
        }

        /** The time, for headers, hits and the deadlines of pins; the system's by default. */
        public Builder clock(InstantSource value) {
            requireUnset("clock", clock);
            clock = value;
            return this;
        }

        /** Adds listeners. May be called more than once. */
        public Builder listeners(Collection<? extends StoreListener> values) {
            listeners.addAll(values);
            return this;
        }

        /**
         * The store, empty.
         *
         * @throws IllegalArgumentException if a setting is missing or out of its range; all of them are named
         */
        public CaffeineKvStore build() {
            List<String> problems = problems();
            if (budget == null || !problems.isEmpty()) {
                throw new IllegalArgumentException("memory store: " + String.join("; ", problems));
            }
            MemoryStore store = new MemoryStore(
                    budget.bytes(),
                    (maxEntry == null ? budget : maxEntry).bytes(),
                    (long) (budget.bytes() * (maxPinned == null ? 0.5 : maxPinned)),
                    clock == null ? InstantSource.system() : clock,
                    listeners);
            return new CaffeineKvStore(store, Namespace.DEFAULT);
        }

        private List<String> problems() {
            List<String> problems = new ArrayList<>();
            if (budget == null) {
                problems.add("budget is not set; it must be a size such as 512MiB");
            } else if (budget.bytes() == 0) {
                problems.add("budget is 0B; it must be 1 byte or more");
            }
            if (maxEntry != null && (maxEntry.bytes() == 0 || (budget != null && maxEntry.compareTo(budget) > 0))) {
                problems.add("max-entry is " + maxEntry + "; it must be 1 byte to the budget"
                        + (budget == null ? "" : ", " + budget));
            }
            if (maxPinned != null && !(maxPinned >= 0 && maxPinned <= 1)) {
                problems.add("maxPinned is " + maxPinned + "; it must be 0 to 1");
            }
            return problems;
        }

        private static void requireUnset(String setting, @Nullable Object value) {
            if (value != null) {
                throw new IllegalArgumentException(setting + " was already set to " + value);
            }
        }
    }
}
