package dev.kvc.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvc.s3.S3Settings.Checksums;
import dev.kvc.store.KvStore;
import dev.kvc.store.KvStores;
import dev.kvc.store.StoreUri;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a URI may say. */
class S3SettingsTest {
    private static S3Settings read(String parameters) {
        return S3Settings.read(StoreUri.parse("s3://bucket?" + parameters).settings());
    }

    @Test
    void providerIsFoundByItsScheme() throws Exception {
        try (KvStore store = KvStores.open("s3://bucket/a/prefix?region=eu-central-1")) {
            assertThat(store).isInstanceOf(S3KvStore.class);
        }
    }

    @Test
    void everythingThatIsWrongIsNamedAtOnce() {
        assertThatThrownBy(() -> KvStores.open("s3://bucket?region=x&part-size=4MiB&parts=0&endpoint=ftp://host"
                        + "&sse-key=k&checksums=none&attempt-timeout=0s&policy=nobody&nonsense=1"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("part-size is \"4MiB\"; it must be whole mebibytes from 5MiB to 512MiB")
                .hasMessageContaining("parts is \"0\"")
                .hasMessageContaining("endpoint is \"ftp://host\"")
                .hasMessageContaining("sse-key is \"k\"; it goes with sse=kms")
                .hasMessageContaining("checksums is \"none\"; it must be one of when-required, when-supported")
                .hasMessageContaining("attempt-timeout is \"0s\"; it must be a duration such as ")
                .hasMessageContaining("policy is \"nobody\"")
                .hasMessageContaining("there is no setting nonsense");
    }

    @ParameterizedTest
    @ValueSource(strings = {"s3:bucket", "s3:/bucket", "s3://Bucket", "s3://b", "s3://bucket//x", "s3://bucket/%41"})
    void locationThatIsNoneIsRefused(String uri) {
        assertThatThrownBy(() -> KvStores.open(uri + "?region=eu-central-1"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageMatching("(?s).*(bucket|prefix) is \".*must be.*|.*not the URI of a bucket.*");
    }

    @ParameterizedTest
    @CsvSource({"//bucket,''", "//bucket/,''", "//bucket/a,a/", "//bucket/a/b/,a/b/"})
    void prefixEndsWithASlashOrIsEmpty(String location, String prefix) {
        assertThat(S3Location.of(StoreUri.parse("s3:" + location)).prefix()).isEqualTo(prefix);
    }

    @Test
    void anotherServiceIsSpokenToPlainly() {
        S3Settings aws = read("region=eu-central-1");
        assertThat(aws.client().pathStyle()).isFalse();
        assertThat(aws.client().checksums()).isEqualTo(Checksums.WHEN_SUPPORTED);
        S3Settings other = read("endpoint=https://storage.example:9000");
        assertThat(other.client().pathStyle()).isTrue();
        assertThat(other.client().checksums()).isEqualTo(Checksums.WHEN_REQUIRED);
        assertThat(read("endpoint=https://storage.example&path-style=false")
                        .client()
                        .pathStyle())
                .isFalse();
    }

    @Test
    void settingsAreReadWithTheirTypes() {
        S3Settings settings = read(
                "part-size=16MiB&refresh=5s&hits-every=1d&budget=1TB&sse=kms-dsse&sse-key=arn:aws:kms:x&timeout=3m");
        assertThat(settings.partBytes()).isEqualTo(16 << 20);
        assertThat(settings.refresh()).isEqualTo(Duration.ofSeconds(5));
        assertThat(settings.hitsEvery()).isEqualTo(Duration.ofDays(1));
        assertThat(settings.budgetBytes()).isEqualTo(1_000_000_000_000L);
        assertThat(settings.encryption()).isEqualTo(new Encryption(Encryption.Kind.KMS_DSSE, "arn:aws:kms:x"));
        assertThat(settings.client().timeout()).isEqualTo(Duration.ofMinutes(3));
        assertThat(settings.maxFileBytes()).isEqualTo(10_000L * (16 << 20));
    }
}
