package dev.kvc.store.fs;

import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Whatever is in a directory, it opens: the short run of what {@link DirectoryFuzzTest} does. */
class AnyDirectoryTest {
    private static final long SEED = Long.getLong("kvc.seed", System.nanoTime());
    private static final int RUNS = 500;

    @Test
    void anyDirectoryOpensAndServesWhatIsWhole() {
        Random random = new Random(SEED);
        for (int run = 0; run < RUNS; run++) {
            byte[] plan = Fixtures.payload(random.nextInt(120), random.nextLong());
            try {
                AnyDirectory.check(plan);
            } catch (RuntimeException | Error e) {
                throw new AssertionError(
                        "seed " + SEED + ", run " + run + ": " + HexFormat.of().formatHex(plan), e);
            }
        }
    }
}
