package dev.kvc.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

final class LayoutTest {
    @Test
    void partsFollowEachOther() {
        Layout layout = new Layout(header(1000), 23, 1100);
        assertThat(layout.payloadOffset()).isEqualTo(75);
        assertThat(layout.payloadEnd()).isEqualTo(1075);
        assertThat(layout.tailBytes()).isEqualTo(25);
    }

    @Test
    void anEmptyFileHasJustTheFixedBytes() {
        Layout layout = new Layout(header(0), 0, 52);
        assertThat(layout.payloadOffset()).isEqualTo(52);
        assertThat(layout.payloadEnd()).isEqualTo(52);
        assertThat(layout.tailBytes()).isZero();
    }

    @Test
    void lengthsNearTheEndOfALongDoNotOverflow() {
        Layout layout = new Layout(header(Long.MAX_VALUE - 52 - 7), 7, Long.MAX_VALUE);
        assertThat(layout.payloadEnd()).isEqualTo(Long.MAX_VALUE);
        assertThat(layout.tailBytes()).isZero();
    }

    @Test
    void refusesPartsBeyondTheEnd() {
        assertRefused(header(0), 0, 51, "fileBytes is 51; it must be at least 52");
        assertRefused(header(0), 0, -1, "fileBytes is -1; it must be at least 52");
        assertRefused(header(0), -1, 100, "textBytes is -1; it must be 0 to 48");
        assertRefused(header(0), 49, 100, "textBytes is 49; it must be 0 to 48");
        assertRefused(header(9), 40, 100, "payloadBytes is 9; it must be 0 to 8");
        assertRefused(header(Long.MAX_VALUE), 40, 100, "payloadBytes is 9223372036854775807; it must be 0 to 8");
    }

    @Test
    void refusesATextThatNoArrayCanHold() {
        assertRefused(header(0), Integer.MAX_VALUE, 1L << 40, "textBytes is 2147483647; it must be 0 to 2147483639");
    }

    @Test
    void preludeHasATextOfTheAnnouncedLength() {
        Layout layout = new Layout(header(0), 2, 100);
        ByteBuffer text = ByteBuffer.wrap(new byte[] {1, 2, 3}, 1, 2);
        Prelude prelude = new Prelude(layout, text);
        assertThat(prelude.text()).isEqualTo(text);
        assertThat(prelude.text().isReadOnly()).isTrue();
        prelude.text().get();
        assertThat(prelude.text().remaining())
                .as("after reading another buffer of it")
                .isEqualTo(2);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Prelude(layout, ByteBuffer.allocate(3)))
                .withMessage("text has 3 bytes; the layout says 2");
    }

    private static void assertRefused(KvcHeader header, int textBytes, long fileBytes, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Layout(header, textBytes, fileBytes))
                .withMessage(message);
    }

    private static KvcHeader header(long payloadBytes) {
        return KvcHeader.builder().payloadBytes(payloadBytes).build();
    }
}
