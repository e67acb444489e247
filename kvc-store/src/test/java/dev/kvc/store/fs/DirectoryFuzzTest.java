package dev.kvc.store.fs;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Fuzzes the scan of a directory and all that follows from it, guided by coverage, for ten minutes; CONTRIBUTING.md has
 * the command. Without {@code JAZZER_FUZZ=1} it runs its corpus alone.
 */
@Tag("soak")
final class DirectoryFuzzTest {
    static Stream<byte[]> corpus() {
        return IntStream.range(0, 50).mapToObj(seed -> Fixtures.payload(10 + 2 * seed, seed));
    }

    @MethodSource("corpus")
    @FuzzTest(maxDuration = "10m")
    void anyDirectory(byte[] plan) {
        AnyDirectory.check(plan);
    }
}
