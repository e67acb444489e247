package dev.kvc.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvc.redis.RedisSettings.Mode;
import dev.kvc.redis.RedisSettings.Node;
import dev.kvc.store.StoreUri;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a URI says, and what is wrong with it. */
class RedisSettingsTest {
    @TempDir
    private Path directory;

    private static RedisSettings read(String uri) {
        return RedisSettings.read(StoreUri.parse(uri), uri.startsWith("rediss:"));
    }

    @Test
    void everySettingHasADefault() {
        RedisSettings settings = read("redis://host");
        assertThat(settings.nodes()).containsExactly(new Node("host", 6379));
        assertThat(settings.mode()).isEqualTo(Mode.SINGLE);
        assertThat(settings.database()).isZero();
        assertThat(settings.prefix()).isEqualTo("kvc");
        assertThat(settings.ttl()).isEqualTo(Duration.ofDays(7));
        assertThat(settings.partBytes()).isEqualTo(4 << 20);
        assertThat(settings.connections()).isEqualTo(4);
        assertThat(settings.password()).isNull();
    }

    @Test
    void everySettingIsRead() throws IOException {
        Path password = directory.resolve("password");
        Files.writeString(password, "secret\n");
        RedisSettings settings = read("rediss://one:7000,two/0?mode=cluster&user=kvc&password-file=" + password
                + "&prefix=llama/3&ttl=0s&orphan-ttl=1m&grace=2s&part-size=2MiB&connections=8&timeout=3s"
                + "&connect-timeout=1s&max-text=1MiB&hold=0B&max-entry=1GiB&ca-file=/etc/ca.pem&verify-peer=false"
                + "&attempts=1");
        assertThat(settings.nodes()).containsExactly(new Node("one", 7000), new Node("two", 6379));
        assertThat(settings.mode()).isEqualTo(Mode.CLUSTER);
        assertThat(settings.user()).isEqualTo("kvc");
        assertThat(settings.password()).isEqualTo("secret");
        assertThat(settings.prefix()).isEqualTo("llama/3");
        assertThat(settings.ttl()).isZero();
        assertThat(settings.orphanTtl()).isEqualTo(Duration.ofMinutes(1));
        assertThat(settings.grace()).isEqualTo(Duration.ofSeconds(2));
        assertThat(settings.partBytes()).isEqualTo(2 << 20);
        assertThat(settings.connections()).isEqualTo(8);
        assertThat(settings.timeout()).isEqualTo(Duration.ofSeconds(3));
        assertThat(settings.connectTimeout()).isEqualTo(Duration.ofSeconds(1));
        assertThat(settings.maxTextBytes()).isEqualTo(1 << 20);
        assertThat(settings.hold()).isZero();
        assertThat(settings.maxEntry()).isEqualTo(1L << 30);
        assertThat(settings.caFile()).isEqualTo(Path.of("/etc/ca.pem"));
        assertThat(settings.verifyPeer()).isFalse();
        assertThat(settings.calls().attempts()).isEqualTo(1);
    }

    @Test
    void sentinelsAreNodesThatKnowAMaster() {
        RedisSettings settings = read("redis://one,two:26380/2?mode=sentinel&master=mymaster");
        assertThat(settings.nodes()).containsExactly(new Node("one", 26379), new Node("two", 26380));
        assertThat(settings.master()).isEqualTo("mymaster");
        assertThat(settings.database()).isEqualTo(2);
    }

    @Test
    void allThatIsWrongIsNamedTogether() {
        assertThatThrownBy(() -> read("redis://host:99999/0?prefix=a:b&part-size=1KiB&connections=0&orphan-ttl=0s"
                        + "&mode=sentinel&user=kvc&ca-file=x&password-env=KVC_NO_SUCH_VARIABLE&colour=red"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("\"host:99999\" in the location is not host:port")
                .hasMessageContaining("prefix is \"a:b\"")
                .hasMessageContaining("part-size is 1KiB; it must be a multiple of 1MiB, up to 64MiB")
                .hasMessageContaining("connections is \"0\"")
                .hasMessageContaining("orphan-ttl is PT0S")
                .hasMessageContaining("master is not set")
                .hasMessageContaining("user is \"kvc\"; it needs password-file or password-env")
                .hasMessageContaining("ca-file and verify-peer go with the scheme rediss")
                .hasMessageContaining("password-env is \"KVC_NO_SUCH_VARIABLE\"")
                .hasMessageContaining("there is no setting colour");
    }

    @ParameterizedTest
    @CsvSource({"2GiB", "4GiB", "4294967297"})
    void textIsNoLongerThanAnArray(String size) {
        assertThatThrownBy(() -> read("redis://a?max-text=" + size))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("max-text is")
                .hasMessageContaining("it must be a size of at most 2147483639 bytes");
    }

    @ParameterizedTest
    @CsvSource({
        "redis://user:secret@host/0",
        "redis://:secret@host",
    })
    void passwordInALocationIsRefusedAndNotRepeated(String uri) {
        assertThatThrownBy(() -> read(uri))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("without user and password");
    }

    @ParameterizedTest
    @CsvSource({
        "redis:host, the location must be",
        "redis://a:1/1?mode=cluster, a cluster has 0 alone",
        "'redis://a,b', there are 2 hosts",
        "redis://a?master=m, it goes with mode=sentinel",
        "redis://a?part-size=2GiB, part-size is 2GiB; it must be a multiple of 1MiB",
    })
    void impossibleSettingsAreRefused(String uri, String message) {
        assertThatThrownBy(() -> read(uri))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }
}
