package dev.kvc.format;

import static dev.kvc.format.FormatAssert.assertFails;
import static dev.kvc.format.KvcFormatException.Kind.BAD_MAGIC;
import static dev.kvc.format.KvcFormatException.Kind.KEY_MISMATCH;
import static dev.kvc.format.KvcFormatException.Kind.PAYLOAD_TOO_LARGE;
import static dev.kvc.format.KvcFormatException.Kind.TEXT_TOO_LARGE;
import static dev.kvc.format.KvcFormatException.Kind.TRUNCATED;
import static dev.kvc.format.KvcFormatException.Kind.UNSUPPORTED_VERSION;
import static dev.kvc.format.SampleFile.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.kvc.format.KvcFormatException.Kind;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class KvcCodecTest {
    private static final long SEED = Long.getLong("kvc.test.seed", 20_261_123L);
    private static final int MAX_TEXT = KvcCodec.DEFAULT_MAX_TEXT_BYTES;
    private static final String SOURCE = "test.kv";

    private static final Fault MAGIC = new Fault("magic", BAD_MAGIC, 0, file -> file.put(1, (byte) 'X'));
    private static final Fault VERSION = new Fault("version", UNSUPPORTED_VERSION, 3, file -> file.put(3, (byte) 2));
    private static final Fault HUGE_PAYLOAD =
            new Fault("huge payload", PAYLOAD_TOO_LARGE, 40, file -> file.putLong(40, Long.MIN_VALUE));
    private static final Fault LONG_TEXT =
            new Fault("long text", TEXT_TOO_LARGE, 48, file -> file.putInt(48, MAX_TEXT + 1));
    private static final Fault TEXT_BEYOND_END =
            new Fault("text beyond the end", TRUNCATED, 48, file -> file.putInt(48, 10_000));
    private static final Fault PAYLOAD_BEYOND_END =
            new Fault("payload beyond the end", TRUNCATED, 40, file -> file.putLong(40, 10_000));

    private static final List<Fault> IN_ORDER =
            List.of(MAGIC, VERSION, HUGE_PAYLOAD, LONG_TEXT, TEXT_BEYOND_END, PAYLOAD_BEYOND_END);

    /** One way to break a file, at the offset of the field that it breaks. */
    record Fault(String name, Kind kind, long offset, Consumer<ByteBuffer> apply) {
        @Override
        public String toString() {
            return name;
        }
    }

    /** Each fault with each that a reader finds later, unless both break one field; and each by itself. */
    static Stream<List<Fault>> pairsOfFaults() {
        List<List<Fault>> pairs = new ArrayList<>();
        for (int first = 0; first < IN_ORDER.size(); first++) {
            for (Fault later : IN_ORDER.subList(first, IN_ORDER.size())) {
                Fault earlier = IN_ORDER.get(first);
                if (earlier.equals(later) || earlier.offset != later.offset) {
                    pairs.add(List.of(earlier, later));
                }
            }
        }
        return pairs.stream();
    }

    @ParameterizedTest
    @MethodSource("pairsOfFaults")
    void theFirstOfTwoFaultsNamesTheKind(List<Fault> faults) {
        ByteBuffer file = ByteBuffer.wrap(SampleFile.of(100).withFooter()).order(ByteOrder.LITTLE_ENDIAN);
        faults.forEach(fault -> fault.apply.accept(file));
        KvcFormatException e =
                assertFails(faults.get(0).kind, () -> KvcCodec.readLayout(ReaderAt.of(file), MAX_TEXT, SOURCE));
        assertThat(e.offset()).isEqualTo(faults.get(0).offset);
        assertThat(e.source()).isEqualTo(SOURCE);
        assertThat(e).hasMessageStartingWith("test.kv: " + e.kind() + " at offset " + e.offset() + ": expected ");
    }

    @ParameterizedTest
    @MethodSource("pairsOfFaults")
    void aFileShorterThanFiftyTwoBytesIsTruncatedWhateverElse(List<Fault> faults) {
        ByteBuffer file = ByteBuffer.wrap(SampleFile.of(100).withFooter()).order(ByteOrder.LITTLE_ENDIAN);
        faults.forEach(fault -> fault.apply.accept(file));
        for (int length : new int[] {0, 1, 47, 48, 51}) {
            ByteBuffer shorter = file.duplicate().limit(length);
            KvcFormatException e =
                    assertFails(TRUNCATED, () -> KvcCodec.readLayout(ReaderAt.of(shorter), MAX_TEXT, SOURCE));
            assertThat(e).hasMessageContaining("at least 52 bytes, found " + length + " bytes");
            assertFails(TRUNCATED, () -> KvcCodec.decodeLayout(file, length, MAX_TEXT, SOURCE));
        }
    }

    @Test
    void messagesNameWhatWasExpectedAndFound() {
        assertMessage(MAGIC, "expected 4b5643 (KVC), found 4b5843");
        assertMessage(VERSION, "expected version 1, found version 2");
        assertMessage(HUGE_PAYLOAD, "expected a payload length below 2^63, found 9223372036854775808");
        assertMessage(LONG_TEXT, "expected a text of at most 67108864 bytes, found 67108865 bytes");
        assertMessage(TEXT_BEYOND_END, "expected a text of 10000 bytes, found 161 bytes");
        assertMessage(PAYLOAD_BEYOND_END, "expected a payload of 10000 bytes, found 144 bytes");
    }

    private static void assertMessage(Fault fault, String message) {
        ByteBuffer file = ByteBuffer.wrap(SampleFile.of(100).withFooter()).order(ByteOrder.LITTLE_ENDIAN);
        fault.apply.accept(file);
        KvcFormatException e = assertFails(fault.kind, () -> KvcCodec.readLayout(ReaderAt.of(file), MAX_TEXT, SOURCE));
        assertThat(e).hasMessageEndingWith(message);
    }

    @ParameterizedTest
    @CsvSource({
        // text limit, text length, accepted
        "0, 0, true",
        "0, 1, false",
        "10, 10, true",
        "10, 11, false",
        "2147483647, 2147483639, true",
        "2147483647, 2147483640, false", // no array can hold it
        "2147483647, -1, false", // 2^32-1
        "67108864, 67108864, true",
        "67108864, -2147483648, false", // 2^31
    })
    void textHasTheReadersLimit(int limit, int textBytes, boolean accepted) throws IOException {
        ByteBuffer fixed = fixed(KvcHeader.builder().build(), textBytes);
        if (accepted) {
            assertThat(KvcCodec.decodeLayout(fixed, 1L << 40, limit, SOURCE).textBytes())
                    .isEqualTo(textBytes);
        } else {
            assertFails(TEXT_TOO_LARGE, () -> KvcCodec.decodeLayout(fixed, 1L << 40, limit, SOURCE));
        }
    }

    @Test
    void aNegativeTextLimitIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> KvcCodec.decodeLayout(fixed(KvcHeader.builder().build(), 0), 52, -1, SOURCE))
                .withMessage("maxTextBytes is -1; it must be 0 to 2147483647");
    }

    @ParameterizedTest
    @CsvSource({
        // payload, text, file, fits
        "0, 0, 52, true",
        "1, 0, 52, false",
        "0, 1, 52, false",
        "9223372036854775755, 0, 9223372036854775807, true",
        "9223372036854775756, 0, 9223372036854775807, false",
        "9223372036854775755, 1, 9223372036854775807, false",
        "9223372036854775807, 10, 100, false",
        "9223372036854775800, 67108864, 67109000, false",
    })
    void lengthsAreComparedWithoutOverflow(long payloadBytes, int textBytes, long fileBytes, boolean fits)
            throws IOException {
        ByteBuffer fixed = fixed(KvcHeader.builder().payloadBytes(payloadBytes).build(), textBytes);
        if (fits) {
            Layout layout = KvcCodec.decodeLayout(fixed, fileBytes, MAX_TEXT, SOURCE);
            assertThat(layout.payloadEnd()).isEqualTo(52 + textBytes + payloadBytes);
        } else {
            assertFails(TRUNCATED, () -> KvcCodec.decodeLayout(fixed, fileBytes, MAX_TEXT, SOURCE));
        }
    }

    @Test
    void everyFieldStandsAtItsOffset() {
        KvcHeader header = new KvcHeader(
                0x04,
                new SaveReason(0x05),
                new ExtensionFlags(0x06),
                0x07,
                0x0B0A0908L,
                0x0F0E0D0CL,
                0x13121110L,
                0x14,
                0x171615,
                0x1F1E1D1C1B1A1918L,
                0x2726252423222120L,
                0x2F2E2D2C2B2A2928L);
        ByteBuffer out = ByteBuffer.allocate(52);
        KvcCodec.encodeFixed(header, 0x33323130, out);
        assertThat(HexFormat.of().formatHex(out.array()))
                .isEqualTo("4b564301" + "04050607" + "08090a0b" + "0c0d0e0f" + "10111213" + "14151617"
                        + "18191a1b1c1d1e1f" + "2021222324252627" + "28292a2b2c2d2e2f" + "30313233");
        assertThat(out.getInt(KvcCodec.HIT_COUNT_OFFSET)).isEqualTo(0x0C0D0E0F);
        assertThat(out.getLong(KvcCodec.LAST_USED_OFFSET)).isEqualTo(0x2021222324252627L);
    }

    @Test
    void anyHeaderComesBackAsItWas() throws IOException {
        Random random = new Random(SEED);
        for (int i = 0; i < 10_000; i++) {
            KvcHeader header = randomHeader(random);
            int textBytes = random.nextInt(MAX_TEXT + 1);
            Layout layout = KvcCodec.decodeLayout(fixed(header, textBytes), Long.MAX_VALUE, MAX_TEXT, SOURCE);
            assertThat(layout)
                    .as("seed %d, header %d", SEED, i)
                    .isEqualTo(new Layout(header, textBytes, Long.MAX_VALUE));
        }
    }

    @Test
    void anyFiftyTwoBytesAreALayoutOrAKind() {
        Random random = new Random(SEED);
        byte[] fixed = new byte[52];
        for (int i = 0; i < 20_000; i++) {
            random.nextBytes(fixed);
            fixed[0] = 'K';
            fixed[1] = 'V';
            fixed[2] = 'C';
            fixed[3] = (byte) (random.nextInt(10) == 0 ? 0 : 1);
            fixed[47] &= (byte) (random.nextInt(10) == 0 ? 0xFF : 0);
            fixed[51] = (byte) random.nextInt(4);
            long fileBytes = random.nextLong() >>> random.nextInt(1, 64);
            try {
                Layout layout = KvcCodec.decodeLayout(ByteBuffer.wrap(fixed), fileBytes, MAX_TEXT, SOURCE);
                assertThat(bytes(fixed(layout.header(), layout.textBytes()))).isEqualTo(fixed);
                assertThat(layout.tailBytes()).isNotNegative();
            } catch (KvcFormatException e) {
                assertThat(e.offset()).as("seed %d, case %d", SEED, i).isBetween(0L, 52L);
            }
        }
    }

    private static KvcHeader randomHeader(Random random) {
        return new KvcHeader(
                random.nextInt(256),
                new SaveReason(random.nextInt(256)),
                new ExtensionFlags(random.nextInt(256)),
                random.nextInt(256),
                random.nextLong(1L << 32),
                random.nextLong(1L << 32),
                random.nextLong(1L << 32),
                random.nextInt(256),
                random.nextInt(1 << 24),
                random.nextLong(),
                random.nextLong(),
                random.nextLong(Long.MAX_VALUE - 52 - MAX_TEXT) >>> random.nextInt(60));
    }

    @Test
    void byteOrderOfTheCallersBufferDoesNotMatterAndStays() throws IOException {
        KvcHeader header = randomHeader(new Random(SEED));
        for (ByteOrder order : List.of(ByteOrder.BIG_ENDIAN, ByteOrder.LITTLE_ENDIAN)) {
            ByteBuffer out = ByteBuffer.allocateDirect(60).order(order).position(3);
            KvcCodec.encodeFixed(header, 9, out);
            assertThat(out.order()).isEqualTo(order);
            assertThat(out.position()).isEqualTo(55);
            ByteBuffer in = out.flip().position(3);
            assertThat(KvcCodec.decodeLayout(in, Long.MAX_VALUE, MAX_TEXT, SOURCE)
                            .header())
                    .isEqualTo(header);
            assertThat(in.order()).isEqualTo(order);
            assertThat(in.position()).isEqualTo(3);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 47, 48, 51})
    void aBufferThatIsTooShortIsLeftWhereItWas(int room) {
        ByteBuffer out = ByteBuffer.allocate(room);
        assertThatExceptionOfType(BufferOverflowException.class)
                .isThrownBy(() -> KvcCodec.encodeFixed(KvcHeader.builder().build(), 0, out));
        assertThat(out.position()).isZero();
        assertThat(out.order()).isEqualTo(ByteOrder.BIG_ENDIAN);
    }

    @Test
    void aNegativeTextLengthIsNotWritten() {
        ByteBuffer out = ByteBuffer.allocate(52);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> KvcCodec.encodeFixed(KvcHeader.builder().build(), -1, out))
                .withMessage("textBytes is -1; it must be 0 to 2147483647");
        assertThat(out.position()).isZero();
    }

    @Test
    void textMustHashToTheKeyWhereThatIsAsked() throws IOException {
        ByteBuffer text = ByteBuffer.wrap(new byte[] {1, 2, 3, 4}, 1, 2);
        KvcCodec.requireKey(KvcKey.of(new byte[] {2, 3}), text, SOURCE);
        KvcFormatException e =
                assertFails(KEY_MISMATCH, () -> KvcCodec.requireKey(KvcKey.of(new byte[] {2}), text, SOURCE));
        assertThat(e)
                .hasMessage("test.kv: KEY_MISMATCH at offset 52: expected a text with SHA-1 "
                        + KvcKey.of(new byte[] {2}) + ", found SHA-1 " + KvcKey.of(new byte[] {2, 3}));
        assertThat(text.position()).isEqualTo(1);
    }

    @Test
    void aPreludeArrivesByteByByte() throws IOException {
        SampleFile sample = SampleFile.of(10);
        byte[] file = sample.withFooter();
        ReadableByteChannel slow = trickle(file);
        Prelude prelude = KvcCodec.readPrelude(slow, file.length, MAX_TEXT, SOURCE);
        assertThat(prelude.layout().header()).isEqualTo(sample.header());
        assertThat(prelude.text()).isEqualTo(ByteBuffer.wrap(sample.text()));
        ByteBuffer next = ByteBuffer.allocate(1);
        assertThat(slow.read(next)).isEqualTo(1);
        assertThat(next.get(0)).as("the payload follows").isEqualTo(sample.payload()[0]);
    }

    @Test
    void aPreludeIsWrittenToAChannelThatTakesAByteAtATime() throws IOException {
        SampleFile sample = SampleFile.of(0);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteBuffer text = ByteBuffer.wrap(sample.text());
        KvcCodec.writePrelude(sample.header(), text, byteAtATime(out));
        assertThat(out.toByteArray()).isEqualTo(sample.withoutFooter());
        assertThat(text.position()).isZero();
    }

    @Test
    void aStreamThatEndsInsideThePreludeIsTruncated() {
        byte[] file = SampleFile.of(10).withFooter();
        int textEnd = file.length - 10 - 44;
        for (int length = 0; length < textEnd; length++) {
            byte[] shorter = Arrays.copyOf(file, length);
            KvcFormatException e =
                    assertFails(TRUNCATED, () -> KvcCodec.readPrelude(trickle(shorter), file.length, MAX_TEXT, SOURCE));
            assertThat(e.offset()).isEqualTo(length);
            assertFails(TRUNCATED, () -> KvcCodec.readPrelude(trickle(shorter), shorter.length, MAX_TEXT, SOURCE));
        }
    }

    @Test
    void aStreamOfNegativeLengthIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> KvcCodec.readPrelude(trickle(new byte[0]), -1, MAX_TEXT, SOURCE))
                .withMessageContaining("fileBytes is -1");
    }

    @Test
    void aTrailerThatNoArrayCanHoldIsRefused() throws IOException {
        KvcHeader header = KvcHeader.builder().build();
        long fileBytes = 52 + 3L * (1 << 30);
        Tail tail = KvcCodec.readTail(sparse(header, fileBytes), new Layout(header, 0, fileBytes), SOURCE);
        assertThat(tail.trailerBytes()).isEqualTo(3L * (1 << 30));
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() ->
                        KvcCodec.readTrailer(sparse(header, fileBytes), new Layout(header, 0, fileBytes), tail, SOURCE))
                .withMessage("test.kv: a trailer of 3221225472 bytes does not fit in memory");
    }

    /** A file of that length whose bytes behind the header are all 7. */
    private static ReaderAt sparse(KvcHeader header, long fileBytes) {
        ByteBuffer fixed = fixed(header, 0);
        return new ReaderAt() {
            @Override
            public long size() {
                return fileBytes;
            }

            @Override
            public int read(ByteBuffer dst, long position) {
                int count = dst.remaining();
                for (int i = 0; i < count; i++) {
                    dst.put(position + i < 52 ? fixed.get((int) position + i) : 7);
                }
                return count;
            }
        };
    }

    private static ByteBuffer fixed(KvcHeader header, int textBytes) {
        ByteBuffer out = ByteBuffer.allocate(52).order(ByteOrder.LITTLE_ENDIAN);
        KvcCodec.encodeHeader(header, out);
        return out.putInt(textBytes).flip();
    }

    private static ReadableByteChannel trickle(byte[] bytes) {
        ByteBuffer source = ByteBuffer.wrap(bytes);
        return new ReadableByteChannel() {
            @Override
            public int read(ByteBuffer dst) {
                if (!source.hasRemaining()) {
                    return -1;
                }
                dst.put(source.get());
                return 1;
            }

            @Override
            public boolean isOpen() {
                return true;
            }

            @Override
            public void close() {}
        };
    }

    private static WritableByteChannel byteAtATime(ByteArrayOutputStream out) {
        WritableByteChannel whole = Channels.newChannel(out);
        return new WritableByteChannel() {
            @Override
            public int write(ByteBuffer src) throws IOException {
                int written = whole.write(src.slice(src.position(), Math.min(1, src.remaining())));
                src.position(src.position() + written);
                return written;
            }

            @Override
            public boolean isOpen() {
                return true;
            }

            @Override
            public void close() {}
        };
    }
}
