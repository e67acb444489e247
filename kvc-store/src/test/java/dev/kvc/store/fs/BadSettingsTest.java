package dev.kvc.store.fs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvc.eviction.EvictionPolicies;
import dev.kvc.store.DataSize;
import dev.kvc.store.Durability;
import dev.kvc.store.KvStore;
import dev.kvc.store.KvStores;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whoever gets a setting wrong is told which, what they gave and what the rule is; nothing is made on disk. */
class BadSettingsTest {
    private static final DataSize BUDGET = DataSize.ofMebibytes(100);

    @TempDir
    Path temporary;

    private Path directory() {
        return temporary.resolve("cache");
    }

    private FileSystemKvStore.Builder builder() {
        return FileSystemKvStore.builder(directory());
    }

    static Stream<Arguments> wrong() {
        return Stream.of(
                wrong("budget is 0B; it must be more than 0", builder -> builder.budget(DataSize.ofBytes(0))),
                wrong("budgetMiB is -1; it must be 0 to 8796093022207", builder -> builder.budgetMiB(-1)),
                wrong("budgetMiB is 8796093022208; it must be", builder -> builder.budgetMiB(1L << 43)),
                wrong("maxAge is PT0S; it must be longer than 0", builder -> builder.maxAge(Duration.ZERO)),
                wrong("maxAge is PT-1S; it must be longer than 0", builder -> builder.maxAge(Duration.ofSeconds(-1))),
                wrong("maxIdle is PT0S; it must be longer than 0", builder -> builder.maxIdle(Duration.ZERO)),
                wrong("lockTimeout is PT0S; it must be longer", builder -> builder.lockTimeout(Duration.ZERO)),
                wrong("lowWatermark is -0.1; it must be 0 to 0.5", builder -> builder.lowWatermark(-0.1)),
                wrong("lowWatermark is 0.51; it must be 0 to 0.5", builder -> builder.lowWatermark(0.51)),
                wrong("lowWatermark is NaN; it must be 0 to 0.5", builder -> builder.lowWatermark(Double.NaN)),
                wrong("pastCache is 0B; it must be more than 0", b -> b.pastCache(DataSize.ofBytes(0))),
                wrong("readThreads is 0; it must be 1 to 64", builder -> builder.readThreads(0)),
                wrong("readThreads is 65; it must be 1 to 64", builder -> builder.readThreads(65)),
                wrong("maxText is 2GiB; it must be at most 2147483639", b -> b.maxText(DataSize.ofGibibytes(2))));
    }

    private static Arguments wrong(String message, UnaryOperator<FileSystemKvStore.Builder> set) {
        return Arguments.of(message, set);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("wrong")
    void a_value_that_breaks_its_rule_is_named_with_the_rule(
            String message, UnaryOperator<FileSystemKvStore.Builder> set) {
        FileSystemKvStore.Builder builder = set.apply(builder());
        assertThatThrownBy(builder::open)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(directory().toString())
                .hasMessageContaining(message);
        assertThat(directory()).doesNotExist();
    }

    static Stream<Arguments> setters() {
        return Stream.of(
                wrong("budget was already set to 100MiB", builder -> builder.budget(BUDGET)),
                wrong("minFreeSpace was already set to 100MiB", builder -> builder.minFreeSpace(BUDGET)),
                wrong("maxAge was already set to PT1H", builder -> builder.maxAge(Duration.ofHours(1))),
                wrong("maxIdle was already set to PT1H", builder -> builder.maxIdle(Duration.ofHours(1))),
                wrong("lowWatermark was already set to 0.1", builder -> builder.lowWatermark(0.1)),
                wrong("durability was already set to FSYNC", builder -> builder.durability(Durability.FSYNC)),
                wrong("maxText was already set to 100MiB", builder -> builder.maxText(BUDGET)),
                wrong("pastCache was already set to 100MiB", builder -> builder.pastCache(BUDGET)),
                wrong("readThreads was already set to 2", builder -> builder.readThreads(2)),
                wrong("lockTimeout was already set to PT1H", builder -> builder.lockTimeout(Duration.ofHours(1))),
                wrong("clock was already set to", builder -> builder.clock(InstantSource.system())),
                wrong("policy was already set to", builder -> builder.policy(EvictionPolicies.lru())),
                wrong("listeners was already set to []", builder -> builder.listeners(List.of())));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("setters")
    void a_setter_called_twice_is_named_with_the_first_value(
            String message, UnaryOperator<FileSystemKvStore.Builder> set) {
        FileSystemKvStore.Builder builder = set.apply(set.apply(builder()));
        assertThatThrownBy(builder::open)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
        assertThat(directory()).doesNotExist();
    }

    @Test
    void everything_that_is_wrong_is_named_at_once() {
        assertThatThrownBy(() -> builder()
                        .maxAge(Duration.ZERO)
                        .maxIdle(Duration.ZERO)
                        .lowWatermark(2)
                        .open())
                .hasMessageContainingAll("maxAge is", "maxIdle is", "lowWatermark is", "budget is not set");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''|budget is not set; it must be a size such as 8GiB",
                "?budget=0|budget is \"0\"; it must be a size above 0",
                "?budget=-5GiB|budget is \"-5GiB\"; it must be a size above 0",
                "?budget=9223372036854775808|beyond 2^63-1 bytes",
                "?budget=8EiB|budget is \"8EiB\"",
                "?budget=1GiB&low-watermark=51%25|low-watermark is \"51%\"; it must be a number from 0.0 to 0.5",
                "?budget=1GiB&low-watermark=NaN|low-watermark is \"NaN\"",
                "?budget=1GiB&max-age=0s|max-age is",
                "?budget=1GiB&max-age=30|max-age is \"30\"; it must be a duration such as 90s, 15m, 12h, 30d",
                "?budget=1GiB&max-idle=-1h|max-idle is \"-1h\"",
                "?budget=1GiB&max-idle=99999999999999d|max-idle is \"99999999999999d\"",
                "?budget=1GiB&policy=best|policy is \"best\"; it must be the name of an eviction policy",
                "?budget=1GiB&durability=maybe|durability is \"maybe\"; it must be one of page-cache, fsync",
                "?budget=1GiB&past-cache=0B|past-cache is \"0B\"; it must be a size above 0 such as 64GiB",
                "?budget=1GiB&read-threads=0|read-threads is \"0\"; it must be a whole number from 1 to 64",
                "?budget=1GiB&min-tokens=2.5|min-tokens is \"2.5\"; it must be a whole number from 0 to 4294967295",
                "?budget=1GiB&max-text=3GiB|max-text is \"3GiB\"; it must be a size of at most 2147483639 bytes",
                "?budget=1GiB&min-free=some|min-free is \"some\"; it must be a size",
                "?budget=1GiB&colour=red|there is no setting colour; there are budget,",
                "?budget=1GiB&budget=2GiB|\"budget\" stands twice",
                "?budget|\"budget\" in",
                "?=1GiB|is not name=value",
                "?budget=%zz|is not percent-encoded",
                "?budget=1GiB#top|no fragment"
            })
    void a_wrong_query_of_a_uri_is_named_with_the_rule(String query, String message) {
        String uri = directory().toUri() + query;
        assertThatThrownBy(() -> KvStores.open(uri))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
        assertThat(directory()).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "file:relative/cache?budget=1GiB",
                "file:?budget=1GiB",
                "file://some.host/cache?budget=1GiB",
                "file:///with space?budget=1GiB",
                "file:///nul%00byte?budget=1GiB"
            })
    void a_uri_that_names_no_directory_is_refused_and_shown(String uri) {
        assertThatThrownBy(() -> KvStores.open(uri))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(uri.substring(0, uri.indexOf('?')));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "cache", "/var/cache/kvc", "://x", "1file:///x?budget=1GiB"})
    void what_is_no_uri_is_refused_with_the_form(String uri) {
        assertThatThrownBy(() -> KvStores.open(uri))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("not a store URI: \"" + uri.split("\\?", 2)[0] + "\"")
                .hasMessageContaining("scheme:location?name=value");
    }

    @Test
    void a_scheme_that_nobody_serves_is_named_with_those_there_are() {
        assertThatThrownBy(() -> KvStores.open("gopher://hole?budget=1GiB"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("\"gopher\"", "file", "memory");
    }

    @Test
    void a_directory_with_blanks_and_percent_signs_in_its_name_is_opened_by_its_encoded_uri() throws IOException {
        Path odd = temporary.resolve("100% süß ?#");
        try (KvStore store = KvStores.open(odd.toUri() + "?budget=64MiB")) {
            store.save(Fixtures.draft("p", 10));
        }
        assertThat(odd).isNotEmptyDirectory();
    }
}
