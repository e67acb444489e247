package dev.kvc.store;

import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever text somebody gives as a URI, a size, a duration or a setting: it is read, or refused with the value in the
 * message. The short run of what {@link TextFuzzTest} does.
 */
class AnyTextTest {
    private static final long SEED = Long.getLong("kvc.seed", System.nanoTime());
    private static final int RUNS = 20_000;

    private final Random random = new Random(SEED);

    static List<Named<Consumer<String>>> targets() {
        return List.of(
                Named.of("uri", TextFuzzTargets::uri),
                Named.of("size", TextFuzzTargets::size),
                Named.of("duration", TextFuzzTargets::duration),
                Named.of("setting", TextFuzzTargets::setting));
    }

    @ParameterizedTest
    @MethodSource("targets")
    void anyTextIsReadOrRefused(Consumer<String> target) {
        for (int run = 0; run < RUNS; run++) {
            String text = text();
            try {
                target.accept(text);
            } catch (RuntimeException | Error e) {
                throw new AssertionError("seed " + SEED + ", run " + run + ": \"" + text + "\"", e);
            }
        }
    }

    private String text() {
        StringBuilder text = new StringBuilder();
        for (int pieces = random.nextInt(7); pieces > 0; pieces--) {
            text.append(
                    random.nextInt(4) == 0
                            ? String.valueOf((char) random.nextInt(0x2_000))
                            : TextFuzzTargets.PIECES.get(random.nextInt(TextFuzzTargets.PIECES.size())));
        }
        return text.toString();
    }
}
