package dev.kvc.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StoreUriTest {
    @Test
    void schemeLocationAndParametersAreReadAsTheyAre() {
        StoreUri uri = StoreUri.parse("S3://bucket/a%20b?region=eu-central-1&name=a%26b");
        assertThat(uri.scheme()).isEqualTo("s3");
        assertThat(uri.location()).isEqualTo("//bucket/a%20b");
        assertThat(uri.parameters()).containsEntry("region", "eu-central-1").containsEntry("name", "a&b");
        assertThat(uri).hasToString("s3://bucket/a%20b");
    }

    @Test
    void pathWithAnAtSignIsShownAsItIs() {
        assertThat(StoreUri.parse("file:///home/me@work/kvc?budget=1GiB")).hasToString("file:///home/me@work/kvc");
        assertThat(StoreUri.parse("file:/home/me@work/kvc")).hasToString("file:/home/me@work/kvc");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "redis://user:swordfish@host:6379/0?ttl=7d",
                "redis://:swordfish@host",
                "redis://user:sword/swordfish@host",
                "user:swordfish@host"
            })
    void passwordIsNotShown(String uri) {
        assertThat(StoreUri.parse(uri).toString()).doesNotContain("sword").contains("***@host");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> KvStores.open(uri.replace("redis", "reddis")))
                .withMessageNotContaining("sword");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "redis://user:swordfish@host#fragment",
                "redis://user:sword#swordfish@host",
                "redis://user:sword?swordfish@host",
                "redis://user:swordfish@host?ttl",
                "redis://host?password=swordfish&ttl",
                "redis://user:swordfish@host?ttl=1d&ttl=2d",
                "redis://user:swordfish@host?ttl=%zz",
                "//user:swordfish@host"
            })
    void passwordIsNotShownOfWhatIsNoUriEither(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> StoreUri.parse(text))
                .withMessageNotContaining("sword");
    }
}
