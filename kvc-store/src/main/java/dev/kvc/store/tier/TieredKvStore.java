package dev.kvc.store.tier;

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
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Several stores as one, fastest first.
 *
 * <p>A load asks one {@link Tier} after the other; a prefix match takes the longest over all of them, and of one length
 * the fastest. A save goes to every tier that is not read-only. What is found behind the fastest tier is copied up
 * where the {@link Promotion} of a tier says so, and fetched once for all who wait for it; what comes over a network
 * and is taken by memory, the tiers between the two write later, from a queue. Hits are passed down in batches, so that
 * the eviction of a slow tier knows what is hot in a fast one.
 *
 * <p><b>Failures.</b> No method of an open store throws {@code IOException}: a tier that fails is a tier without the
 * snapshot, and its failures are logged and counted in {@link #tierStats}. A snapshot that was loaded is its tier's:
 * reading and rejecting it may fail.
 *
 * <p><b>The outcome of a save</b> is that of the slowest tier which took the snapshot, since it says what lasts; its
 * cause, if there is one, is why another tier did not. A save that no tier took has the outcome of the slowest.
 *
 * <p><b>A reject</b> sets aside the snapshot and every copy of it: what is equal to it, byte for byte, but for its
 * hits. A snapshot saved meanwhile that differs is left alone.
 *
 * <p><b>What it says of itself.</b> {@link #stats} counts the hits, misses and saves of the whole; what is held,
 * written, evicted and set aside is that of the slowest tier, of which the others hold copies. Listeners given to
 * {@link Builder#listeners} are told of saves, loads and misses of the whole; of evictions and of what is set aside a
 * tier tells its own.
 *
 * <p>What it will not do: change a read-only tier that is in front of another, so such a tier may go on serving what
 * has been replaced behind it; and see what other processes do to a directory behind a memory that still has the old.
 */
public final class TieredKvStore implements KvStore {
    private final TierStack stack;
    private final Namespace namespace;

    private TieredKvStore(TierStack stack, Namespace namespace) {
        this.stack = stack;
        this.namespace = namespace;
    }

    /** A builder without a tier. */
    public static Builder builder() {
        return new Builder();
    }

    /** These stores, fastest first, each as {@link Tier#of} makes it a tier. Closing the result closes them. */
    public static TieredKvStore of(List<KvStore> fastestFirst) {
        Builder builder = builder();
        fastestFirst.forEach(store -> builder.tier(Tier.of(store)));
        return builder.build();
    }

    @Override
    public SaveResult save(KvcKey key, SnapshotDraft draft, SaveOptions options) {
        return stack.save(id(key), draft, options);
    }

    @Override
    public Optional<Snapshot> load(KvcKey key, LoadOptions options) {
        return stack.load(id(key), options);
    }

    @Override
    public Optional<SnapshotInfo> stat(KvcKey key) {
        return stack.stat(id(key));
    }

    @Override
    public boolean remove(KvcKey key) {
        return stack.remove(id(key));
    }

    @Override
    public Stream<SnapshotInfo> list() {
        return stack.list(namespace);
    }

    @Override
    public PrefixMatch match(PrefixQuery query) {
        return stack.match(namespace, query);
    }

    @Override
    public Optional<Snapshot> loadLongestPrefix(PrefixQuery query, LoadOptions options) throws IOException {
        PrefixMatch match = match(query);
        if (match.candidates().isEmpty()) {
            stack.missedPrefix(namespace);
            return Optional.empty();
        }
        return PrefixLookup.load(this, match, query, options);
    }

    /** Passes the hits to every tier. */
    @Override
    public void touch(Collection<Touch> touches) {
        stack.tiers().forEach(tier -> tier.touch(namespace, touches));
    }

    /**
     * Pins the key in every tier that can.
     *
     * @throws IllegalArgumentException if {@code deadline} is negative
     */
    @Override
    public Pin pin(KvcKey key, @Nullable Duration deadline) {
        if (deadline != null && deadline.isNegative()) {
            throw new IllegalArgumentException("deadline is " + deadline + "; it must not be negative");
        }
        List<Pin> pins = new ArrayList<>();
        stack.tiers().forEach(tier -> pins.add(tier.pin(id(key), deadline)));
        return () -> pins.forEach(Pin::close);
    }

    @Override
    public int evictToBudget() {
        return stack.evictToBudget();
    }

    @Override
    public KvStore in(Namespace other) {
        // A tier without namespaces says so here, and not at the first save.
        stack.tiers().forEach(tier -> tier.tier().store().in(other));
        return other.equals(namespace) ? this : new TieredKvStore(stack, other);
    }

    @Override
    public Namespace namespace() {
        return namespace;
    }

    @Override
    public Set<Namespace> namespaces() {
        Set<Namespace> all = stack.namespaces();
        all.add(namespace);
        return all;
    }

    /**
     * What every tier can do; {@link Capability#DURABLE} if a tier that is written is, {@link Capability#TOUCH} if one
     * can.
     */
    @Override
    public Set<Capability> capabilities() {
        return stack.capabilities();
    }

    @Override
    public StoreStats stats() {
        return stack.stats();
    }

    /** What each tier has counted, fastest first. */
    public List<TierStats> tierStats() {
        return stack.tierStats();
    }

    /** Waits until what is queued has been written, and passes hits down: before a backup, say. */
    public void flush() {
        stack.flush();
    }

    /** Writes what is queued, passes hits down, and closes every tier, fastest first; a view does nothing. */
    @Override
    public void close() {
        if (namespace.isDefault()) {
            stack.close();
        }
    }

    /** Builds a tiered store. At least one tier, one of them not read-only. Not safe for use by several threads. */
    public static final class Builder {
        private static final DataSize DEFAULT_QUEUE = DataSize.ofMebibytes(256);
        private static final int HEAP_SHARE = 8;

        private final List<Tier> tiers = new ArrayList<>();
        private final List<StoreListener> listeners = new ArrayList<>();
        private @Nullable DataSize queueBudget;
        private @Nullable InstantSource clock;

        private Builder() {}

        /** Adds a tier behind those added before. */
        public Builder tier(Tier tier) {
            tiers.add(tier);
            return this;
        }

        /**
         * The bytes that may wait in the queue of each tier, above 0; 256 MiB by default, or an eighth of the largest
         * heap where that is less. What waits is what a {@link WriteMode#WRITE_BACK} tier is saved, and the copies that
         * any tier is given of what memory in front of it took at the same hit, with which they share their bytes.
         */
        public Builder queueBudget(DataSize value) {
            requireUnset("queueBudget", queueBudget);
            queueBudget = value;
            return this;
        }

        /** The time that snapshots are saved and used at; the system's by default. Give the tiers the same. */
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
         * The store. Closing it closes the stores of its tiers.
         *
         * @throws IllegalArgumentException if a setting is missing or breaks its rule; all of them are named
         */
        public TieredKvStore build() {
            List<String> problems = problems();
            if (!problems.isEmpty()) {
                throw new IllegalArgumentException("tiered store: " + String.join("; ", problems));
            }
            long queueBytes = queueBudget == null ? defaultQueue() : queueBudget.bytes();
            TierStack stack =
                    new TierStack(tiers, queueBytes, clock == null ? InstantSource.system() : clock, listeners);
            return new TieredKvStore(stack, Namespace.DEFAULT);
        }

        private static long defaultQueue() {
            return Math.min(DEFAULT_QUEUE.bytes(), Runtime.getRuntime().maxMemory() / HEAP_SHARE);
        }

        private List<String> problems() {
            List<String> problems = new ArrayList<>();
            if (tiers.isEmpty()) {
                problems.add("there is no tier; at least one is needed");
            } else if (tiers.stream().allMatch(tier -> tier.writeMode() == WriteMode.READ_ONLY)) {
                problems.add("every tier is READ_ONLY; one of them must be written");
            }
            Set<KvStore> stores = new HashSet<>();
            tiers.stream()
                    .filter(tier -> !stores.add(tier.store()))
                    .forEach(tier -> problems.add(tier.store() + " is in two tiers; a store can be in one only"));
            if (queueBudget != null && queueBudget.bytes() == 0) {
                problems.add("queueBudget is 0B; it must be 1 byte or more");
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
