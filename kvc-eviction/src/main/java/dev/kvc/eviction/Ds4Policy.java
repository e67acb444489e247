package dev.kvc.eviction;

import dev.kvc.format.SaveReason;
import dev.kvc.format.UnixTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The score of ds4's disk store: tokens for the bytes taken, times hits that fade, and more for saves that a user will
 * miss. The lowest score goes first; of equal ones, the older last use.
 *
 * <pre>
 *   e     = hits × 2^(−idle ÷ 6 h), and 0 below 0.01
 *   score = (e + 1) × tokens ÷ bytes, × 2 for the save reasons cold, evict and shutdown
 * </pre>
 *
 * <p>{@linkplain #current() Since May 2026} a checkpoint that the incoming snapshot supersedes counts for less: one
 * saved for the reason continued, of the same model, whose text the incoming one begins with. Its score is multiplied
 * by
 *
 * <pre>
 *   0.05 + 0.45 × e ÷ (e + 1)
 * </pre>
 *
 * <p>Idle time counts from the last use, or from creation when there was none. A time in the future means no decay, but
 * one beyond tomorrow is {@linkplain UnixTime#ranked not believed}.
 *
 * <p>Scores depend on the time, so asking for victims computes all of them, once, without ordering more than is taken:
 * O(n), and O(log n) for each victim. About 150 bytes a snapshot.
 */
public final class Ds4Policy implements EvictionPolicy {
    private static final double HALF_LIFE_SECONDS = 21_600;
    private static final double NEGLIGIBLE = 0.01;
    private static final double MISSED_MORE = 2;
    private static final Set<SaveReason> MISSED = Set.of(SaveReason.COLD, SaveReason.EVICT, SaveReason.SHUTDOWN);

    private static final double SUPERSEDED = 0.05;
    private static final double SUPERSEDED_IN_USE = 0.45;

    private final Map<SnapshotId, Item> items = new HashMap<>();
    private final boolean superseding;

    /** A policy that knows no snapshot yet, with the score of ds4 up to May 2026. */
    public Ds4Policy() {
        this(false);
    }

    private Ds4Policy(boolean superseding) {
        this.superseding = superseding;
    }

    /** A policy that knows no snapshot yet, with the score of ds4 since. */
    public static Ds4Policy current() {
        return new Ds4Policy(true);
    }

    /** What the score of one snapshot needs: its worth without hits, and its hits and when they began to fade. */
    private record Item(SnapshotMetadata snapshot, double base) {
        static Item of(SnapshotMetadata snapshot) {
            double weight = MISSED.contains(snapshot.reason()) ? MISSED_MORE : 1;
            return new Item(snapshot, weight * snapshot.tokens() / Math.max(1, snapshot.bytes()));
        }

        Ranked ranked(long nowUnix, boolean isSuperseded) {
            long lastUsed = snapshot.lastUsedUnix() == 0 ? snapshot.createdUnix() : snapshot.lastUsedUnix();
            long used = UnixTime.ranked(lastUsed, snapshot.createdUnix(), nowUnix);
            double fading = snapshot.hits() * Math.pow(2, -UnixTime.elapsed(used, nowUnix) / HALF_LIFE_SECONDS);
            double hits = fading < NEGLIGIBLE ? 0 : fading;
            double factor = isSuperseded ? SUPERSEDED + SUPERSEDED_IN_USE * hits / (hits + 1) : 1;
            return new Ranked((hits + 1) * base * factor, used, snapshot.id());
        }
    }

    private record Ranked(double score, long lastUsedUnix, SnapshotId id) implements Comparable<Ranked> {
        @Override
        public int compareTo(Ranked other) {
            int order = Double.compare(score, other.score);
            if (order == 0) {
                order = Long.compare(lastUsedUnix, other.lastUsedUnix);
            }
            return order == 0 ? id.compareTo(other.id) : order;
        }
    }

    @Override
    public void inserted(SnapshotMetadata snapshot) {
        items.put(snapshot.id(), Item.of(snapshot));
    }

    @Override
    public void hit(SnapshotMetadata snapshot) {
        items.replace(snapshot.id(), Item.of(snapshot));
    }

    @Override
    public void removed(SnapshotId id) {
        items.remove(id);
    }

    @Override
    public boolean usesAncestors() {
        return superseding;
    }

    @Override
    public void relinked(SnapshotId id, @Nullable SnapshotId ancestor) {
        items.computeIfPresent(id, (same, item) -> new Item(item.snapshot.withAncestor(ancestor), item.base));
    }

    @Override
    public Iterator<SnapshotId> victims(EvictionContext context) {
        List<Ranked> scored = new ArrayList<>(items.size());
        Set<SnapshotId> superseded = superseding ? supersededBy(context.incomingOrNull()) : Set.of();
        items.forEach((id, item) -> scored.add(item.ranked(context.nowUnix(), superseded.contains(id))));
        PriorityQueue<Ranked> ranked = new PriorityQueue<>(scored);
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return !ranked.isEmpty();
            }

            @Override
            public SnapshotId next() {
                return ranked.remove().id;
            }
        };
    }

    /** The checkpoints that a snapshot begins with: those on the chain of its nearest stored ancestors. */
    private Set<SnapshotId> supersededBy(@Nullable SnapshotMetadata incoming) {
        Set<SnapshotId> superseded = new HashSet<>();
        Set<SnapshotId> seen = new HashSet<>();
        SnapshotId next = incoming == null ? null : incoming.ancestor();
        // What is told last may go round in a circle for a moment.
        while (incoming != null && next != null && seen.add(next)) {
            Item item = items.get(next);
            if (item == null) {
                break;
            }
            if (item.snapshot.reason().equals(SaveReason.CONTINUED) && item.snapshot.modelId() == incoming.modelId()) {
                superseded.add(next);
            }
            next = item.snapshot.ancestor();
        }
        return superseded;
    }
}
