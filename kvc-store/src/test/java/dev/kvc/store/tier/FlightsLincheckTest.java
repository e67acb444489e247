package dev.kvc.store.tier;

import dev.kvc.eviction.SnapshotId;
import dev.kvc.format.KvcKey;
import dev.kvc.format.Namespace;
import dev.kvc.store.LoadOptions;
import dev.kvc.store.tier.Flights.Flight;
import dev.kvc.store.tier.Flights.Landing;
import java.util.concurrent.atomic.AtomicInteger;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** One flight at a time, and everyone who waits for it wakes; the last of several changes that overlap ends. */
@Tag("lincheck")
class FlightsLincheckTest {
    /** What several threads do at once. Public, since it is called from outside its module. */
    public static class Shared {
        private static final SnapshotId ID = new SnapshotId(Namespace.DEFAULT, KvcKey.of("one"));

        private final Flights flights = new Flights();
        private final AtomicInteger flying = new AtomicInteger();
        private final Overlaps overlaps = new Overlaps();

        /** Whether this one was alone in the air, or has heard how the other one ended. */
        @Operation
        public boolean load() {
            Flight mine = new Flight(LoadOptions.DEFAULT, 0);
            Flight other = flights.begin(ID, mine);
            if (other != null) {
                return other.await() == Landing.MISS;
            }
            try {
                boolean alone = flying.incrementAndGet() == 1;
                mine.landing(Landing.MISS);
                flying.decrementAndGet();
                return alone;
            } finally {
                flights.land(ID, mine);
            }
        }

        /** Settles as often as others have overlapped; at most once for each, and once for itself. */
        @Operation
        public boolean change() {
            overlaps.begin(ID);
            int rounds = 0;
            while (overlaps.end(ID)) {
                rounds++;
            }
            return rounds <= 4;
        }

        /** For each run anew. */
        public Shared() {}
    }

    @Test
    void underStressItIsLinearizable() {
        new StressOptions()
                .threads(2)
                .actorsPerThread(2)
                .iterations(8)
                .invocationsPerIteration(300)
                .check(Shared.class);
    }
}
