package dev.kvc.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.nio.ByteBuffer;
import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class BlockChecksumsTest {
    private static final long SEED = Long.getLong("kvc.test.seed", 20_261_123L);
    private static final int MIB = 1 << 20;

    @ParameterizedTest
    @ValueSource(ints = {0, 1, MIB - 1, MIB, MIB + 1, 2 * MIB, 3 * MIB + 17})
    void checksumsDoNotDependOnHowThePayloadIsCut(int payloadBytes) {
        Random random = new Random(SEED + payloadBytes);
        byte[] payload = new byte[payloadBytes];
        random.nextBytes(payload);
        for (int round = 0; round < 8; round++) {
            int longest = 1 + random.nextInt(round % 2 == 0 ? 3 * MIB : MIB / 16);
            assertThat(cutAtRandom(payload, longest, random))
                    .as("seed %d, pieces of up to %d bytes", SEED, longest)
                    .isEqualTo(blockByBlock(payload));
        }
    }

    private static int[] cutAtRandom(byte[] payload, int longest, Random random) {
        BlockChecksums checksums = new BlockChecksums(payload.length);
        for (int at = 0; at < payload.length; ) {
            int count = Math.min(random.nextInt(longest + 1), payload.length - at);
            ByteBuffer piece = ByteBuffer.wrap(payload, at, count);
            checksums.update(random.nextBoolean() ? piece : piece.asReadOnlyBuffer());
            at += count;
            assertThat(checksums.taken()).isEqualTo(at);
        }
        return checksums.finish().table();
    }

    private static int[] blockByBlock(byte[] payload) {
        int[] table = new int[(payload.length + MIB - 1) / MIB];
        for (int i = 0; i < table.length; i++) {
            CRC32C crc = new CRC32C();
            crc.update(payload, i * MIB, Math.min(MIB, payload.length - i * MIB));
            table[i] = (int) crc.getValue();
        }
        return table;
    }

    @Test
    void updateMovesThePositionToTheLimitAndLeavesTheLimit() {
        ByteBuffer direct = ByteBuffer.allocateDirect(2 * MIB);
        direct.position(5).limit(2 * MIB - 3);
        BlockChecksums checksums = new BlockChecksums(direct.remaining());
        checksums.update(direct);
        assertThat(direct.position()).isEqualTo(2 * MIB - 3);
        assertThat(direct.limit()).isEqualTo(2 * MIB - 3);
        assertThat(checksums.finish().table()).isEqualTo(blockByBlock(new byte[2 * MIB - 8]));
    }

    @Test
    void refusesMoreThanWasAnnouncedAndTakesNoneOfIt() {
        BlockChecksums checksums = new BlockChecksums(10);
        checksums.update(ByteBuffer.allocate(7));
        ByteBuffer four = ByteBuffer.allocate(4);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> checksums.update(four))
                .withMessage("payload has at least 11 bytes; 10 were announced");
        assertThat(four.position()).isZero();
        assertThat(checksums.taken()).isEqualTo(7);
        checksums.update(ByteBuffer.allocate(3));
        assertThat(checksums.finish().table()).isEqualTo(blockByBlock(new byte[10]));
    }

    @Test
    void hasNoTableBeforeTheWholePayloadHasCome() {
        BlockChecksums checksums = new BlockChecksums(10);
        checksums.update(ByteBuffer.allocate(9));
        assertThatIllegalStateException()
                .isThrownBy(checksums::finish)
                .withMessage("payload has 9 bytes; 10 were announced");
    }

    @Test
    void knownOnesAreGivenWhenAllBytesHaveBeenCountedWhateverTheyAre() {
        PayloadChecksums known = of(new byte[MIB + 10]);
        BlockChecksums counting = new BlockChecksums(known);
        assertThat(counting.areKnown()).isTrue();
        assertThat(counting.payloadBytes()).isEqualTo(MIB + 10);
        ByteBuffer piece = ByteBuffer.allocate(MIB).put(5, (byte) 1);
        counting.update(piece);
        assertThat(piece.hasRemaining()).isFalse();
        assertThatIllegalStateException().isThrownBy(counting::finish);
        assertThatIllegalArgumentException().isThrownBy(() -> counting.update(ByteBuffer.allocate(11)));
        counting.update(ByteBuffer.allocate(10));
        assertThat(counting.finish()).isEqualTo(known).hasSameHashCodeAs(known);
    }

    @Test
    void checksumsAreEqualIfTheyAreOfTheSameBytes() {
        byte[] other = new byte[MIB + 10];
        other[MIB] = 1;
        assertThat(of(new byte[MIB + 10]))
                .isEqualTo(of(new byte[MIB + 10]))
                .isNotEqualTo(of(other))
                .isNotEqualTo(of(new byte[MIB + 9]))
                .hasToString("checksums of 1048586 bytes in 2 blocks");
    }

    private static PayloadChecksums of(byte[] payload) {
        BlockChecksums checksums = new BlockChecksums(payload.length);
        checksums.update(ByteBuffer.wrap(payload));
        return checksums.finish();
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "1, 1",
        "1048576, 1",
        "1048577, 2",
        "3221225472, 3072",
        "9223372036854775807, 8796093022208",
    })
    void countsBlocks(long payloadBytes, long blocks) {
        assertThat(BlockChecksums.blockCount(payloadBytes)).isEqualTo(blocks);
        assertThat(IntegrityFooter.bytesFor(payloadBytes)).isEqualTo(40 + 4 * blocks);
    }

    @Test
    void theFooterOfTheLongestPayloadFitsAnArray() {
        assertThat(IntegrityFooter.bytesFor(BlockChecksums.MAX_PAYLOAD_BYTES))
                .isBetween(2_147_483_636L, 2_147_483_639L);
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, Long.MIN_VALUE, Long.MAX_VALUE, 1L << 49})
    void refusesAPayloadWhoseTableCannotBe(long payloadBytes) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new BlockChecksums(payloadBytes))
                .withMessage(
                        "payloadBytes is " + payloadBytes + "; it must be 0 to " + BlockChecksums.MAX_PAYLOAD_BYTES);
    }

    @Test
    void aFooterOfANegativeLengthIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> IntegrityFooter.bytesFor(-1))
                .withMessage("payloadBytes is -1; it must be 0 to 9223372036854775807");
    }
}
