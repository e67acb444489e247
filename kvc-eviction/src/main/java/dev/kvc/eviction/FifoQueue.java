package dev.kvc.eviction;

import org.jspecify.annotations.Nullable;

/** Snapshots from the oldest to the newest; one can be taken out of the middle at once. */
final class FifoQueue {
    /** Larger ones weigh as much as this, so that no sum overflows. */
    private static final long MAX_WEIGHT = 1L << 40;

    /** A snapshot in a queue, or one that is gone. */
    static final class Place {
        final SnapshotId id;
        final long weight;
        /** Hits that count for a second chance. */
        int uses;
        /** The walk that named it last, and after how many others it passed and named. */
        @Nullable
        Walk namedBy;

        int passedBefore;
        int namedBefore;

        private @Nullable FifoQueue queue;
        private @Nullable Place older;
        private @Nullable Place newer;

        Place(SnapshotMetadata snapshot, int uses) {
            this.id = snapshot.id();
            this.weight = Math.min(Math.max(1, snapshot.bytes()), MAX_WEIGHT);
            this.uses = uses;
        }

        boolean isIn(FifoQueue other) {
            return queue == other;
        }

        /** The one that came after it. */
        @Nullable
        Place newer() {
            return newer;
        }
    }

    private @Nullable Place oldest;
    private @Nullable Place newest;
    private long weight;

    @Nullable
    Place oldest() {
        return oldest;
    }

    /** Bytes of all in it. */
    long weight() {
        return weight;
    }

    /** Puts a place that is in no queue behind all others. */
    void add(Place place) {
        link(newest, place);
        link(place, null);
        place.queue = this;
        weight += place.weight;
    }

    /** Takes a place of this queue out. */
    void remove(Place place) {
        link(place.older, place.newer);
        place.older = null;
        place.newer = null;
        place.queue = null;
        weight -= place.weight;
    }

    /** Makes two places neighbours; where one is missing, the other becomes an end. */
    private void link(@Nullable Place before, @Nullable Place after) {
        if (before == null) {
            oldest = after;
        } else {
            before.newer = after;
        }
        if (after == null) {
            newest = before;
        } else {
            after.older = before;
        }
    }
}
