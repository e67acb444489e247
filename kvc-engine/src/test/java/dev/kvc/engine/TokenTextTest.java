package dev.kvc.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvc.format.KvcKey;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TokenTextTest {
    private static final long SEED = Long.getLong("kvc.seed", new Random().nextLong());

    @Test
    void idsAreFourBytesLittleEndian() {
        ByteBuffer text = TokenText.of(new int[] {1, 0x0A0B0C0D, -1});
        byte[] bytes = new byte[text.remaining()];
        text.get(bytes);
        assertThat(bytes).containsExactly(1, 0, 0, 0, 0x0D, 0x0C, 0x0B, 0x0A, -1, -1, -1, -1);
    }

    @Test
    void anyTokensComeBack() {
        System.out.println("TokenTextTest: seed " + SEED);
        Random random = new Random(SEED);
        for (int round = 0; round < 200; round++) {
            int[] tokens = random.ints(random.nextInt(300)).toArray();
            int from = random.nextInt(tokens.length + 1);
            int to = from + random.nextInt(tokens.length - from + 1);
            int[] range = Arrays.copyOfRange(tokens, from, to);
            assertThat(TokenText.tokens(TokenText.of(tokens, from, to)))
                    .as("seed %d", SEED)
                    .isEqualTo(range);
            assertThat(TokenText.of(tokens, from, to)).as("seed %d", SEED).isEqualTo(TokenText.of(range));
            assertThat(TokenText.key(tokens, from, to)).as("seed %d", SEED).isEqualTo(KvcKey.of(TokenText.of(range)));
        }
    }

    @Test
    void beginningInTokensIsABeginningInBytes() {
        int[] tokens = {5, 6, 7};
        assertThat(TokenText.prompt(tokens).build().beginsWith(TokenText.of(tokens, 0, 2)))
                .isTrue();
        assertThat(TokenText.prompt(tokens).build().beginsWith(TokenText.of(tokens, 1, 2)))
                .isFalse();
    }

    @Test
    void tokensOfNativeMemoryAreTakenInEitherByteOrder() {
        for (ByteOrder order : new ByteOrder[] {ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN}) {
            IntBuffer tokens =
                    ByteBuffer.allocateDirect(12).order(order).asIntBuffer().put(new int[] {5, 6, 7});
            tokens.flip().get();
            assertThat(TokenText.tokens(TokenText.of(tokens))).containsExactly(6, 7);
            assertThat(tokens.position()).isEqualTo(1);
        }
    }

    @Test
    void textIsReadWhateverItsByteOrderAndPosition() {
        ByteBuffer text = ByteBuffer.allocate(9).put(new byte[] {9, 1, 0, 0, 0, 2, 0, 0, 0});
        text.position(1);
        assertThat(TokenText.tokens(text)).containsExactly(1, 2);
        assertThat(text.position()).isEqualTo(1);
    }

    @Test
    void noTokensAreAnEmptyText() {
        assertThat(TokenText.of(new int[0]).remaining()).isZero();
        assertThat(TokenText.tokens(ByteBuffer.allocate(0))).isEmpty();
    }

    @Test
    void divergenceInTheMidstOfATokenIsBeforeIt() {
        assertThat(TokenText.count(0)).isZero();
        assertThat(TokenText.count(7)).isEqualTo(1);
        assertThat(TokenText.count(8)).isEqualTo(2);
    }

    @Test
    void textThatEndsWithinATokenIsNone() {
        assertThatThrownBy(() -> TokenText.tokens(ByteBuffer.allocate(6)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a text of 6 bytes is none of tokens; it must be a multiple of 4");
    }

    @Test
    void rangeIsWithinTheTokens() {
        assertThatThrownBy(() -> TokenText.of(new int[3], 1, 4)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> TokenText.key(new int[3], 2, 1)).isInstanceOf(IndexOutOfBoundsException.class);
    }
}
