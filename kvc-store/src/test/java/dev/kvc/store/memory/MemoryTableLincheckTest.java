package dev.kvc.store.memory;

import dev.kvc.eviction.SnapshotId;
import dev.kvc.format.KvcKey;
import dev.kvc.format.Namespace;
import dev.kvc.store.SnapshotDraft;
import dev.kvc.store.internal.HeldSnapshot;
import dev.kvc.store.internal.TextBlocks;
import java.io.IOException;
import java.util.ArrayList;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The accounting of memory. Under stress, not in every interleaving: what Caffeine does inside is not ours to explore.
 */
@Tag("lincheck")
class MemoryTableLincheckTest {
    /** What several threads do at once. Public, since it is called from outside its module. */
    @Param(name = "key", gen = IntGen.class, conf = "0:1")
    @Param(name = "size", gen = IntGen.class, conf = "1:3")
    public static class Shared {
        private static final SnapshotId[] IDS = {
            new SnapshotId(Namespace.DEFAULT, KvcKey.of("0")), new SnapshotId(Namespace.DEFAULT, KvcKey.of("1"))
        };
        /** Room for everything: whether a save that overlaps with others finds room is not a matter of order. */
        private final MemoryTable table = new MemoryTable(1 << 20);

        @Operation
        public void save(@Param(name = "key") int key, @Param(name = "size") int size) throws IOException {
            SnapshotDraft draft = SnapshotDraft.builder()
                    .text(Integer.toString(key))
                    .payload(new byte[size * 2000])
                    .build();
            HeldSnapshot held = HeldSnapshot.of(draft, 0);
            Ledger.Room room = table.reserve(IDS[key], held.bytes(), id -> true, new ArrayList<>());
            if (room == null) {
                throw new IOException("no room");
            }
            try {
                table.put(room, new MemoryEntry(IDS[key], held), TextBlocks.of(held.text()), old -> false);
            } finally {
                table.release(room);
            }
        }

        @Operation
        public boolean remove(@Param(name = "key") int key) {
            return table.remove(IDS[key], any -> true);
        }

        @Operation
        public long bytes() {
            return table.bytes();
        }

        @Operation
        public long entries() {
            return table.entries();
        }

        /** For each run anew. */
        public Shared() {}
    }

    @Test
    void underStressItIsLinearizable() {
        new StressOptions()
                .threads(3)
                .actorsPerThread(3)
                .actorsAfter(2)
                .iterations(8)
                .invocationsPerIteration(300)
                .check(Shared.class);
    }
}
