package dev.kvc.format;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Fuzzes the decoders, guided by coverage, for ten minutes each; CONTRIBUTING.md has the command. Without
 * {@code JAZZER_FUZZ=1} it runs its corpus alone.
 */
@Tag("soak")
final class DecoderFuzzTest {
    static Stream<byte[]> corpus() {
        return FuzzTargets.corpus();
    }

    @MethodSource("corpus")
    @FuzzTest(maxDuration = "10m")
    void anyFile(byte[] bytes) {
        FuzzTargets.file(bytes);
    }

    @MethodSource("corpus")
    @FuzzTest(maxDuration = "10m")
    void anyHeader(byte[] bytes) {
        FuzzTargets.header(bytes);
    }

    @MethodSource("corpus")
    @FuzzTest(maxDuration = "10m")
    void anyTrailer(byte[] bytes) {
        FuzzTargets.trailer(bytes);
    }

    @MethodSource("corpus")
    @FuzzTest(maxDuration = "10m")
    void anyFooter(byte[] bytes) {
        FuzzTargets.footer(bytes);
    }
}
