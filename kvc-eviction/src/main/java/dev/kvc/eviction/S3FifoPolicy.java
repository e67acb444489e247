package dev.kvc.eviction;

import dev.kvc.eviction.FifoQueue.Place;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * S3-FIFO: what is new waits in a small queue, and only what is used there comes into the main one.
 *
 * <p>From J. Yang, Y. Zhang, Z. Qiu, Y. Yue and R. Vinayak, <em>FIFO Queues are All You Need for Cache Eviction</em>,
 * SOSP 2023, with sizes in bytes where the paper counts objects:
 *
 * <ul>
 *   <li>A new snapshot joins the small queue, or the main one if it is remembered as a ghost. Hits are counted up to 3.
 *   <li>While the small queue holds a tenth of all bytes or more, victims come from its old end: what was hit more than
 *       once moves to the main queue instead, its count cleared. What goes becomes a ghost; ghosts are remembered, the
 *       youngest first, up to nine tenths of the bytes stored.
 *   <li>Else they come from the old end of the main queue: what was hit moves to its new end, with one hit less.
 * </ul>
 *
 * <p>Snapshots move when a victim's removal is told; see {@code Walk}. One that comes with hits (a store is opened
 * again) keeps them, up to 3. One that is replaced counts as new.
 *
 * <p>Events cost O(1), victims O(1) beside those that move. About 120 bytes a snapshot, and 100 a ghost.
 */
public final class S3FifoPolicy implements EvictionPolicy {
    private static final int MAX_USES = 3;
    /** Hits beyond which a snapshot leaves the small queue for the main one. */
    private static final int TO_PROMOTE = 1;
    /** The small queue's share of all bytes is one to this. */
    private static final int SMALL = 10;

    private final Map<SnapshotId, Place> places = new HashMap<>();
    private final FifoQueue small = new FifoQueue();
    private final FifoQueue main = new FifoQueue();
    private final Map<SnapshotId, Long> ghosts = new LinkedHashMap<>();
    private long ghostWeight;
    private @Nullable Walk walk;

    /** A policy that knows no snapshot yet. */
    public S3FifoPolicy() {}

    @Override
    public void inserted(SnapshotMetadata snapshot) {
        Place old = places.remove(snapshot.id());
        if (old != null) {
            queueOf(old).remove(old);
        }
        Place place = new Place(snapshot, (int) Math.min(snapshot.hits(), MAX_USES));
        places.put(place.id, place);
        (forget(place.id) ? main : small).add(place);
    }

    private FifoQueue queueOf(Place place) {
        return place.isIn(small) ? small : main;
    }

    @Override
    public void hit(SnapshotMetadata snapshot) {
        Place place = places.get(snapshot.id());
        if (place != null) {
            place.uses = Math.min(place.uses + 1, MAX_USES);
        }
    }

    @Override
    public void removed(SnapshotId id) {
        Place place = places.remove(id);
        if (place == null) {
            return;
        }
        boolean isVictim = walk != null && walk.named(place);
        if (walk != null) {
            walk.confirm(place, this::passed);
        }
        boolean becomesGhost = isVictim && place.isIn(small);
        queueOf(place).remove(place);
        if (becomesGhost) {
            remember(place);
        }
    }

    private void passed(Place place) {
        if (place.isIn(small)) {
            small.remove(place);
            place.uses = 0;
            main.add(place);
        } else if (place.isIn(main)) {
            main.remove(place);
            place.uses = Math.max(0, place.uses - 1);
            main.add(place);
        }
    }

    private void remember(Place place) {
        ghosts.put(place.id, place.weight);
        ghostWeight += place.weight;
        long stored = small.weight() + main.weight() + place.weight;
        Iterator<Long> oldest = ghosts.values().iterator();
        while (ghostWeight > stored - stored / SMALL && oldest.hasNext()) {
            ghostWeight -= oldest.next();
            oldest.remove();
        }
    }

    private boolean forget(SnapshotId id) {
        Long weight = ghosts.remove(id);
        if (weight == null) {
            return false;
        }
        ghostWeight -= weight;
        return true;
    }

    @Override
    public void relinked(SnapshotId id, @Nullable SnapshotId ancestor) {}

    @Override
    public Iterator<SnapshotId> victims(EvictionContext context) {
        Walk next = new QueueWalk();
        walk = next;
        return next;
    }

    /** A snapshot that the walk has moved to the main queue's new end, in thought. */
    private record Moved(Place place, int uses) {}

    private final class QueueWalk extends Walk {
        private final long enough = (small.weight() + main.weight()) / SMALL;
        private long smallWeight = small.weight();
        private @Nullable Place inSmall = small.oldest();
        private @Nullable Place inMain = main.oldest();
        private final Queue<Moved> moved = new ArrayDeque<>();

        @Override
        @Nullable
        Place advance() {
            Place victim = null;
            while (victim == null && (inSmall != null || !isMainEmpty())) {
                boolean isSmallsTurn = inSmall != null && (smallWeight >= enough || isMainEmpty());
                victim = isSmallsTurn ? fromSmall() : fromMain();
            }
            return victim;
        }

        private boolean isMainEmpty() {
            return inMain == null && moved.isEmpty();
        }

        /** {@code null} if all that was left there has moved. */
        private @Nullable Place fromSmall() {
            while (inSmall != null) {
                Place place = inSmall;
                inSmall = place.newer();
                smallWeight -= place.weight;
                if (place.uses <= TO_PROMOTE) {
                    return place;
                }
                move(place, 0);
            }
            return null;
        }

        private @Nullable Place fromMain() {
            while (!isMainEmpty()) {
                Moved oldest = inMain == null ? moved.remove() : new Moved(inMain, inMain.uses);
                inMain = inMain == null ? null : inMain.newer();
                if (oldest.uses == 0) {
                    return oldest.place;
                }
                move(oldest.place, oldest.uses - 1);
            }
            return null;
        }

        private void move(Place place, int uses) {
            pass(place);
            moved.add(new Moved(place, uses));
        }
    }
}
