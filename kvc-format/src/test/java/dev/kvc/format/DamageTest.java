package dev.kvc.format;

import static dev.kvc.format.KvcFormatException.Kind.TRUNCATED;
import static dev.kvc.format.SampleFile.ordinaryHeader;
import static dev.kvc.format.SampleFile.withBitFlipped;
import static dev.kvc.format.SampleFile.withByte;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every bit, byte and length of small files with a footer. What comes of each damage is one of three: the read fails;
 * the file is visibly unverified; or it is verified, and then nothing but hit count, times of use, reason, flags and
 * reserved bytes differs.
 */
final class DamageTest {
    /** Bytes of the header that hits and other writers may change. */
    private static final Set<Integer> NOT_COVERED = IntStream.of(
                    5, 6, 12, 13, 14, 15, 21, 22, 23, 32, 33, 34, 35, 36, 37, 38, 39)
            .boxed()
            .collect(Collectors.toSet());

    private static final int MODEL_ID = 7;
    private static final int PAYLOAD_ABI = 20;

    static Stream<SampleFile> files() {
        Trailer trailer =
                Trailer.of(new ToolMap(List.of(TrailerTest.entry("call_1", "x"))), SessionTitle.of("Fix the build"));
        return Stream.of(
                SampleFile.of(0),
                SampleFile.of(100),
                SampleFile.of(
                        ordinaryHeader().modelId(1).payloadAbi(2).extensionFlags(new ExtensionFlags(9)),
                        "",
                        33,
                        trailer));
    }

    @ParameterizedTest
    @MethodSource("files")
    void noFlippedBitPasses(SampleFile sample) {
        byte[] file = sample.withFooter();
        for (int offset = 0; offset < file.length; offset++) {
            for (int bit = 0; bit < 8; bit++) {
                assertHarmless(sample, withBitFlipped(file, offset, bit), offset);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("files")
    void noReplacedBytePasses(SampleFile sample) {
        byte[] file = sample.withFooter();
        for (int offset = 0; offset < file.length; offset++) {
            for (int value = 0; value < 256; value++) {
                if (value != Byte.toUnsignedInt(file[offset])) {
                    assertHarmless(sample, withByte(file, offset, value), offset);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("files")
    void noTruncationPasses(SampleFile sample) {
        byte[] file = sample.withFooter();
        int end = 52 + sample.text().length + sample.payload().length;
        for (int length = 0; length < file.length; length++) {
            byte[] shorter = Arrays.copyOf(file, length);
            Outcome outcome = Outcome.of(shorter);
            if (length < end) {
                assertThat(outcome.kind()).as("length %d", length).contains(TRUNCATED);
            } else {
                assertThat(outcome.unverified()).as("length %d", length).isTrue();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("files")
    void noGrowthPasses(SampleFile sample) {
        byte[] file = sample.withFooter();
        for (int more = 1; more <= 100; more++) {
            Outcome zeros = Outcome.of(Arrays.copyOf(file, file.length + more));
            assertThat(zeros.verified()).as("%d zeros", more).isFalse();
            byte[] again = Arrays.copyOf(file, file.length + more);
            System.arraycopy(file, file.length - 40, again, again.length - 40, 40);
            assertThat(Outcome.of(again).verified())
                    .as("footer %d bytes later", more)
                    .isFalse();
        }
    }

    private static void assertHarmless(SampleFile sample, byte[] damaged, int offset) {
        Outcome outcome = Outcome.of(damaged);
        if (outcome.verified()) {
            assertSame(sample, outcome.read().orElseThrow(), offset);
        } else if (outcome.unverified()) {
            assertThat(mayHideTheFooter(damaged, offset))
                    .as("damage at %d hides the footer", offset)
                    .isTrue();
        } else {
            assertThat(NOT_COVERED)
                    .as("damage at %d: %s", offset, outcome.kind())
                    .doesNotContain(offset);
        }
    }

    private static void assertSame(SampleFile sample, WholeFile read, int offset) {
        if (offset == MODEL_ID || offset == PAYLOAD_ABI) {
            assertThat(read.effectiveHeader()).isEqualTo(sample.header());
        } else {
            assertThat(NOT_COVERED).as("damage that passed").contains(offset);
        }
        assertThat(lasting(read.effectiveHeader())).isEqualTo(lasting(sample.header()));
        assertThat(read.text()).isEqualTo(ByteBuffer.wrap(sample.text()));
        assertThat(read.payload()).isEqualTo(ByteBuffer.wrap(sample.payload()));
        assertThat(read.trailer().raw()).isEqualTo(sample.trailer().raw());
    }

    private static KvcHeader lasting(KvcHeader header) {
        return header.toBuilder()
                .saveReason(SaveReason.UNKNOWN)
                .extensionFlags(ExtensionFlags.NONE)
                .hitCount(0)
                .reserved(0)
                .lastUsedUnix(0)
                .build();
    }

    /** A version of the footer that we do not know; or lengths that leave less than a footer behind the payload. */
    private static boolean mayHideTheFooter(byte[] damaged, int offset) {
        boolean lengths = offset >= 40 && offset < 52;
        return offset == damaged.length - 37 || (lengths && tailBytes(damaged) < 40);
    }

    private static long tailBytes(byte[] file) {
        ByteBuffer header = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        return file.length - 52 - header.getInt(48) - header.getLong(40);
    }

    /** A whole read, or the kind with which it failed; any other exception fails the test. */
    record Outcome(Optional<WholeFile> read, Optional<KvcFormatException.Kind> kind) {
        static Outcome of(byte[] file) {
            try {
                return new Outcome(Optional.of(WholeFile.read(file)), Optional.empty());
            } catch (KvcFormatException e) {
                return new Outcome(Optional.empty(), Optional.of(e.kind()));
            } catch (IOException e) {
                throw new AssertionError("damage is reported as a KvcFormatException", e);
            }
        }

        boolean verified() {
            return read.filter(WholeFile::verified).isPresent();
        }

        boolean unverified() {
            return read.isPresent() && !verified();
        }
    }
}
