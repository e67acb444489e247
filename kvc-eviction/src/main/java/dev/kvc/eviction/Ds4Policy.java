package dev.kvc.eviction;

import dev.kvc.format.SaveReason;
import dev.kvc.format.UnixTime;
import java.util.ArrayList;
import java.util.HashMap;
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
 * <p>Idle time counts from the last use, or from creation when there was none. A time in the future means no decay, but
 * one beyond tomorrow is {@linkplain UnixTime#ranked not believed}.
 *
 * <p>Scores depend on the time, so asking for victims computes all of them, once, without ordering more than is taken:
 * O(n), and O(log n) for each victim. About 130 bytes a snapshot.
 */
public final class Ds4Policy implements EvictionPolicy {
    private static final double HALF_LIFE_SECONDS = 21_600;
    private static final double NEGLIGIBLE = 0.01;
    private static final double MISSED_MORE = 2;
    private static final Set<SaveReason> MISSED = Set.of(SaveReason.COLD, SaveReason.EVICT, SaveReason.SHUTDOWN);

    private final Map<SnapshotId, Item> items = new HashMap<>();

    /** A policy that knows no snapshot yet. */
    public Ds4Policy() {}

    /** What the score of one snapshot needs: its worth without hits, its hits, and when they began to fade. */
    private record Item(double base, long hits, long lastUsedUnix, long createdUnix) {
        static Item of(SnapshotMetadata snapshot) {
            double weight = MISSED.contains(snapshot.reason()) ? MISSED_MORE : 1;
            return new Item(
                    weight * snapshot.tokens() / Math.max(1, snapshot.bytes()),
                    snapshot.hits(),
                    snapshot.lastUsedUnix() == 0 ? snapshot.createdUnix() : snapshot.lastUsedUnix(),
                    snapshot.createdUnix());
        }

        Ranked ranked(SnapshotId id, long nowUnix) {
            long used = UnixTime.ranked(lastUsedUnix, createdUnix, nowUnix);
            double fading = hits * Math.pow(2, -UnixTime.elapsed(used, nowUnix) / HALF_LIFE_SECONDS);
            return new Ranked(((fading < NEGLIGIBLE ? 0 : fading) + 1) * base, used, id);
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
    public void relinked(SnapshotId id, @Nullable SnapshotId ancestor) {}

    @Override
    public Iterator<SnapshotId> victims(EvictionContext context) {
        List<Ranked> scored = new ArrayList<>(items.size());
        items.forEach((id, item) -> scored.add(item.ranked(id, context.nowUnix())));
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
}
