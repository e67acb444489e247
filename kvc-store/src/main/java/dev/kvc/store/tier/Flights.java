package dev.kvc.store.tier;

import dev.kvc.eviction.SnapshotId;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * One load of a key from a slow tier at a time, where it will be copied up: who comes meanwhile waits for the copy
 * instead of fetching it again. Safe from any thread.
 */
final class Flights {
    private final ConcurrentMap<SnapshotId, CountDownLatch> flights = new ConcurrentHashMap<>();

    /**
     * Begins a flight, or waits for the end of the one that is under way.
     *
     * @return whether it has begun; the caller then {@linkplain #land lands} it. An interrupted thread waits no longer.
     */
    boolean begin(SnapshotId id) {
        @Nullable CountDownLatch other = flights.putIfAbsent(id, new CountDownLatch(1));
        if (other == null) {
            return true;
        }
        try {
            other.await();
        } catch (InterruptedException e) {
            // The caller goes on by itself, and sees that it was interrupted.
            Thread.currentThread().interrupt();
        }
        return false;
    }

    /** Ends a flight that this caller began. */
    void land(SnapshotId id) {
        @Nullable CountDownLatch flight = flights.remove(id);
        if (flight != null) {
            flight.countDown();
        }
    }
}
