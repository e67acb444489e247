package dev.kvc.store.tier;

import dev.kvc.eviction.SnapshotId;
import dev.kvc.format.Namespace;
import dev.kvc.format.UnixTime;
import dev.kvc.store.Capability;
import dev.kvc.store.LoadOptions;
import dev.kvc.store.MissReason;
import dev.kvc.store.PrefixMatch;
import dev.kvc.store.PrefixQuery;
import dev.kvc.store.SaveOptions;
import dev.kvc.store.SaveResult;
import dev.kvc.store.SaveResult.Outcome;
import dev.kvc.store.Snapshot;
import dev.kvc.store.SnapshotDraft;
import dev.kvc.store.SnapshotInfo;
import dev.kvc.store.StoreListener;
import dev.kvc.store.StoreStats;
import dev.kvc.store.internal.HeldSnapshot;
import dev.kvc.store.internal.Listeners;
import dev.kvc.store.internal.SharedSource;
import dev.kvc.store.internal.StoreCounters;
import dev.kvc.store.internal.jfr.LoadSpan;
import dev.kvc.store.internal.jfr.SaveSpan;
import dev.kvc.store.internal.jfr.StoreEvents;
import dev.kvc.store.tier.Flights.Flight;
import dev.kvc.store.tier.Flights.Landing;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What all views of one tiered store share: the tiers, fastest first, and the flows over them.
 *
 * <p><b>Save.</b> Fastest first, so that a snapshot can be loaded while slower tiers still write it, and so that the
 * one copy that memory makes is the one that the others write from. What a slower tier has taken and a faster one has
 * refused is removed from the faster one, which would otherwise serve the old snapshot in front of it. Where several
 * change one key at once, the tiers agree when the last of them has ended.
 *
 * <p><b>Load.</b> Fastest first, until one has it. Where it is due to be copied up, one thread fetches and copies it,
 * and others who want it wait for that. Several who want it at once are several hits.
 *
 * <p><b>Admission.</b> A tier that does not take a snapshot when it is saved may take it when it has been hit in front
 * of it: it is copied down in the background, from the tier that was hit.
 *
 * <p><b>Removal and reject.</b> Slowest first, so that nobody finds below what has gone above, and copies it up.
 */
final class TierStack {
    private final List<GuardedTier> tiers;
    private final List<GuardedTier> slowestFirst;
    private final InstantSource clock;
    private final Listeners listeners;
    private final StoreCounters counters = new StoreCounters();
    private final ChangeGuard guard = new ChangeGuard();
    private final Overlaps overlaps = new Overlaps();
    private final Flights flights = new Flights();
    private final PromotionGate gate = new PromotionGate();
    private final Admitter admitter = new Admitter();
    private final Semaphore keeping = new Semaphore(1);
    private volatile boolean closed;

    TierStack(List<Tier> tiers, long queueBytes, InstantSource clock, List<StoreListener> listeners) {
        this.clock = clock;
        this.listeners = new Listeners(listeners, new StoreEvents("tiers"));
        List<GuardedTier> guarded = new ArrayList<>();
        tiers.forEach(tier -> guarded.add(new GuardedTier(tier, queueBytes, this::nowUnix, this::rejectedInQueue)));
        this.tiers = List.copyOf(guarded);
        Collections.reverse(guarded);
        this.slowestFirst = List.copyOf(guarded);
    }

    private void rejectedInQueue(SnapshotId id) {
        listeners.setAside(id, new IOException(id + " was rejected by the engine before it was written"));
    }

    /** The tiers, fastest first, of a store that is open. */
    List<GuardedTier> tiers() {
        requireOpen();
        return tiers;
    }

    void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the store is closed");
        }
    }

    SaveResult save(SnapshotId id, SnapshotDraft draft, SaveOptions options) {
        requireOpen();
        try (SaveSpan span = listeners.events().save(id, draft)) {
            return span.ended(saveAndTell(id, draft, options));
        }
    }

    private SaveResult saveAndTell(SnapshotId id, SnapshotDraft draft, SaveOptions options) {
        SaveResult result = change(id, () -> new Saving(id, SharedSource.share(draft, nowUnix()), options).run());
        counters.save(result.outcome());
        if (!listeners.isEmpty()) {
            listeners.tell(listener -> listener.saved(id, result));
        }
        return result;
    }

    /** Saves to the tiers, or removes from them; alone or beside others who change the same key. */
    private <T> T change(SnapshotId id, Supplier<T> change) {
        guard.begin(id);
        overlaps.begin(id);
        try {
            return change.get();
        } finally {
            while (overlaps.end(id)) {
                settle(id);
            }
            guard.end(id);
        }
    }

    /**
     * After changes that overlapped: what the slowest tier has, which lasts, stays. Those in front of it may have the
     * snapshot of another save, or the same; it is copied up again when it is hit. (Writing down what is in front could
     * bring back what a save that has ended meanwhile has replaced; removing never does.)
     */
    private void settle(SnapshotId id) {
        boolean kept = false;
        for (GuardedTier tier : slowestFirst) {
            if (kept && tier.isWritten()) {
                tier.remove(id);
            } else if (tier.isWritten()) {
                kept = tier.stat(id).isPresent();
            }
        }
    }

    /** One save on its way through the tiers. */
    private final class Saving {
        private final SnapshotId id;
        private final SnapshotDraft draft;
        private final SaveOptions options;
        private final List<GuardedTier> refused = new ArrayList<>();
        private @Nullable GuardedTier keeper;
        private @Nullable SaveResult kept;
        private @Nullable SaveResult last;
        private @Nullable IOException failure;
        private int evicted;

        Saving(SnapshotId id, SnapshotDraft draft, SaveOptions options) {
            this.id = id;
            this.draft = draft;
            this.options = options;
        }

        SaveResult run() {
            for (GuardedTier tier : tiers) {
                if (tier.isWritten()) {
                    take(tier, tier.admits(draft, options) ? saveTo(tier) : notAdmitted());
                }
            }
            SaveResult result = kept == null ? Objects.requireNonNull(last) : kept;
            return new SaveResult(result.outcome(), result.bytes(), evicted, failure, result.retryAfterOrNull());
        }

        private void take(GuardedTier tier, SaveResult result) {
            last = result;
            evicted += result.evicted();
            failure = result.cause().orElse(failure);
            if (!result.isLoadable()) {
                refused.add(tier);
                return;
            }
            keeper = tier;
            kept = result;
            refused.forEach(faster -> faster.remove(id));
            refused.clear();
        }

        private SaveResult notAdmitted() {
            return SaveResult.of(Outcome.NOT_ADMITTED, HeldSnapshot.bytesOf(draft));
        }

        private SaveResult saveTo(GuardedTier tier) {
            boolean usable = ((SharedSource) draft.payload()).isUsable();
            if (!usable && keeper != null) {
                return saveFrom(keeper, tier);
            }
            return !usable && failure != null // it was used up in vain
                    ? SaveResult.failed(draft.payload().size(), failure)
                    : tier.save(id, draft, options);
        }

        /** The caller's payload can be had only once, and a faster tier has taken it. */
        private SaveResult saveFrom(GuardedTier faster, GuardedTier tier) {
            try (Snapshot stored =
                    faster.load(id, LoadOptions.DEFAULT.withoutHit()).orElse(null)) {
                if (stored != null) {
                    return tier.save(id, SnapshotDraft.copyOf(stored), options);
                }
                throw new IOException(id + " is gone from the tier that took its payload, which can be read only once");
            } catch (IOException e) {
                tier.failed("save", e);
                return SaveResult.failed(draft.payload().size(), e);
            }
        }
    }

    Optional<Snapshot> load(SnapshotId id, LoadOptions options) {
        requireOpen();
        try (LoadSpan span = listeners.events().load(id, options)) {
            Loading loading = new Loading(id, options);
            Optional<Snapshot> found = loading.run();
            found.ifPresentOrElse(snapshot -> found(snapshot, span), () -> missed(id, loading.missReason(), span));
            return found;
        }
    }

    private void found(Snapshot snapshot, LoadSpan span) {
        span.found(snapshot);
        if (!listeners.isEmpty()) {
            SnapshotInfo info = snapshot.info();
            listeners.tell(listener -> listener.loaded(info));
        }
    }

    /** One load on its way through the tiers. */
    private final class Loading {
        private final SnapshotId id;
        private final LoadOptions options;
        private boolean failed;

        Loading(SnapshotId id, LoadOptions options) {
            this.id = id;
            this.options = options;
        }

        Optional<Snapshot> run() {
            long then = guard.now(id);
            Optional<Snapshot> fast = loadFrom(0, then, options);
            if (fast.isPresent() || tiers.size() == 1) {
                return fast;
            } else if (!mayPromote()) {
                return loadFrom(1, null);
            }
            Flight mine = new Flight(options, then);
            @Nullable Flight other = flights.begin(id, mine);
            return other == null ? fly(mine) : await(other);
        }

        /** Whether what is found behind the fastest tier would be copied up if several waited for it. */
        private boolean mayPromote() {
            return options.countHit()
                    && options.verify() != LoadOptions.Verify.NEVER
                    && tiers.stream().anyMatch(tier -> tier.isPromotionDue(PromotionGate.LATER_HIT));
        }

        /** Fetches; but another flight may have landed since the fastest tier was asked. */
        private Optional<Snapshot> fly(Flight flight) {
            try {
                int first = tiers.get(0).stat(id).isPresent() ? 0 : 1;
                Optional<Snapshot> found = loadFrom(first, flight);
                if (found.isEmpty()) {
                    flight.landing(failed ? Landing.FAILURE : Landing.MISS);
                }
                if (Thread.currentThread().isInterrupted()) {
                    flight.landing(Landing.AGAIN); // what it met with says nothing of the tiers
                }
                return found;
            } finally {
                flights.land(id, flight);
            }
        }

        private Optional<Snapshot> await(Flight other) {
            Landing landing = other.await();
            if (landing == Landing.AGAIN) {
                return run();
            }
            boolean missed = landing == Landing.MISS || landing == Landing.FAILURE;
            if (missed && other.isLike(options) && guard.isUnchanged(id, other.then())) {
                failed |= landing == Landing.FAILURE;
                return Optional.empty();
            }
            return loadFrom(0, null);
        }

        /** Asks the tiers from {@code first} on; what a slow one has is copied up if it is fetched for others, too. */
        private Optional<Snapshot> loadFrom(int first, @Nullable Flight flight) {
            for (int i = first; i < tiers.size(); i++) {
                long then = guard.now(id);
                int copied = flight == null ? Streaming.NOT_TAKEN : stream(i, then, flight);
                if (copied == Streaming.MISSED) {
                    continue;
                }
                Optional<Snapshot> found = copied < 0 ? Optional.empty() : loadFrom(copied, then, options);
                if (found.isEmpty()) {
                    found = flight == null ? loadFrom(i, then, options) : loadAndPromote(i, then, flight);
                }
                if (found.isPresent()) {
                    if (i > 0 && options.countHit()) {
                        gate.hit(id);
                    }
                    return found;
                }
            }
            return Optional.empty();
        }

        /**
         * Loads, and copies up. What is about to be copied into memory is kept there while it is verified: one pass for
         * both. One at a time, for until memory has made room for it, it is beyond what memory may take.
         */
        private Optional<Snapshot> loadAndPromote(int index, long then, Flight flight) {
            long shared = sharedInFront(index, hitBehind(flight));
            boolean keeps = shared > options.keepBytes() && keeping.tryAcquire();
            try {
                Optional<Snapshot> found = loadFrom(index, then, keeps ? options.keeping(shared) : options);
                found.ifPresent(snapshot -> promote(snapshot, index, then, flight));
                return found;
            } finally {
                if (keeps) {
                    keeping.release();
                }
            }
        }

        /** Up to which size memory in front would share what is kept; 0 for none, also where loads are left behind. */
        private long sharedInFront(int index, int hit) {
            return tiers.get(index).hasDeadline()
                    ? 0
                    : tiers.subList(0, index).stream()
                            .mapToLong(tier -> tier.sharesAtHit(hit))
                            .max()
                            .orElse(0);
        }

        /** Which hit behind the tiers in front it is. Who waits for a flight hits what it brings, too. */
        private int hitBehind(Flight flight) {
            return flight.isAwaited() ? PromotionGate.LATER_HIT : gate.nextHit(id);
        }

        private Optional<Snapshot> loadFrom(int index, long then, LoadOptions asked) {
            try {
                Optional<Snapshot> found = tiers.get(index).load(id, asked);
                found.ifPresent(snapshot -> hit(snapshot, index));
                return found.map(snapshot -> new TieredSnapshot(snapshot, loaded -> reject(id, loaded, index, then)));
            } catch (IOException e) {
                tiers.get(index).failed("load", e);
                failed = true;
                return Optional.empty();
            }
        }

        /** Copies up what a tier over a network has, if it is better copied than loaded; a failure is a miss. */
        private int stream(int index, long then, Flight flight) {
            Streaming streaming = new Streaming(
                    tiers.get(index),
                    tiers.subList(0, index),
                    id,
                    hitBehind(flight),
                    () -> guard.isUnchanged(id, then));
            if (!streaming.isWorthwhile(options)) {
                return Streaming.NOT_TAKEN;
            }
            try {
                flight.landing(Landing.ASK);
                return streaming.run(options);
            } catch (IOException e) {
                tiers.get(index).failed("load", e);
                failed = true;
                return Streaming.MISSED;
            }
        }

        private void hit(Snapshot snapshot, int index) {
            if (options.countHit()) {
                counters.hit(snapshot.info().header().tokenCount());
                long now = nowUnix();
                for (GuardedTier slower : tiers.subList(index + 1, tiers.size())) {
                    slower.hitInFront(id, now);
                    if (slower.admitsAfterHit(snapshot.info())) {
                        admitter.copy(List.of(id, slower), () -> copyDown(tiers.get(index), slower));
                    }
                }
            }
        }

        /** Copies to a slower tier what it takes now that it has been hit, as it is in the faster one by then. */
        private void copyDown(GuardedTier from, GuardedTier slower) {
            long then = guard.now(id);
            try (Snapshot hit = from.load(id, LoadOptions.DEFAULT.withoutHit()).orElse(null)) {
                if (hit != null) {
                    slower.copyDown(id, SnapshotDraft.copyOf(hit), () -> guard.isUnchanged(id, then));
                    if (!guard.isUnchanged(id, then)) {
                        slower.removeCopyOf(id, hit);
                    }
                }
            } catch (IOException e) {
                from.failed("load", e);
            }
        }

        /** Copies a snapshot into the tiers in front of the one that had it, where their rules say so. */
        private void promote(Snapshot snapshot, int from, long then, Flight flight) {
            int hit = hitBehind(flight);
            long bytes = snapshot.info().storedBytes();
            for (GuardedTier tier : tiers.subList(0, from)) {
                if (!tier.isPromotionDue(hit)) {
                    continue;
                }
                flight.landing(Landing.ASK);
                if (tier.takesAtHit(hit, bytes) && guard.isUnchanged(id, then)) {
                    promote(snapshot, tier, then);
                    if (!guard.isUnchanged(id, then)) {
                        tier.removeCopyOf(id, snapshot);
                    }
                }
            }
        }

        private void promote(Snapshot snapshot, GuardedTier tier, long then) {
            try {
                tier.promote(id, SnapshotDraft.copyOf(snapshot), () -> guard.isUnchanged(id, then));
            } catch (IOException e) {
                tier.failed("promote", e);
            }
        }

        MissReason missReason() {
            if (failed) {
                return MissReason.FAILED;
            } else if (options.expectOrNull() == null && !options.requireVerified()) {
                return MissReason.ABSENT;
            }
            Optional<SnapshotInfo> present = stat(id);
            if (present.isEmpty()) {
                return MissReason.ABSENT;
            }
            return options.requireVerified() && isExpected(present.get())
                    ? MissReason.UNVERIFIED
                    : MissReason.NOT_EXPECTED;
        }

        private boolean isExpected(SnapshotInfo info) {
            @Nullable PrefixQuery query = options.expectOrNull();
            return query == null || query.refusal(info.header()).isEmpty();
        }
    }

    private void missed(SnapshotId id, MissReason reason, LoadSpan span) {
        counters.miss(reason);
        span.missed(reason);
        if (!listeners.isEmpty()) {
            listeners.tell(listener -> listener.missed(id, reason));
        }
    }

    /** Counts a prefix lookup that found no candidate to load. */
    void missedPrefix(Namespace namespace) {
        counters.miss(MissReason.NO_PREFIX);
        listeners.events().noPrefix(namespace);
    }

    /**
     * Rejects a snapshot where it was loaded, and its copies elsewhere.
     *
     * <p>An equal one that was saved meanwhile is another snapshot, and is left alone everywhere if it is found where
     * the rejected one was. (One that was copied up meanwhile would be found there, too, so it must be known that a
     * save has come in between.)
     */
    private void reject(SnapshotId id, Snapshot snapshot, int from, long then) throws IOException {
        boolean unchanged = guard.isUnchanged(id, then);
        guard.begin(id);
        try {
            snapshot.reject();
        } finally {
            if (unchanged || !tiers.get(from).hasCopyOf(id, snapshot)) {
                slowestFirst.forEach(tier -> tier.rejectCopyOf(id, snapshot));
            }
            guard.end(id);
        }
    }

    boolean remove(SnapshotId id) {
        requireOpen();
        return change(id, () -> {
            boolean removed = false;
            for (GuardedTier tier : slowestFirst) {
                removed |= tier.remove(id);
            }
            return removed;
        });
    }

    Optional<SnapshotInfo> stat(SnapshotId id) {
        for (GuardedTier tier : tiers()) {
            Optional<SnapshotInfo> info = tier.stat(id);
            if (info.isPresent()) {
                return info;
            }
        }
        return Optional.empty();
    }

    PrefixMatch match(Namespace namespace, PrefixQuery query) {
        PrefixMatch match = PrefixMatch.NONE;
        for (GuardedTier tier : tiers()) {
            match = Copies.merge(match, tier.match(namespace, query));
        }
        return match;
    }

    Stream<SnapshotInfo> list(Namespace namespace) {
        Set<SnapshotId> seen = new HashSet<>();
        Stream<SnapshotInfo> all = Stream.empty();
        for (GuardedTier tier : tiers()) {
            all = Stream.concat(all, tier.list(namespace));
        }
        return all.filter(info -> seen.add(info.id()));
    }

    Set<Namespace> namespaces() {
        Set<Namespace> all = new HashSet<>();
        tiers().forEach(tier -> all.addAll(tier.namespaces()));
        return all;
    }

    Set<Capability> capabilities() {
        Set<Capability> all = EnumSet.allOf(Capability.class);
        tiers.forEach(tier -> all.retainAll(tier.capabilities()));
        for (GuardedTier tier : tiers) {
            if (tier.isWritten() && tier.capabilities().contains(Capability.DURABLE)) {
                all.add(Capability.DURABLE);
            }
            if (tier.capabilities().contains(Capability.TOUCH)) {
                all.add(Capability.TOUCH);
            }
        }
        return all;
    }

    int evictToBudget() {
        return tiers().stream().mapToInt(GuardedTier::evictToBudget).sum();
    }

    void flush() {
        requireOpen();
        admitter.drain();
        tiers().forEach(GuardedTier::flush);
    }

    StoreStats stats() {
        TierStats slowest = slowestFirst.get(0).stats();
        StoreStats held = slowest.store();
        StoreStats counted = counters.stats(held.snapshots(), held.bytes(), held.budgetBytes());
        return new StoreStats(
                counted.hits(),
                counted.tokensServed(),
                counted.misses(),
                counted.saves(),
                held.bytesWritten(),
                held.evictions(),
                held.bytesEvicted(),
                held.setAside() + slowest.rejectedInQueue(),
                held.snapshots(),
                held.bytes(),
                held.budgetBytes(),
                held.health());
    }

    List<TierStats> tierStats() {
        return tiers.stream().map(GuardedTier::stats).toList();
    }

    /** Writes what is queued, passes hits down, and closes the tiers, fastest first. */
    synchronized void close() {
        if (!closed) {
            closed = true;
            admitter.close();
            tiers.forEach(GuardedTier::close);
        }
    }

    private long nowUnix() {
        return UnixTime.now(clock);
    }
}
