package dev.kvc.store.fs;

import dev.kvc.eviction.EvictionPolicies;
import dev.kvc.eviction.SnapshotId;
import dev.kvc.format.KvcHeader;
import dev.kvc.format.KvcKey;
import dev.kvc.format.Layout;
import dev.kvc.format.Namespace;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The accounting of a directory: what is used is what is there and what is reserved, whoever saves, replaces and
 * removes at once. Two keys; a file is as large as its number says, times 100.
 */
@Tag("lincheck")
class CatalogLincheckTest {
    /** What several threads do at once. Public, since it is called from outside its module. */
    @Param(name = "key", gen = IntGen.class, conf = "0:1")
    @Param(name = "size", gen = IntGen.class, conf = "1:3")
    public static class Shared {
        private static final SnapshotId[] IDS = {
            new SnapshotId(Namespace.DEFAULT, KvcKey.of("zero")), new SnapshotId(Namespace.DEFAULT, KvcKey.of("one"))
        };

        private final Catalog catalog = new Catalog(EvictionPolicies.lru().create());

        private static Entry entry(int key, int size) {
            KvcHeader header =
                    KvcHeader.builder().payloadBytes(size * 100L - 56).build();
            return new Entry(IDS[key], header, new Layout(header, 4, size * 100L), size, null);
        }

        @Operation
        public void put(@Param(name = "key") int key, @Param(name = "size") int size) {
            catalog.put(entry(key, size));
        }

        /** A save from its reservation to its end; what is between the two is for others to see. */
        @Operation
        public void save(@Param(name = "key") int key, @Param(name = "size") int size) {
            try (Catalog.Reservation reservation = catalog.reserve(IDS[key], size * 100L)) {
                catalog.put(entry(key, size), null, reservation);
            }
        }

        @Operation
        public void remove(@Param(name = "key") int key) {
            catalog.removeServed(IDS[key]);
        }

        @Operation
        public long bytes(@Param(name = "key") int key) {
            return catalog.bytes(IDS[key]);
        }

        @Operation
        public long snapshots() {
            return catalog.snapshotCount();
        }

        /** Nobody reserves anything for longer than its save takes, and nothing is counted twice. */
        @Operation
        public long heldBytes() {
            return catalog.heldBytes();
        }

        /** For each run anew. */
        public Shared() {}
    }

    @Test
    void underStressItIsLinearizable() {
        new StressOptions()
                .threads(2)
                .actorsPerThread(3)
                .actorsAfter(2)
                .iterations(8)
                .invocationsPerIteration(300)
                .check(Shared.class);
    }
}
