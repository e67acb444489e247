package dev.kvc.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class KvcKeyTest {
    private static final String HELLO_WORLD = "2aae6c35c94fcfb415dbe95f408b9ce91ee846ed";
    private static final long SEED = Long.getLong("kvc.test.seed", 20_261_123L);

    @Test
    void keyIsTheSha1OfTheText() {
        byte[] text = "hello world".getBytes(StandardCharsets.UTF_8);
        assertThat(KvcKey.of(text)).hasToString(HELLO_WORLD);
        assertThat(KvcKey.of("hello world")).hasToString(HELLO_WORLD);
        assertThat(KvcKey.of(CharBuffer.wrap("hello world"))).hasToString(HELLO_WORLD);
        assertThat(KvcKey.of(ByteBuffer.wrap(text)).hex()).isEqualTo(HELLO_WORLD);
        assertThat(KvcKey.hasher()
                        .update("hello")
                        .update(new byte[] {' '})
                        .update("world")
                        .key())
                .hasToString(HELLO_WORLD);
        assertThat(KvcKey.of("")).hasToString("da39a3ee5e6b4b0d3255bfef95601890afd80709");
    }

    @Test
    void textIsHashedAsUtf8() {
        String text = "grüße, 世界 \uD83D\uDE80";
        assertThat(KvcKey.of(text)).isEqualTo(KvcKey.of(text.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void buffersAreHashedFromPositionToLimit() {
        ByteBuffer direct = ByteBuffer.allocateDirect(20);
        direct.put("..hello world..".getBytes(StandardCharsets.UTF_8))
                .flip()
                .position(2)
                .limit(13);
        assertThat(KvcKey.of(direct)).hasToString(HELLO_WORLD);
        assertThat(direct.position()).as("of leaves the position").isEqualTo(2);
        assertThat(KvcKey.of(direct.asReadOnlyBuffer())).hasToString(HELLO_WORLD);

        KvcKey.hasher().update(direct);
        assertThat(direct.position()).as("update advances the position").isEqualTo(13);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\uD83D", "\uDE80", "a\uD83Db", "\uDE80\uD83D"})
    void anUnpairedSurrogateHasNoKey(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> KvcKey.of(text)).withMessageContaining("surrogate");
        assertThatIllegalArgumentException().isThrownBy(() -> KvcKey.hasher().update(text));
    }

    @Test
    void hasherGivesTheKeyOfEveryBeginning() throws Exception {
        byte[] text = new byte[1000];
        new Random(SEED).nextBytes(text);
        KvcKey.Hasher hasher = KvcKey.hasher();
        for (int i = 0; i < text.length; i++) {
            byte[] sha1 = MessageDigest.getInstance("SHA-1").digest(Arrays.copyOf(text, i));
            assertThat(hasher.key().toBytes()).as("seed %d, prefix %d", SEED, i).isEqualTo(sha1);
            hasher.update(ByteBuffer.wrap(text, i, 1));
        }
        assertThat(hasher.key()).isEqualTo(hasher.key()).isEqualTo(KvcKey.of(text));
    }

    @Test
    void parsesBothCasesAndPrintsLower() {
        assertThat(KvcKey.parse(HELLO_WORLD)).isEqualTo(KvcKey.of("hello world"));
        assertThat(KvcKey.parse("2AAE6C35C94FCFB415DBE95F408B9CE91EE846ED")).hasToString(HELLO_WORLD);
        assertThat(KvcKey.parse("2aAE6c35C94fcFB415dbE95F408b9cE91eE846Ed")).hasToString(HELLO_WORLD);
        assertThat(KvcKey.parse("0".repeat(40)).toBytes()).isEqualTo(new byte[20]);
        assertThat(KvcKey.parse("f".repeat(40)).hex()).isEqualTo("f".repeat(40));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "2aae6c35",
                "2aae6c35c94fcfb415dbe95f408b9ce91ee846e",
                "2aae6c35c94fcfb415dbe95f408b9ce91ee846ed0",
                "2aae6c35c94fcfb415dbe95f408b9ce91ee846eg",
                "-aae6c35c94fcfb415dbe95f408b9ce91ee846ed",
                "+aae6c35c94fcfb415dbe95f408b9ce91ee846ed",
                " aae6c35c94fcfb415dbe95f408b9ce91ee846ed",
                "../../../../../../../../../../etc/passwd",
                "２aae6c35c94fcfb415dbe95f408b9ce91ee846ed",
                "2aae6c35c94fcfb415dbe95f408b9ce91ee846\u0130d",
            })
    void refusesWhatIsNotFortyHexDigits(String hex) {
        assertThat(KvcKey.parseOrNull(hex)).isNull();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> KvcKey.parse(hex))
                .withMessageContaining("\"" + hex + "\"")
                .withMessageContaining("length " + hex.length())
                .withMessageContaining("40 hex digits");
    }

    @Test
    void refusalOfALongNameShowsItsBeginning() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> KvcKey.parse("x".repeat(100_000)))
                .withMessageContaining("\"" + "x".repeat(64) + "…\" of length 100000");
    }

    @Test
    void isMadeOfTwentyBytes() {
        byte[] bytes = HexFormat.of().parseHex(HELLO_WORLD);
        KvcKey key = KvcKey.ofBytes(bytes);
        assertThat(key).hasToString(HELLO_WORLD);
        bytes[0] = 0;
        key.toBytes()[1] = 0;
        assertThat(key).as("key after its arrays were changed").hasToString(HELLO_WORLD);
        for (int length : new int[] {0, 19, 21}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> KvcKey.ofBytes(new byte[length]))
                    .withMessage("a key has 20 bytes, not " + length);
        }
    }

    @Test
    void ordersAsItsHexForm() {
        List<KvcKey> keys = new ArrayList<>();
        for (int digit = 0; digit < 40; digit++) {
            for (char value : "0789f".toCharArray()) {
                keys.add(KvcKey.parse("7".repeat(digit) + value + "7".repeat(39 - digit)));
            }
        }
        Collections.shuffle(keys, new Random(SEED));
        Collections.sort(keys);
        assertThat(keys)
                .as("seed %d", SEED)
                .isSortedAccordingTo((a, b) -> a.hex().compareTo(b.hex()));
    }

    @Test
    void equalsByItsBytes() {
        KvcKey key = KvcKey.parse(HELLO_WORLD);
        assertThat(key).isEqualTo(KvcKey.of("hello world")).hasSameHashCodeAs(KvcKey.of("hello world"));
        assertThat(key).isEqualByComparingTo(KvcKey.of("hello world"));
        assertThat(key).isNotEqualTo(HELLO_WORLD).isNotEqualTo(null);
        for (int digit : new int[] {0, 15, 16, 31, 32, 39}) {
            char[] other = HELLO_WORLD.toCharArray();
            other[digit] = '0';
            assertThat(KvcKey.parse(new String(other))).isNotEqualTo(key);
        }
    }
}
