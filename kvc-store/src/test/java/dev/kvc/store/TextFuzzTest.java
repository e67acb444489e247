package dev.kvc.store;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Fuzzes whatever reads a text, guided by coverage, for ten minutes each; CONTRIBUTING.md has the command. Without
 * {@code JAZZER_FUZZ=1} it runs its corpus alone.
 */
@Tag("soak")
final class TextFuzzTest {
    static Stream<byte[]> corpus() {
        return Stream.concat(
                        TextFuzzTargets.PIECES.stream(),
                        Stream.of(
                                "file:///var/cache/kvc?budget=8GiB&policy=lru&max-age=30d&durability=fsync",
                                "memory:?budget=512MiB&max-entry=1GiB"))
                .map(text -> text.getBytes(StandardCharsets.UTF_8));
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    @MethodSource("corpus")
    @FuzzTest(maxDuration = "10m")
    void anyUri(byte[] bytes) {
        TextFuzzTargets.uri(text(bytes));
    }

    @MethodSource("corpus")
    @FuzzTest(maxDuration = "10m")
    void anySize(byte[] bytes) {
        TextFuzzTargets.size(text(bytes));
    }

    @MethodSource("corpus")
    @FuzzTest(maxDuration = "10m")
    void anyDuration(byte[] bytes) {
        TextFuzzTargets.duration(text(bytes));
    }

    @MethodSource("corpus")
    @FuzzTest(maxDuration = "10m")
    void anySetting(byte[] bytes) {
        TextFuzzTargets.setting(text(bytes));
    }
}
