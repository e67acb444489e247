package dev.kvc.store.memory;

import dev.kvc.eviction.SnapshotId;
import dev.kvc.format.Namespace;
import dev.kvc.format.UnixTime;
import dev.kvc.store.LoadOptions;
import dev.kvc.store.MissReason;
import dev.kvc.store.Pin;
import dev.kvc.store.PrefixQuery;
import dev.kvc.store.SaveOptions;
import dev.kvc.store.SaveResult;
import dev.kvc.store.SaveResult.Outcome;
import dev.kvc.store.Snapshot;
import dev.kvc.store.SnapshotDraft;
import dev.kvc.store.SnapshotInfo;
import dev.kvc.store.StoreListener;
import dev.kvc.store.StoreStats;
import dev.kvc.store.Verification;
import dev.kvc.store.internal.HeldSnapshot;
import dev.kvc.store.internal.Listeners;
import dev.kvc.store.internal.LoadedSnapshot;
import dev.kvc.store.internal.Pins;
import dev.kvc.store.internal.PromotedSource;
import dev.kvc.store.internal.StoreCounters;
import dev.kvc.store.internal.TextBlocks;
import dev.kvc.store.internal.jfr.LoadSpan;
import dev.kvc.store.internal.jfr.SaveSpan;
import dev.kvc.store.internal.jfr.StoreEvents;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What all views of one memory store share: the table, and saves, loads and pins over it. */
final class MemoryStore {
    private final MemoryTable table;
    private final long budget;
    private final long maxEntry;
    private final long maxPinned;
    private final InstantSource clock;
    private final Pins pins;
    private final Listeners listeners;
    private final StoreCounters counters = new StoreCounters();

    MemoryStore(long budget, long maxEntry, long maxPinned, InstantSource clock, List<StoreListener> listeners) {
        this.table = new MemoryTable(budget);
        this.budget = budget;
        this.maxEntry = Math.min(maxEntry, Weights.MAX_ENTRY_BYTES);
        this.maxPinned = maxPinned;
        this.clock = clock;
        this.pins = new Pins(clock);
        this.listeners = new Listeners(listeners, new StoreEvents("memory"));
    }

    long maxEntry() {
        return maxEntry;
    }

    /** The table, for a store that is open. */
    MemoryTable table() {
        table.requireOpen();
        return table;
    }

    SaveResult save(SnapshotId id, SnapshotDraft draft, SaveOptions options) throws IOException {
        table.requireOpen();
        try (SaveSpan span = listeners.events().save(id, draft)) {
            return span.ended(saveAndTell(id, draft, options));
        }
    }

    private SaveResult saveAndTell(SnapshotId id, SnapshotDraft draft, SaveOptions options) throws IOException {
        List<MemoryEntry> victims = new ArrayList<>();
        SaveResult result;
        try {
            result = trySave(id, draft, options, victims);
        } finally {
            victims.forEach(this::evicted);
        }
        counters.save(result.outcome());
        if (!listeners.isEmpty()) {
            listeners.tell(listener -> listener.saved(id, result));
        }
        return result;
    }

    private SaveResult trySave(SnapshotId id, SnapshotDraft draft, SaveOptions options, List<MemoryEntry> victims)
            throws IOException {
        Predicate<MemoryEntry> keep = old -> options.ifAbsent()
                && draft.isServedBy(old.held().header(), old.held().text());
        @Nullable MemoryEntry present = table.peek(id);
        if (present != null && keep.test(present)) {
            return SaveResult.of(Outcome.ALREADY_PRESENT, present.bytes());
        }
        long bytes = HeldSnapshot.bytesOf(draft);
        if (bytes > maxEntry) {
            return SaveResult.of(Outcome.TOO_LARGE, bytes);
        }
        Ledger.@Nullable Room room = table.reserve(id, bytes, mayGo(id.namespace(), options), victims);
        if (room == null) {
            return SaveResult.of(Outcome.NO_ROOM, bytes);
        }
        try {
            MemoryEntry entry = new MemoryEntry(id, HeldSnapshot.of(draft, nowUnix()));
            TextBlocks text = TextBlocks.of(entry.held().text());
            MemoryTable.Put put = table.put(
                    room, entry, text, old -> (old != null && keep.test(old)) || !PromotedSource.isWanted(draft));
            if (!put.stored()) {
                long kept = put.old() == null ? bytes : put.old().bytes();
                return new SaveResult(Outcome.ALREADY_PRESENT, kept, victims.size(), null);
            }
            counters.wrote(bytes);
            Outcome outcome = put.old() == null ? Outcome.STORED : Outcome.REPLACED;
            return new SaveResult(outcome, bytes, victims.size(), null);
        } finally {
            table.release(room);
        }
    }

    private Predicate<SnapshotId> mayGo(Namespace namespace, SaveOptions options) {
        @Nullable PrefixQuery query = options.protectOrNull();
        @Nullable
        SnapshotId wanted = query == null
                ? null
                : table.match(namespace, query).best().map(SnapshotInfo::id).orElse(null);
        return id -> !id.equals(wanted) && !pins.holds(id, this::bytes, maxPinned);
    }

    private long bytes(SnapshotId id) {
        @Nullable MemoryEntry entry = table.peek(id);
        return entry == null ? 0 : entry.bytes();
    }

    private void evicted(MemoryEntry victim) {
        counters.evicted(victim.bytes());
        listeners.evicted(victim.info());
    }

    Optional<Snapshot> load(SnapshotId id, LoadOptions options) {
        table.requireOpen();
        try (LoadSpan span = listeners.events().load(id, options)) {
            return load(id, options, span);
        }
    }

    private Optional<Snapshot> load(SnapshotId id, LoadOptions options, LoadSpan span) {
        @Nullable MemoryEntry entry = options.countHit() ? table.use(id) : table.peek(id);
        if (entry == null) {
            return missed(id, MissReason.ABSENT, span);
        }
        @Nullable MissReason refusal = refusal(entry, options);
        if (refusal != null) {
            return missed(id, refusal, span);
        }
        if (options.countHit()) {
            entry.hit(1, nowUnix());
            counters.hit(entry.tokens());
        }
        LoadedSnapshot snapshot = view(entry, options);
        span.found(snapshot);
        if (!listeners.isEmpty()) {
            SnapshotInfo info = snapshot.info();
            listeners.tell(listener -> listener.loaded(info));
        }
        return Optional.of(snapshot);
    }

    private static @Nullable MissReason refusal(MemoryEntry entry, LoadOptions options) {
        if (options.expectOrNull() == null && !options.requireVerified()) {
            return null;
        }
        return entry.held().refusal(options, entry.header());
    }

    private LoadedSnapshot view(MemoryEntry entry, LoadOptions options) {
        boolean verified = entry.isVerified() && options.verify() != LoadOptions.Verify.NEVER;
        return new LoadedSnapshot(
                entry.id(),
                entry.held(),
                entry.hits(),
                entry.lastUsedUnix(),
                verified ? Verification.VERIFIED : Verification.UNVERIFIED,
                this::reject);
    }

    private Optional<Snapshot> missed(SnapshotId id, MissReason reason, LoadSpan span) {
        counters.miss(reason);
        span.missed(reason);
        if (!listeners.isEmpty()) {
            listeners.tell(listener -> listener.missed(id, reason));
        }
        return Optional.empty();
    }

    /** Counts a prefix lookup that found no candidate to load. */
    void missedPrefix(Namespace namespace) {
        counters.miss(MissReason.NO_PREFIX);
        listeners.events().noPrefix(namespace);
    }

    private void reject(SnapshotId id, HeldSnapshot held) {
        if (table.remove(id, stored -> stored == held)) {
            counters.setAside();
            listeners.setAside(id, new IOException(id + " was rejected by the engine that loaded it from memory"));
        }
    }

    void touch(SnapshotId id, long hits, long lastUsedUnix) {
        @Nullable MemoryEntry entry = table().use(id);
        if (entry != null) {
            entry.hit(hits, lastUsedUnix);
        }
    }

    Pin pin(SnapshotId id, @Nullable Duration deadline) {
        table.requireOpen();
        return pins.pin(id, deadline);
    }

    StoreStats stats() {
        return counters.stats(table.entries(), table.bytes(), budget);
    }

    void close() {
        table.close();
    }

    private long nowUnix() {
        return UnixTime.now(clock);
    }
}
