package dev.kvc.store.spi;

import dev.kvc.eviction.SnapshotId;
import dev.kvc.format.Namespace;
import dev.kvc.store.KvStore;
import dev.kvc.store.LoadOptions;
import dev.kvc.store.MissReason;
import dev.kvc.store.PrefixLookup;
import dev.kvc.store.PrefixMatch;
import dev.kvc.store.PrefixQuery;
import dev.kvc.store.SaveResult;
import dev.kvc.store.Snapshot;
import dev.kvc.store.SnapshotDraft;
import dev.kvc.store.SnapshotInfo;
import dev.kvc.store.StoreListener;
import dev.kvc.store.StoreStats;
import dev.kvc.store.internal.Listeners;
import dev.kvc.store.internal.StoreCounters;
import dev.kvc.store.internal.jfr.LoadSpan;
import dev.kvc.store.internal.jfr.SaveSpan;
import dev.kvc.store.internal.jfr.StoreEvents;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * What a store says of itself: it counts, tells the listeners, none of which can harm the store, and Flight Recorder.
 * One for each store, shared by the views of its namespaces. Safe from any thread, without a lock.
 */
public final class StoreReport {
    private final StoreCounters counters = new StoreCounters();
    private final Listeners listeners;

    /**
     * A report with all counts at 0.
     *
     * @param store what the store is, or where, for Flight Recorder: no user name or password in it
     * @param listeners are told, in this order
     */
    public StoreReport(String store, List<StoreListener> listeners) {
        this.listeners = new Listeners(listeners, new StoreEvents(store));
    }

    /** A save, as the store does it. */
    @FunctionalInterface
    public interface Saving {
        /** Saves; a refusal is an outcome. */
        SaveResult run() throws IOException;
    }

    /** Saves, counts how it ended, and tells of it. What {@code saving} throws is thrown, and neither. */
    public SaveResult save(SnapshotId id, SnapshotDraft draft, Saving saving) throws IOException {
        try (SaveSpan span = listeners.events().save(id, draft)) {
            SaveResult result = saving.run();
            counters.save(result.outcome());
            listeners.tell(listener -> listener.saved(id, result));
            return span.ended(result);
        }
    }

    /** A load, as the store does it. */
    @FunctionalInterface
    public interface Loading {
        /** Finds the snapshot, or says why there is none. */
        Answer run() throws IOException;
    }

    /** Loads, counts a hit or a miss, and tells of it. What {@code loading} throws is thrown, and neither. */
    public Optional<Snapshot> load(SnapshotId id, LoadOptions options, Loading loading) throws IOException {
        try (LoadSpan span = listeners.events().load(id, options)) {
            Answer answer = loading.run();
            answer.snapshot().ifPresent(snapshot -> {
                found(snapshot, options);
                span.found(snapshot);
            });
            answer.miss().ifPresent(reason -> {
                missed(id, reason);
                span.missed(reason);
            });
            return answer.snapshot();
        }
    }

    private void found(Snapshot snapshot, LoadOptions options) {
        SnapshotInfo info = snapshot.info();
        if (options.countHit()) {
            counters.hit(info.header().tokenCount());
        }
        listeners.tell(listener -> listener.loaded(info));
    }

    private void missed(SnapshotId id, MissReason reason) {
        counters.miss(reason);
        listeners.tell(listener -> listener.missed(id, reason));
    }

    /**
     * What {@link KvStore#loadLongestPrefix} of a view does; where it finds no candidate to load, that is counted and
     * told.
     */
    public Optional<Snapshot> loadLongestPrefix(KvStore view, PrefixQuery query, LoadOptions options)
            throws IOException {
        PrefixMatch match = view.match(query);
        if (match.candidates().isEmpty()) {
            missedPrefix(view.namespace());
        }
        return PrefixLookup.load(view, match, query, options);
    }

    /** A prefix lookup found no candidate to load. */
    public void missedPrefix(Namespace namespace) {
        counters.miss(MissReason.NO_PREFIX);
        listeners.events().noPrefix(namespace);
    }

    /** So many bytes were written for a snapshot. */
    public void wrote(long bytes) {
        counters.wrote(bytes);
    }

    /** A snapshot was removed to make room, or for its age. */
    public void evicted(SnapshotInfo snapshot) {
        counters.evicted(snapshot.storedBytes());
        listeners.evicted(snapshot);
    }

    /**
     * A snapshot was set aside: damaged, or rejected by the engine.
     *
     * @param cause what is wrong with it
     */
    public void setAside(SnapshotId id, IOException cause) {
        counters.setAside();
        listeners.setAside(id, cause);
    }

    /**
     * The counts so far, and what the store holds now.
     *
     * @param budgetBytes {@code Long.MAX_VALUE} for none
     */
    public StoreStats stats(long snapshots, long bytes, long budgetBytes) {
        return counters.stats(snapshots, bytes, budgetBytes);
    }
}
