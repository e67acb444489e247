package dev.kvc.store.prefix;

import java.nio.ByteBuffer;
import java.util.List;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Lengths that are noted, forgotten and looked up at once: as if it were one after the other. */
@Tag("lincheck")
class PrefixIndexLincheckTest {
    /** What several threads do at once. Public, since it is called from outside its module. */
    @Param(name = "length", gen = IntGen.class, conf = "1:3")
    public static class Shared {
        private final PrefixIndex index = new PrefixIndex();

        @Operation
        public void add(@Param(name = "length") int length) {
            index.add(length);
        }

        @Operation
        public boolean remove(@Param(name = "length") int length) {
            try {
                index.remove(length);
                return true;
            } catch (IllegalArgumentException e) {
                return false;
            }
        }

        @Operation
        public int distinctLengths() {
            return index.distinctLengths();
        }

        @Operation
        public List<Integer> lengths() {
            return index.beginningsOf(ByteBuffer.allocate(3), (key, length) -> length);
        }

        /** For each run anew. */
        public Shared() {}
    }

    @Test
    void interleavingsAreLinearizable() {
        new ModelCheckingOptions()
                .threads(2)
                .actorsPerThread(3)
                .iterations(8)
                .invocationsPerIteration(100)
                .check(Shared.class);
    }
}
