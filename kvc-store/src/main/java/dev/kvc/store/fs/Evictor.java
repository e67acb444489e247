package dev.kvc.store.fs;

import dev.kvc.eviction.EvictionContext;
import dev.kvc.eviction.SnapshotId;
import dev.kvc.eviction.SnapshotMetadata;
import dev.kvc.format.Namespace;
import dev.kvc.store.SnapshotInfo;
import dev.kvc.store.internal.Listeners;
import dev.kvc.store.internal.Pins;
import dev.kvc.store.internal.StoreCounters;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Makes room: before a save, so that the budget holds while it is written, and when asked to.
 *
 * <p>All victims are planned before the first is deleted, and where the plan does not suffice nothing is deleted. The
 * order is: files set aside and unreadable ones; files of other versions, the oldest first; snapshots past their age
 * limits; then what the policy says. What is pinned, protected or being saved is passed over, whatever the policy says.
 * Planning reads nothing: the catalog holds what it needs. Each victim is looked at once more before it is unlinked;
 * one that has changed is taken up anew, and one that cannot be deleted is skipped.
 */
final class Evictor {
    private static final System.Logger LOG = System.getLogger("dev.kvc.store.fs");
    private static final int MAX_ROUNDS = 32;

    private final FileStoreSettings settings;
    private final StoreFiles files;
    private final Catalog catalog;
    private final SharedDirectory shared;
    private final Refresher refresher;
    private final Sweeper sweeper;
    private final Pins pins;
    private final StoreCounters counters;
    private final Listeners listeners;

    Evictor(
            FileStoreSettings settings,
            StoreFiles files,
            Catalog catalog,
            SharedDirectory shared,
            Refresher refresher,
            Sweeper sweeper,
            Pins pins,
            StoreCounters counters,
            Listeners listeners) {
        this.settings = settings;
        this.files = files;
        this.catalog = catalog;
        this.shared = shared;
        this.refresher = refresher;
        this.sweeper = sweeper;
        this.pins = pins;
        this.counters = counters;
        this.listeners = listeners;
    }

    /**
     * What room is made for.
     *
     * @param snapshot the snapshot that is about to be saved
     * @param protectedId one that shall not be a victim, or {@code null}
     */
    record Incoming(SnapshotMetadata snapshot, @Nullable SnapshotId protectedId) {}

    /**
     * The answer to a save.
     *
     * @param reservation what it takes beyond the file that it replaces, now counted; {@code null} if there is no room
     * @param evicted how many files were removed
     */
    record Room(Catalog.@Nullable Reservation reservation, int evicted) {}

    /** Files to delete, and whether they are enough. */
    private record Plan(List<Entry> victims, long need, boolean suffices) {}

    /** A plan with the room that it makes already taken, so that no other save gets it. */
    private record Claim(Plan plan, Catalog.Reservation reservation) {}

    /** An eviction under way. */
    private static final class Run {
        private final @Nullable Incoming incoming;
        /** What cannot be deleted, or has changed since it was planned. */
        private final Set<Entry> skipped = new HashSet<>();

        private final List<SnapshotInfo> evicted = new ArrayList<>();

        Run(@Nullable Incoming incoming) {
            this.incoming = incoming;
        }
    }

    /** What is done in an eviction. */
    @FunctionalInterface
    private interface Work<T> {
        T in(Run run) throws IOException;
    }

    /** Works under the eviction lock. Listeners are told when it is released: they may use the store. */
    private <T> T evicting(@Nullable Incoming incoming, Work<T> work) throws IOException {
        Run run = new Run(incoming);
        try {
            return shared.evicting(settings.lockTimeout(), () -> work.in(run));
        } finally {
            run.evicted.forEach(listeners::evicted);
        }
    }

    /** Reserves room for a save, evicting where there is not enough. */
    Room reserve(Incoming incoming) throws IOException {
        long shortOfDisk = shortOfDisk(incoming);
        Catalog.Reservation reservation =
                catalog.locked(() -> need(incoming, shortOfDisk) <= 0 ? reserveFor(incoming.snapshot) : null);
        return reservation == null ? evicting(incoming, run -> evictFor(incoming, run)) : new Room(reservation, 0);
    }

    /** What the minimum of free space lacks when the snapshot is written; not above 0 if nothing. */
    private long shortOfDisk(Incoming incoming) throws IOException {
        return settings.minFreeBytes() == 0
                ? 0
                : sum(settings.minFreeBytes() - files.usableSpace(), incoming.snapshot.bytes());
    }

    /**
     * Frees room on the disk for a save that found it full, as little as it needs.
     *
     * @return how many files were removed, dead temporaries included
     */
    int freeDisk(Incoming incoming) throws IOException {
        return evicting(incoming, run -> {
            refresher.refreshIfDue();
            int swept = sweeper.sweep().size();
            long need = incoming.snapshot.bytes() - files.usableSpace();
            return swept > 0 && need <= 0 ? swept : swept + freeDisk(Math.max(1, need), run);
        });
    }

    private int freeDisk(long need, Run run) {
        Deleted all = Deleted.NONE;
        for (int round = 0; round < MAX_ROUNDS && all.bytes < need; round++) {
            long still = need - all.bytes;
            Plan plan = catalog.locked(() -> plan(still, 0, run));
            if (!plan.suffices) {
                break;
            }
            all = all.plus(delete(plan.victims, run));
        }
        return all.count;
    }

    private Room evictFor(Incoming incoming, Run run) throws IOException {
        refresher.refreshIfDue();
        sweeper.sweep();
        long shortOfDisk = shortOfDisk(incoming);
        Deleted all = Deleted.NONE;
        for (int round = 0; round < MAX_ROUNDS; round++) {
            long stillShort = shortOfDisk - all.bytes;
            Claim claim = catalog.locked(() -> claim(incoming, stillShort, run));
            if (claim == null) {
                break;
            }
            boolean suffices = false;
            try {
                Deleted deleted = delete(claim.plan.victims, run);
                all = all.plus(deleted);
                suffices = deleted.bytes >= claim.plan.need;
            } finally {
                if (!suffices) {
                    claim.reservation.close();
                }
            }
            if (suffices) {
                return new Room(claim.reservation, all.count);
            }
        }
        reportNoRoom(incoming);
        return new Room(null, all.count);
    }

    private @Nullable Claim claim(Incoming incoming, long shortOfDisk, Run run) {
        long need = need(incoming, shortOfDisk);
        Plan plan = need <= 0 ? new Plan(List.of(), 0, true) : plan(need, settings.watermarkBytes(), run);
        return plan.suffices ? new Claim(plan, reserveFor(incoming.snapshot)) : null;
    }

    private Catalog.Reservation reserveFor(SnapshotMetadata snapshot) {
        return catalog.reserve(snapshot.id(), snapshot.bytes());
    }

    private long need(Incoming incoming, long shortOfDisk) {
        long beyond = catalog.beyondReplaced(incoming.snapshot.id(), incoming.snapshot.bytes());
        long overBudget = catalog.usedBytes() + beyond - settings.budgetBytes();
        return Math.max(overBudget, shortOfDisk);
    }

    /** Chooses victims of {@code need} bytes, and up to {@code beyond} more where they are to be had. */
    private Plan plan(long need, long beyond, Run run) {
        Set<Entry> victims = new LinkedHashSet<>();
        long wanted = sum(need, beyond);
        long planned = 0;
        Iterator<Entry> candidates = candidates(run.incoming, wanted);
        while (planned < wanted && candidates.hasNext()) {
            Entry entry = candidates.next();
            if (!run.skipped.contains(entry) && !isKept(entry, run.incoming) && victims.add(entry)) {
                planned += entry.bytes;
            }
        }
        return new Plan(List.copyOf(victims), need, planned >= need);
    }

    /** The sum, or the largest number: a need that no eviction can meet must not wrap around into none. */
    private static long sum(long bytes, long more) {
        return bytes > Long.MAX_VALUE - more ? Long.MAX_VALUE : bytes + more;
    }

    private Iterator<Entry> candidates(@Nullable Incoming incoming, long wanted) {
        List<Entry> first = catalog.leftovers();
        first.addAll(expired());
        Iterator<SnapshotId> ranked = catalog.policy()
                .victims(new EvictionContext(wanted, settings.nowUnix(), incoming == null ? null : incoming.snapshot));
        return new Candidates(first.iterator(), ranked);
    }

    /** Leftovers, then what the policy names, as far as it is known; no more names than there can be snapshots. */
    private final class Candidates implements Iterator<Entry> {
        private final Iterator<Entry> first;
        private final Iterator<SnapshotId> ranked;
        private long namesLeft = 2 * catalog.snapshotCount() + MAX_ROUNDS;
        private @Nullable Entry next;

        Candidates(Iterator<Entry> first, Iterator<SnapshotId> ranked) {
            this.first = first;
            this.ranked = ranked;
        }

        @Override
        public boolean hasNext() {
            if (next == null && first.hasNext()) {
                next = first.next();
            }
            while (next == null && namesLeft-- > 0 && ranked.hasNext()) {
                next = catalog.get(ranked.next());
            }
            return next != null;
        }

        @Override
        public Entry next() {
            if (!hasNext() || next == null) {
                throw new NoSuchElementException();
            }
            Entry entry = next;
            next = null;
            return entry;
        }
    }

    private List<Entry> expired() {
        if (!settings.hasAgeLimits()) {
            return List.of();
        }
        return catalog.snapshots()
                .filter(entry -> settings.isExpired(entry.createdUnix(), entry.lastUsedUnix()))
                .toList();
    }

    private boolean isKept(Entry entry, @Nullable Incoming incoming) {
        return entry.kind != Entry.Kind.SET_ASIDE
                && (catalog.isBeingSaved(entry.id)
                        || pins.holds(entry.id, catalog::bytes, settings.maxPinnedBytes())
                        || (incoming != null && entry.id.equals(incoming.protectedId)));
    }

    /** How many files were deleted, and the bytes that are free now, those of files found gone included. */
    private record Deleted(int count, long bytes) {
        static final Deleted NONE = new Deleted(0, 0);

        Deleted plus(Deleted more) {
            return new Deleted(count + more.count, bytes + more.bytes);
        }
    }

    private Deleted delete(List<Entry> victims, Run run) {
        Map<Namespace, List<Entry>> byDirectory = victims.stream()
                .collect(Collectors.groupingBy(
                        victim -> victim.id.namespace(), LinkedHashMap::new, Collectors.toList()));
        Deleted all = Deleted.NONE;
        for (Map.Entry<Namespace, List<Entry>> each : byDirectory.entrySet()) {
            try (FileDirectory directory = FileDirectory.open(files, each.getKey())) {
                all = all.plus(delete(directory, each.getValue(), run));
            }
        }
        return all;
    }

    private Deleted delete(FileDirectory directory, List<Entry> victims, Run run) {
        Deleted all = Deleted.NONE;
        for (Entry victim : victims) {
            @Nullable Deleted deleted = delete(directory, victim, run);
            if (deleted == null) {
                run.skipped.add(victim);
            } else {
                all = all.plus(deleted);
            }
        }
        return all;
    }

    /** {@code null} if it stays, for whatever reason. */
    private @Nullable Deleted delete(FileDirectory directory, Entry victim, Run run) {
        Path name = directory.name(victim.fileName());
        ReentrantLock publishing = shared.publishing(victim.id);
        publishing.lock();
        try {
            FileStat stat = directory.stat(name);
            if (!catalog.isCurrent(victim) || isKept(victim, run.incoming)) {
                return null; // replaced, pinned or about to be saved since it was planned
            } else if (stat != null && !victim.file().isOf(stat)) {
                refresher.reconsider(victim);
                return null;
            }
            boolean deleted = stat != null && directory.deleteIfExists(name);
            catalog.remove(victim);
            if (!deleted) {
                return new Deleted(0, victim.bytes); // somebody else has: the room is there all the same
            }
        } catch (IOException e) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    () -> "cannot delete " + files.file(victim) + "; it is passed over",
                    e);
            return null;
        } finally {
            publishing.unlock();
        }
        counters.evicted(victim.bytes);
        if (victim.isSnapshot()) {
            run.evicted.add(victim.info());
        }
        return new Deleted(1, victim.bytes);
    }

    /** What {@link #evictToBudget} would remove; removes nothing. */
    EvictionPlan planToBudget() throws IOException {
        refresher.refreshIfStale();
        List<EvictionPlan.Victim> victims = new ArrayList<>();
        for (Refresher.Other temporary : sweeper.dead()) {
            victims.add(new EvictionPlan.Victim(
                    temporary.path(), temporary.bytes(), EvictionPlan.Why.DEAD_TEMPORARY, null));
        }
        return catalog.locked(() -> {
            removableExpired().forEach(entry -> victims.add(victim(entry, EvictionPlan.Why.EXPIRED)));
            EvictionPlan soFar = new EvictionPlan(victims, catalog.heldBytes(), settings.budgetBytes());
            long need = catalog.usedBytes() - soFar.bytes() - settings.budgetBytes();
            if (need > 0) {
                Run run = new Run(null);
                run.skipped.addAll(removableExpired());
                plan(need, 0, run)
                        .victims
                        .forEach(entry -> victims.add(victim(
                                entry, entry.isSnapshot() ? EvictionPlan.Why.OVER_BUDGET : EvictionPlan.Why.LEFTOVER)));
            }
            return new EvictionPlan(victims, soFar.heldBytes(), soFar.budgetBytes());
        });
    }

    private EvictionPlan.Victim victim(Entry entry, EvictionPlan.Why why) {
        return new EvictionPlan.Victim(files.file(entry), entry.bytes, why, entry.isSnapshot() ? entry.info() : null);
    }

    /** Evicts what is past its limits and what is over the budget; returns how many files were removed. */
    int evictToBudget() throws IOException {
        if (!refresher.isStale() && excess() <= 0 && !settings.hasAgeLimits()) {
            return 0;
        }
        return evicting(null, this::evictExcess);
    }

    private int evictExcess(Run run) throws IOException {
        refresher.refreshIfStale();
        int removed = sweeper.sweep().size();
        removed += delete(catalog.locked(this::removableExpired), run).count;
        for (int round = 0; round < MAX_ROUNDS && excess() > 0; round++) {
            List<Entry> victims = catalog.locked(() -> plan(excess(), 0, run).victims);
            if (victims.isEmpty()) {
                break;
            }
            removed += delete(victims, run).count;
        }
        return removed;
    }

    private List<Entry> removableExpired() {
        List<Entry> removable = new ArrayList<>(expired());
        removable.removeIf(entry -> isKept(entry, null));
        return removable;
    }

    private long excess() {
        return catalog.usedBytes() - settings.budgetBytes();
    }

    private void reportNoRoom(Incoming incoming) {
        long otherBytes =
                refresher.others().stream().mapToLong(Refresher.Other::bytes).sum();
        if (otherBytes + incoming.snapshot.bytes() > settings.budgetBytes()) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    () -> files.root() + ": no room for " + incoming.snapshot.bytes() + " bytes in a budget of "
                            + settings.budgetBytes() + ", because files that are not ours take " + otherBytes + ": "
                            + refresher.others().stream().limit(5).toList());
        }
    }
}
