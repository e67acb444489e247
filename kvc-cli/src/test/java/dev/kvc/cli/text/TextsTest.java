package dev.kvc.cli.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class TextsTest {
    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void controlCharactersAreEscaped() {
        assertThat(Texts.escape("a\n\t\r\"\\\u001b\u202e\u2028é😀"))
                .isEqualTo("a\\n\\t\\r\\\"\\\\\\u{1b}\\u{202e}\\u{2028}é😀");
    }

    @Test
    void whatIsLeftOutIsMarked() {
        assertThat(Texts.quote(bytes("abcdef"), 0, 10)).isEqualTo("\"abcdef\"");
        assertThat(Texts.quote(bytes("abcdef"), 0, 3)).isEqualTo("\"abc\"…");
        assertThat(Texts.quote(bytes("abcdef"), 4, 3)).isEqualTo("…\"ef\"");
        assertThat(Texts.quote(bytes("abcdef"), -4, 2)).isEqualTo("\"ab\"…");
    }

    @Test
    void bytesThatAreNoTextAreReplaced() {
        assertThat(Texts.quote(ByteBuffer.wrap(new byte[] {(byte) 0xff, 'a'}), 0, 2))
                .isEqualTo("\"\uFFFDa\"");
    }
}
