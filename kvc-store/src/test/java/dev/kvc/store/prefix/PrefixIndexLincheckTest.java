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
@Param(name = "length", gen = IntGen.class, conf = "1:3")
public class PrefixIndexLincheckTest {
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

    @Test
    void interleavingsAreLinearizable() {
        new ModelCheckingOptions()
                .threads(2)
                .actorsPerThread(3)
                .iterations(8)
                .invocationsPerIteration(100)
                .check(getClass());
    }
}
