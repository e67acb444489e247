package dev.kvc.guice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.inject.AbstractModule;
import com.google.inject.CreationException;
import com.google.inject.Guice;
import com.google.inject.Module;
import com.google.inject.spi.Message;
import dev.kvc.store.DataSize;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigurationErrorsTest {
    private static final DataSize BUDGET = DataSize.ofGibibytes(1);

    @TempDir
    Path temp;

    private static List<String> errorsOf(Module module) {
        CreationException e = catchThrowableOfType(CreationException.class, () -> Guice.createInjector(module));
        assertThat(e).as("the injector could be made").isNotNull();
        return e.getErrorMessages().stream().map(Message::getMessage).toList();
    }

    private static List<String> errors(Consumer<KvcModule.Builder> configuration) {
        KvcModule.Builder builder = KvcModule.builder();
        configuration.accept(builder);
        return errorsOf(builder.build());
    }

    private static Properties properties(String... keysAndValues) {
        Properties properties = new Properties();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            properties.setProperty(keysAndValues[i], keysAndValues[i + 1]);
        }
        return properties;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "kvc.memory.budget | 0              | a size above 0",
                "kvc.memory.budget | lots           | a size above 0",
                "kvc.memory.budget | -5MiB          | a size above 0",
                "kvc.memory.max-entry | 2GiB        | at most kvc.memory.budget",
                "kvc.memory.max-entry | 0           | a size above 0",
                "kvc.disk.budget   | 0B             | a size above 0",
                "kvc.disk.budget   | 9000000PiB     | 2^63-1",
                "kvc.disk.dir      | ~/cache        | begins with ~",
                "kvc.disk.dir      | file:///cache  | a URI",
                "kvc.disk.dir      | ' '            | a path",
                "kvc.policy        | ' '            | text that is not empty",
                "kvc.disk.min-free | 5 %            | a size such as",
                "kvc.disk.max-age  | 1 fortnight    | a duration such as",
                "kvc.disk.max-age  | PT0S           | above 0",
                "kvc.disk.max-idle | -PT1H          | a duration such as",
                "kvc.disk.max-idle | 0s             | above 0",
                "kvc.disk.low-watermark | 0.6       | from 0.0 to 0.5",
                "kvc.disk.low-watermark | NaN       | from 0.0 to 0.5",
                "kvc.disk.durability    | FSYNC     | one of page-cache, fsync",
                "kvc.disk.past-cache    | 0B        | above 0",
                "kvc.disk.max-text      | 2GiB      | at most 2147483639B",
                "kvc.disk.read-threads  | 0         | a whole number from 1 to 64",
                "kvc.disk.min-tokens    | 2.5       | a whole number from 0 to 4294967295",
                "kvc.stores        | nowhere        | store URIs",
                "kvc.stores        | ' '            | store URIs",
                "kvc.stores        | 'a:b c:d#e'    | store URIs",
                "kvc.resilient     | yes            | true or false",
                "kvc.disk.dirs     | /x             | no such setting",
                "kvc.disc.dir      | 100%s          | no such setting",
                "kvc.cache.x       | /x             | no such setting",
                "kvc.cache.x.dir   | /x             | no such setting",
                "kvc.              | /x             | no such setting",
                "kvc.cache.default.memory.budget | 1MiB | not be \"default\"",
                "kvc.cache.a b.memory.budget     | 1MiB | a name must be",
                "kvc.cache..memory.budget        | 1MiB | a name must be",
            })
    void oneSettingThatIsWrong(String key, String value, String rule) {
        Properties properties = properties(
                "kvc.memory.budget", "1GiB", "kvc.disk.dir", temp.toString(), "kvc.disk.budget", "1GiB", key, value);

        assertThat(errors(builder -> builder.properties(properties)))
                .singleElement()
                .satisfies(error -> {
                    assertThat(error).contains(rule);
                    if (!key.startsWith("kvc.cache.") || rule.startsWith("no such")) {
                        assertThat(error).startsWith(key + " is \"").contains(value.strip());
                    }
                });
    }

    @Test
    void everythingThatIsWrongIsToldAtOnce() {
        Properties properties = properties(
                "kvc.memory.budget", "0",
                "kvc.disk.max-age", "soon",
                "kvc.polices", "lru",
                "kvc.cache.a.policy", "lru",
                "kvc.cache.b.disk.dir", "cache",
                "kvc.cache.c.resilient", "maybe");

        assertThat(errors(builder ->
                        builder.properties(properties).cache("d", cache -> cache.memory(DataSize.ofBytes(0)))))
                .satisfiesExactlyInAnyOrder(
                        error -> assertThat(error).contains("kvc.memory.budget", "\"0\"", "above 0"),
                        error -> assertThat(error).contains("kvc.disk.max-age", "\"soon\"", "a duration"),
                        error -> assertThat(error).contains("kvc.disk.max-age", "must not be set without kvc.disk.dir"),
                        error -> assertThat(error).contains("kvc.polices", "no such setting", "memory.budget, "),
                        error -> assertThat(error)
                                .contains("kvc.cache.a.policy", "must not be set without kvc.cache.a.disk.dir"),
                        error -> assertThat(error).contains("cache \"a\"", "nowhere"),
                        error -> assertThat(error).contains("kvc.cache.b.disk.budget", "is not set"),
                        error -> assertThat(error).contains("kvc.cache.c.resilient", "\"maybe\""),
                        error -> assertThat(error)
                                .contains(
                                        "cache \"c\"",
                                        "kvc.cache.c.memory.budget, kvc.cache.c.disk.dir, kvc.cache.c.stores"),
                        error -> assertThat(error).contains("kvc.cache.d.memory.budget", "\"0B\"", "above 0"));
    }

    @Test
    void aSettingIsMadeOnce() {
        Properties properties = properties("kvc.memory.budget", "1MiB");

        assertThat(errors(builder -> builder.properties(properties)
                        .cache(cache -> cache.memory(BUDGET)
                                .disk(temp, BUDGET)
                                .disk(temp, BUDGET)
                                .policy("lru")
                                .policy("ds4"))))
                .satisfiesExactly(
                        error -> assertThat(error)
                                .isEqualTo("kvc.memory.budget is set to \"1GiB\"; it was already set to \"1MiB\""),
                        error -> assertThat(error).startsWith("kvc.disk.dir is set to"),
                        error -> assertThat(error).startsWith("kvc.disk.budget is set to"),
                        error -> assertThat(error)
                                .isEqualTo("kvc.policy is set to \"ds4\"; it was already set to \"lru\""));
    }

    @Test
    void aCacheIsConfiguredOnce() {
        assertThat(errors(builder ->
                        builder.cache("a", cache -> cache.memory(BUDGET)).cache("a", cache -> cache.store("fake:x"))))
                .containsExactly("cache \"a\" is configured twice; it must be once");
    }

    @Test
    void codeMayNotUseTheNameOfTheCacheWithout() {
        assertThat(errors(builder -> builder.cache("default", cache -> cache.memory(BUDGET))))
                .singleElement()
                .asString()
                .contains("a cache is named \"default\"");
    }

    @Test
    void wrongDurationsFromCodeAreToldLikeAnyOther() {
        assertThat(errors(builder -> builder.cache(cache -> cache.disk(temp, BUDGET)
                        .maxAge(Duration.ZERO)
                        .maxIdle(Duration.ofDays(-1))
                        .lowWatermark(2))))
                .hasSize(3);
    }

    @Test
    void aCacheNeedsAPlaceForSnapshots() {
        assertThat(errors(builder -> builder.cache("a", cache -> {})))
                .containsExactly("cache \"a\" has nowhere to keep a snapshot; one of kvc.cache.a.memory.budget,"
                        + " kvc.cache.a.disk.dir, kvc.cache.a.stores must be set");
    }

    @Test
    void aModuleNeedsACache() {
        assertThat(errors(builder -> builder.properties(properties("server.port", "80"))))
                .singleElement()
                .asString()
                .startsWith("no cache is configured");
    }

    @Test
    void twoCachesDoNotShareADirectory() {
        assertThat(errors(builder -> builder.cache("a", cache -> cache.disk(temp.resolve("x"), BUDGET))
                        .cache("b", cache -> cache.disk(temp.resolve("y/../x"), BUDGET))))
                .singleElement()
                .asString()
                .startsWith("kvc.cache.b.disk.dir is \"" + temp.resolve("y/../x") + "\", as is kvc.cache.a.disk.dir");
    }

    @Test
    void aPropertyThatIsNoStringIsNotOverlooked() {
        Properties properties = properties("kvc.disk.dir", temp.toString());
        properties.put("kvc.disk.budget", 5_000_000_000L);

        assertThat(errors(builder -> builder.properties(properties)))
                .contains("kvc.disk.budget is 5000000000, a java.lang.Long; it must be a String");
    }

    @Test
    void anErrorPointsAtTheModuleThatInstalledOurs() {
        CreationException e =
                catchThrowableOfType(CreationException.class, () -> Guice.createInjector(new ApplicationModule()));

        assertThat(e).hasMessageContaining("ConfigurationErrorsTest$ApplicationModule.configure");
    }

    private static final class ApplicationModule extends AbstractModule {
        @Override
        protected void configure() {
            install(KvcModule.builder().build());
        }
    }

    @Test
    void aBuilderMayBeUsedAgainAfterItsErrorsWereTold() {
        KvcModule.Builder builder = KvcModule.builder().cache("a", cache -> {});
        builder.build();

        assertThat(errorsOf(builder.build())).hasSize(1);
    }

    @Test
    void nothingThatInjectsACacheAddsToTheErrors() {
        Module module = new AbstractModule() {
            @Override
            protected void configure() {
                install(KvcModule.builder()
                        .cache(cache -> {})
                        .cache("sessions", cache -> {})
                        .build());
                bind(KvcModuleTest.User.class);
            }
        };

        assertThat(errorsOf(module)).hasSize(2);
    }
}
