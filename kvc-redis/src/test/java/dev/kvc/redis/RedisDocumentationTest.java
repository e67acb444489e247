package dev.kvc.redis;

import static dev.kvc.redis.Documentation.between;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.kvc.store.StoreUri;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What the page says is what there is. */
class RedisDocumentationTest {
    @Test
    void tableHasEverySetting() throws IOException {
        String table = between(Documentation.text(), "mode=sentinel&master=mymaster\n```\n", "\nA password");
        List<String> documented = Pattern.compile("(?m)^\\| `([a-z-]+)` \\|")
                .matcher(table)
                .results()
                .map(row -> row.group(1))
                .sorted()
                .toList();
        String message = catchThrowable(() -> RedisSettings.read(StoreUri.parse("redis://host?colour=red"), false))
                .getMessage();
        assertThat(documented)
                .containsExactly(between(message + "\n", "there are ", "\n").split(", "));
    }

    @Test
    void everyUriIsOne() throws IOException {
        String uris = between(Documentation.text(), "```text\nredis://", "```");
        List<String> found = ("redis://" + uris).lines().toList();
        assertThat(found).hasSize(4);
        for (String uri : found) {
            String readable = uri.replace("password-file=/run/secrets/redis", "password-env=PATH");
            assertThat(RedisSettings.read(StoreUri.parse(readable), uri.startsWith("rediss"))
                            .nodes())
                    .isNotEmpty();
        }
    }

    @Test
    void tiersOfThePageAreTheOnesThatRun() throws IOException {
        String run = between(
                Files.readString(Path.of("src/test/java/dev/kvc/redis/RedisTierTest.java")),
                "// remote-tier: begin\n",
                "// remote-tier: end");
        assertThat(between(Documentation.text(), "<!-- remote-tier -->\n```java\n", "```"))
                .isEqualToIgnoringWhitespace(run.replace("return ", "KvStore store = "));
    }

    @Test
    void namesInRedisAreThose() throws IOException {
        assertThat(Pattern.compile("`<prefix>:([mdn])[:`]")
                        .matcher(Documentation.text())
                        .results()
                        .map(MatchResult::group))
                .hasSize(3);
    }
}
