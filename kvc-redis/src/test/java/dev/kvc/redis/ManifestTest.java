package dev.kvc.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvc.format.KvcFormatException;
import dev.kvc.format.KvcHeader;
import dev.kvc.format.KvcKey;
import dev.kvc.format.Layout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What stands for a snapshot, and what others may have put there. */
class ManifestTest {
    private static final KvcHeader HEADER = KvcHeader.builder()
            .tokenCount(7)
            .modelId(3)
            .createdUnix(-2)
            .payloadBytes(1000)
            .build();
    private static final Manifest MANIFEST =
            new Manifest("a save", new Layout(HEADER, 10, 1106), 1 << 20, KvcKey.of("0123456789"));

    private static Manifest decode(byte[] bytes) throws KvcFormatException {
        return Manifest.decode("a save", ByteBuffer.wrap(bytes), 1 << 20, "the source");
    }

    @Test
    void comesBackAsItWas() throws KvcFormatException {
        assertThat(decode(MANIFEST.encode().array())).isEqualTo(MANIFEST);
    }

    @Test
    void fileBesideItHasNoParts() throws KvcFormatException {
        Manifest beside = new Manifest("a save", MANIFEST.layout(), 0, MANIFEST.textKey());
        assertThat(decode(beside.encode().array())).isEqualTo(beside);
        assertThat(beside.hasFileBeside()).isTrue();
        assertThat(beside.partCount()).isZero();
        assertThat(MANIFEST.hasFileBeside()).isFalse();
        assertThat(MANIFEST.partCount()).isEqualTo(1);
    }

    @Test
    void anotherVersionOrLengthIsNotRead() {
        byte[] newer = MANIFEST.encode().array();
        newer[0] = 2;
        assertUnsupported(newer);
        assertUnsupported(Arrays.copyOf(newer, newer.length - 1));
        assertUnsupported(new byte[0]);
    }

    private static void assertUnsupported(byte[] bytes) {
        assertThatThrownBy(() -> decode(bytes))
                .isInstanceOfSatisfying(
                        KvcFormatException.class,
                        e -> assertThat(e.kind()).isEqualTo(KvcFormatException.Kind.UNSUPPORTED_VERSION))
                .hasMessageContaining("the source");
    }

    @Test
    void lengthsThatCannotBeAreRefused() {
        byte[] negative = MANIFEST.encode().array();
        ByteBuffer.wrap(negative).order(ByteOrder.LITTLE_ENDIAN).putLong(53, -1);
        assertThatThrownBy(() -> decode(negative)).isInstanceOf(KvcFormatException.class);
        byte[] noParts = MANIFEST.encode().array();
        ByteBuffer.wrap(noParts).order(ByteOrder.LITTLE_ENDIAN).putInt(61, -1);
        assertThatThrownBy(() -> decode(noParts)).isInstanceOf(KvcFormatException.class);
        byte[] tooShort = MANIFEST.encode().array();
        ByteBuffer.wrap(tooShort).order(ByteOrder.LITTLE_ENDIAN).putLong(53, 1061);
        assertThatThrownBy(() -> decode(tooShort)).isInstanceOf(KvcFormatException.class);
    }

    @Test
    void anyBytesAreReadOrRefused() {
        Random random = new Random(5);
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = MANIFEST.encode().array();
            for (int j = random.nextInt(4); j >= 0; j--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            try {
                assertThat(decode(bytes).layout().payloadEnd())
                        .isLessThanOrEqualTo(decode(bytes).layout().fileBytes());
            } catch (KvcFormatException e) {
                assertThat(e.kind()).isNotNull();
            }
        }
    }
}
