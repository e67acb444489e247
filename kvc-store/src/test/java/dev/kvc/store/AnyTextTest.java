package dev.kvc.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever text somebody gives as a URI, a size or a setting: it is read, or refused with the value in the message. */
class AnyTextTest {
    private static final long SEED = Long.getLong("kvc.seed", System.nanoTime());
    private static final int RUNS = 20_000;
    private static final List<String> PIECES = List.of(
            "file:///var/cache/kvc",
            "memory:",
            "s3://bucket",
            "?",
            "&",
            "=",
            "budget",
            "8GiB",
            "512MiB",
            "-1",
            "%",
            "%2",
            "%C3%28",
            "%00",
            "9223372036854775808",
            "1e9",
            "PT1H",
            "90s",
            "P106751991167300D",
            "true",
            "ä",
            "\u0000",
            " ",
            "\uD800",
            "/..",
            "#",
            "\\",
            "~",
            ":",
            "NaN",
            "0x10",
            "١",
            "");

    private final Random random = new Random(SEED);

    static List<Named<Consumer<String>>> readers() {
        return List.of(
                Named.of(
                        "uri",
                        text -> assertThat(StoreUri.parse(text).toString()).isNotBlank()),
                Named.of("size", text -> {
                    DataSize size = DataSize.parse(text);
                    assertThat(DataSize.parse(size.toString())).isEqualTo(size);
                }),
                Named.of("settings", AnyTextTest::readSettings));
    }

    private static void readSettings(String text) {
        Settings settings = new Settings("test", Map.of("value", text));
        settings.size("value");
        settings.duration("value");
        settings.flag("value");
        settings.number("value", 0, 1);
        settings.oneOf("value", Durability.class);
        settings.requireValid();
    }

    @ParameterizedTest
    @MethodSource("readers")
    void anyTextIsReadOrRefused(Consumer<String> reader) {
        for (int run = 0; run < RUNS; run++) {
            String text = text();
            try {
                reader.accept(text);
            } catch (IllegalArgumentException e) {
                assertThat(e.getMessage())
                        .as("seed %d, run %d: %s", SEED, run, text)
                        .isNotBlank();
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
                            : PIECES.get(random.nextInt(PIECES.size())));
        }
        return text.toString();
    }
}
