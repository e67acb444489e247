package dev.kvc.store.tier;

import dev.kvc.eviction.SnapshotId;
import dev.kvc.store.LoadOptions;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * One load of a key from the slow tiers at a time, where it may be copied up: who comes meanwhile waits for it instead
 * of fetching it again. Safe from any thread.
 */
final class Flights {
    private final ConcurrentMap<SnapshotId, Flight> flights = new ConcurrentHashMap<>();

    /** What those who waited for a flight are to do. */
    enum Landing {
        /** Begin anew: nothing is known of what is there. */
        AGAIN,
        /** Ask the tiers: a copy has been made, or cannot be. */
        ASK,
        /** Miss: no tier has it. */
        MISS,
        /** The same, but a tier failed. */
        FAILURE
    }

    /** A load that others may wait for. Its owner must {@link #land} it. */
    static final class Flight {
        private final LoadOptions options;
        private final long then;
        private final CountDownLatch landed = new CountDownLatch(1);
        private volatile boolean awaited;
        private volatile Landing landing = Landing.AGAIN;

        /**
         * A flight that has not begun.
         *
         * @param then what the change guard said before the first tier was asked
         */
        Flight(LoadOptions options, long then) {
            this.options = options;
            this.then = then;
        }

        /** Whether somebody waits for it. */
        boolean isAwaited() {
            return awaited;
        }

        long then() {
            return then;
        }

        /** How it ends, unless it is said again. */
        void landing(Landing value) {
            landing = value;
        }

        /** Waits for its end. An interrupted thread waits no longer, and sees that it was interrupted. */
        Landing await() {
            awaited = true;
            try {
                landed.await();
                return landing;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return Landing.ASK;
            }
        }

        /** Whether a miss of it is a miss for a load with these options, too. */
        boolean isLike(LoadOptions others) {
            return options.equals(others);
        }
    }

    /** Begins a flight; or returns the one that is under way, to be waited for. */
    @Nullable
    Flight begin(SnapshotId id, Flight flight) {
        return flights.putIfAbsent(id, flight);
    }

    /** Ends a flight that has begun. */
    void land(SnapshotId id, Flight flight) {
        flights.remove(id, flight);
        flight.landed.countDown();
    }
}
