package dev.kvc.eviction;

import dev.kvc.eviction.FifoQueue.Place;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * SIEVE: a queue in the order of arrival, and a hand that goes from the oldest to the newest, takes what was not used
 * since it came by last, and begins anew behind the newest.
 *
 * <p>From Y. Zhang, J. Yang, Y. Yue, Y. Vigfusson and K. V. Rashmi, <em>SIEVE is Simpler than LRU: an Efficient
 * Turn-Key Eviction Algorithm for Web Caches</em>, NSDI 2024. A hit sets a bit; the hand clears it and goes on, and
 * what it passes keeps its place. So what is used stays, and what is new and unused goes soon. Sizes do not count: as
 * many go as room is needed for.
 *
 * <p>The hand moves, and bits are cleared, when a victim's removal is told; see {@code Walk}. What the store had named
 * and did not take (it was pinned) is passed over: the hand goes on behind the victim that was taken. A snapshot that
 * comes with hits (a store is opened again) has its bit set. One that is replaced goes to the end of the queue.
 *
 * <p>Events cost O(1), victims O(1) beside the bits that are cleared. About 120 bytes a snapshot.
 */
public final class SievePolicy implements EvictionPolicy {
    private final Map<SnapshotId, Place> places = new HashMap<>();
    private final FifoQueue queue = new FifoQueue();
    /** Where the next search begins; {@code null} for the oldest. */
    private @Nullable Place hand;

    private @Nullable Walk walk;

    /** A policy that knows no snapshot yet. */
    public SievePolicy() {}

    @Override
    public void inserted(SnapshotMetadata snapshot) {
        Place old = places.remove(snapshot.id());
        if (old != null) {
            take(old);
        }
        Place place = new Place(snapshot, snapshot.hits() > 0 ? 1 : 0);
        places.put(place.id, place);
        queue.add(place);
    }

    @Override
    public void hit(SnapshotMetadata snapshot) {
        Place place = places.get(snapshot.id());
        if (place != null) {
            place.uses = 1;
        }
    }

    @Override
    public void removed(SnapshotId id) {
        Place place = places.remove(id);
        if (place == null) {
            return;
        }
        if (walk != null && walk.confirm(place, passed -> passed.uses = 0)) {
            hand = place;
        }
        take(place);
    }

    private void take(Place place) {
        if (hand == place) {
            hand = place.newer();
        }
        queue.remove(place);
    }

    @Override
    public void relinked(SnapshotId id, @Nullable SnapshotId ancestor) {}

    @Override
    public Iterator<SnapshotId> victims(EvictionContext context) {
        Walk next = new HandWalk();
        walk = next;
        return next;
    }

    /** Twice round: first all whose bit is not set, then those that had it. */
    private final class HandWalk extends Walk {
        private final @Nullable Place start = hand == null ? queue.oldest() : hand;
        private @Nullable Place at = start;
        private boolean isRound = start == null;
        private int again;

        @Override
        @Nullable
        Place advance() {
            while (at != null && !isRound) {
                Place place = at;
                at = place.newer() == null ? queue.oldest() : place.newer();
                isRound = at == start;
                if (place.uses == 0) {
                    return place;
                }
                pass(place);
            }
            return again < passed().size() ? passed().get(again++) : null;
        }
    }
}
