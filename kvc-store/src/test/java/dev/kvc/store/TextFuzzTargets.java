package dev.kvc.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvc.eviction.EvictionPolicies;
import dev.kvc.store.fs.FileSystemKvStore;
import dev.kvc.store.memory.MemoryKvStoreProvider;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * What any text may be given to: it is read, or refused by an {@link IllegalArgumentException} that says what is wrong.
 * Anything else is a find.
 */
final class TextFuzzTargets {
    /** Texts, and pieces of texts, that are nearly right. */
    static final List<String> PIECES = List.of(
            "file:///var/cache/kvc",
            "memory:",
            "s3://bucket",
            "?",
            "&",
            "=",
            "budget",
            "policy=lru",
            "max-idle",
            "min-free",
            "low-watermark",
            "max-entry",
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
            "30d",
            "P106751991167300D",
            "999999999999d",
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

    private TextFuzzTargets() {}

    /** Something that reads a text. */
    private interface Reader {
        void read() throws IOException;
    }

    private static void readOrRefused(Reader reader) {
        try {
            reader.read();
        } catch (IllegalArgumentException e) {
            assertThat(e.getMessage()).isNotBlank();
        } catch (IOException e) {
            throw new AssertionError("nothing is opened while a text is read", e);
        }
    }

    /** An address, and the parameters in it as the stores read them. */
    static void uri(String text) {
        readOrRefused(() -> {
            StoreUri uri = StoreUri.parse(text);
            assertThat(uri.toString()).isNotBlank();
            readOrRefused(uri::base);
            readOrRefused(() -> readAsDirectory(uri));
            StoreUri memory = new StoreUri("memory", uri.location(), uri.parameters());
            readOrRefused(() -> new MemoryKvStoreProvider()
                    .open(memory, StoreEnvironment.system())
                    .close());
        });
    }

    /** All that opening a directory does before it touches the disk. */
    private static void readAsDirectory(StoreUri uri) {
        Settings settings = uri.settings();
        FileSystemKvStore.Builder builder = FileSystemKvStore.builder(Path.of("unused"));
        builder.settings(settings, EvictionPolicies.load()::byName);
        settings.requireValid();
    }

    /** A size, which is written as it is read. */
    static void size(String text) {
        readOrRefused(() -> {
            DataSize size = DataSize.parse(text);
            assertThat(size.bytes()).isNotNegative();
            assertThat(DataSize.parse(size.toString())).isEqualTo(size);
        });
    }

    /** A duration, which may be used in arithmetic with seconds. */
    static void duration(String text) {
        readOrRefused(() -> {
            Settings settings = new Settings("test", Map.of("value", text));
            settings.duration("value").ifPresent(duration -> {
                assertThat(duration).isGreaterThanOrEqualTo(Duration.ZERO);
                assertThat(duration.toSeconds()).isNotNegative();
            });
            settings.requireValid();
        });
    }

    /** A setting of any type, its name included. */
    static void setting(String text) {
        readOrRefused(() -> {
            Settings settings = new Settings(text, Map.of("value", text, text, "value"));
            settings.text("value");
            settings.size("value");
            settings.flag("value");
            settings.number("value", 0, 1)
                    .ifPresent(number -> assertThat(number >= 0 && number <= 1).isTrue()); // -0, too
            settings.oneOf("value", Durability.class);
            settings.requireValid();
        });
    }
}
