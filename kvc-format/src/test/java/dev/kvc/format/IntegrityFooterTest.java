package dev.kvc.format;

import static dev.kvc.format.FormatAssert.assertFails;
import static dev.kvc.format.KvcFormatException.Kind.CHECKSUM_MISMATCH;
import static dev.kvc.format.SampleFile.bytes;
import static dev.kvc.format.SampleFile.concat;
import static dev.kvc.format.SampleFile.ordinaryHeader;
import static dev.kvc.format.SampleFile.withByte;
import static dev.kvc.format.SampleFile.withFooterChanged;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every rule of the footer, by construction. */
final class IntegrityFooterTest {
    private static final SampleFile SAMPLE = SampleFile.of(300);
    private static final byte[] FILE = SAMPLE.withFooter();
    private static final int END = FILE.length - 44;
    private static final int LAST = FILE.length - 40;

    @Test
    void standsAtTheEndFieldByField() {
        SampleFile sample = SampleFile.of(
                ordinaryHeader().modelId(7).payloadAbi(2).reserved(0x563412).hitCount(3),
                "prompt",
                (1 << 20) + 5,
                Trailer.of(null, SessionTitle.of("title")));
        byte[] file = sample.withFooter();
        ByteBuffer last = last(file);
        assertThat(last.getInt(0)).isEqualTo('K' | 'C' << 8 | 'S' << 16 | 1 << 24);
        assertThat(last.getInt(4)).isEqualTo(48);
        assertThat(last.getInt(8))
                .isEqualTo(crc(concat(
                        part(file, 0, 5),
                        part(file, 8, 12),
                        part(file, 16, 20),
                        part(file, 24, 32),
                        part(file, 40, 52))));
        assertThat(last.getInt(12)).isEqualTo(crc(sample.text()));
        assertThat(last.getInt(16)).isEqualTo(crc(part(file, file.length - 48, file.length - 40)));
        assertThat(last.getInt(20)).isEqualTo(crc(bytes(sample.trailer().raw())));
        assertThat(last.getLong(24)).isEqualTo(file.length);
        assertThat(part(file, file.length - 8, file.length - 4)).containsExactly(7, 2, 20, 0);
        assertThat(last.getInt(36)).isEqualTo(crc(part(file, file.length - 40, file.length - 4)));
        ByteBuffer table = ByteBuffer.wrap(file, file.length - 48, 8).order(ByteOrder.LITTLE_ENDIAN);
        assertThat(table.getInt()).isEqualTo(crc(Arrays.copyOf(sample.payload(), 1 << 20)));
        assertThat(table.getInt()).isEqualTo(crc(part(sample.payload(), 1 << 20, (1 << 20) + 5)));
    }

    @Test
    void readsWhatWasWritten() throws IOException {
        WholeFile read = WholeFile.read(FILE);
        assertThat(read.tail().footer()).contains(SAMPLE.footer());
        assertThat(read.tail().trailerBytes()).isZero();
        IntegrityFooter footer = read.tail().footer().orElseThrow();
        assertThat(footer).hasSameHashCodeAs(SAMPLE.footer());
        assertThat(footer.blocks()).isEqualTo(1);
        assertThat(footer.bytes()).isEqualTo(44);
        assertThat(bytes(footer.encode())).isEqualTo(part(FILE, END, FILE.length));
        assertThat(footer).isNotEqualTo(SampleFile.of(301).footer()).isNotEqualTo(null);
        BlockChecksums payload = new BlockChecksums(SAMPLE.payload().length);
        payload.update(ByteBuffer.wrap(SAMPLE.payload()));
        assertThat(footer.payload(read.layout())).isEqualTo(payload.finish());
    }

    @Test
    void coversNothingOfAnEmptyPayload() throws IOException {
        WholeFile read = WholeFile.read(SampleFile.of(0).withFooter());
        assertThat(read.verified()).isTrue();
        assertThat(read.tail().footer().orElseThrow().blocks()).isZero();
    }

    @Test
    void standsBehindTheTrailer() throws IOException {
        Trailer trailer = Trailer.decode(ExtensionFlags.NONE, ByteBuffer.wrap(new byte[] {1, 2, 3}));
        WholeFile read =
                WholeFile.read(SampleFile.of(ordinaryHeader(), "t", 10, trailer).withFooter());
        assertThat(read.verified()).isTrue();
        assertThat(read.tail().trailerBytes()).isEqualTo(3);
        assertThat(read.trailer()).isEqualTo(trailer);
    }

    @Test
    void mayHaveATrailerLongerThanOneBuffer() throws IOException {
        byte[] raw = new byte[200_000];
        new Random(1).nextBytes(raw);
        Trailer trailer = Trailer.decode(ExtensionFlags.NONE, ByteBuffer.wrap(raw));
        byte[] file = SampleFile.of(ordinaryHeader(), "t", 10, trailer).withFooter();
        assertThat(WholeFile.read(file).trailer()).isEqualTo(trailer);
        assertMismatch(withByte(file, 52 + 1 + 10 + 150_000, file[150_063] + 1), "trailer");
    }

    @Test
    void isMadeOfOneWholePayload() {
        KvcHeader header = ordinaryHeader().payloadBytes(3).build();
        ByteBuffer none = ByteBuffer.allocate(0);
        BlockChecksums two = new BlockChecksums(2);
        two.update(ByteBuffer.allocate(1));
        assertThatIllegalStateException()
                .isThrownBy(() -> IntegrityFooter.of(header, none, two, none))
                .withMessage("payload has 1 bytes; 2 were announced");
        two.update(ByteBuffer.allocate(1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> IntegrityFooter.of(header, none, two, none))
                .withMessage("payload has 2 bytes; the header announces 3");
    }

    @Test
    void ofFewerThanFortyBytesIsAbsent() throws IOException {
        byte[] end = Arrays.copyOf(FILE, END);
        for (int count = 0; count < 40; count++) {
            byte[] zeros = concat(end, new byte[count]);
            assertAbsent(zeros, count);
            assertAbsent(concat(end, part(FILE, FILE.length - count, FILE.length)), count);
        }
        assertMismatch(concat(end, new byte[40]), "footer begins");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2, 3, 255})
    void ofAnotherVersionIsAbsentWhateverStandsInIt(int version) throws IOException {
        assertAbsent(withByte(FILE, LAST + 3, version), 44);
        assertAbsent(withFooterChanged(FILE, last -> last.put(3, (byte) version)), 44);
        // The length of the file alone would make it ours, but the version goes first.
        assertAbsent(withFooterChanged(FILE, last -> last.put(3, (byte) version).putInt(8, 0)), 44);
    }

    @Test
    void beginningWithTwentyFourZerosIsWhatAPowerCutLeaves() {
        for (int from : new int[] {40, 36, 24}) {
            byte[] torn = FILE.clone();
            Arrays.fill(torn, LAST, LAST + from, (byte) 0);
            assertMismatch(torn, "footer begins");
        }
    }

    @Test
    void withoutMagicButWithTheFilesLengthIsDamaged() {
        for (int zeros = 1; zeros <= 24; zeros++) {
            byte[] torn = FILE.clone();
            Arrays.fill(torn, LAST, LAST + zeros, (byte) 0);
            assertMismatch(torn, "footer begins");
        }
        assertMismatch(withFooterChanged(FILE, last -> last.put(0, (byte) 'X')), "footer begins");
    }

    @Test
    void withNeitherMagicNorZerosNorTheFilesLengthIsAbsent() throws IOException {
        assertAbsent(withFooterChanged(FILE, last -> last.put(0, (byte) 'X').putLong(24, 7)), 44);
        assertAbsent(withFooterChanged(FILE, last -> zero(last, 23).putLong(24, FILE.length + 1)), 44);
        assertMismatch(withFooterChanged(FILE, last -> zero(last, 24).putLong(24, FILE.length + 1)), "footer begins");
    }

    private static ByteBuffer zero(ByteBuffer last, int count) {
        last.put(23, (byte) 1);
        for (int i = 0; i < count; i++) {
            last.put(i, (byte) 0);
        }
        return last;
    }

    @Test
    void withAWrongChecksumOfItsOwnIsDamaged() {
        assertMismatch(withByte(FILE, FILE.length - 1, FILE[FILE.length - 1] + 1), "of the footer");
        assertMismatch(withByte(FILE, LAST + 8, FILE[LAST + 8] + 1), "of the footer");
        // A block size and a byte 35 of another kind count only under a right checksum.
        assertMismatch(withByte(FILE, LAST + 34, 21), "of the footer");
        assertMismatch(withByte(FILE, LAST + 35, 1), "of the footer");
    }

    @ParameterizedTest
    @CsvSource({"34, 0", "34, 16", "34, 21", "34, 255", "35, 1", "35, 128"})
    void ofAnotherKindIsAbsent(int offset, int value) throws IOException {
        assertAbsent(withFooterChanged(FILE, last -> last.put(offset, (byte) value)), 44);
        // Its length is by rules that we do not know.
        assertAbsent(
                withFooterChanged(FILE, last -> last.put(offset, (byte) value).putInt(4, 1000)), 44);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, -1, Long.MIN_VALUE})
    void withAnotherFileLengthIsDamaged(long difference) {
        if (difference != 0) {
            byte[] file = withFooterChanged(FILE, last -> last.putLong(24, FILE.length + difference));
            assertMismatch(file, Long.toUnsignedString(FILE.length + difference));
        }
        assertMismatch(concat(FILE, part(FILE, LAST, FILE.length)), "a file of " + FILE.length + " bytes");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 39, 40, 43, 45, 48, 1000, Integer.MAX_VALUE, Integer.MIN_VALUE, -1})
    void withAnotherLengthThanItsTableGivesIsDamaged(int length) {
        byte[] file = withFooterChanged(FILE, last -> last.putInt(4, length));
        assertMismatch(file, Integer.toUnsignedString(length) + " bytes");
    }

    @Test
    void longerThanWhatStandsBehindThePayloadIsDamaged() {
        // The header announces one block more than the file's tail has room for a checksum of.
        SampleFile sample = SampleFile.of(0);
        byte[] file = withFooterChanged(
                sample.withFooter(), last -> last.putInt(4, 44).putLong(24, 0));
        byte[] padded =
                concat(Arrays.copyOf(file, file.length - 40), new byte[1], part(file, file.length - 40, file.length));
        padded[40] = 1;
        assertMismatch(
                withFooterChanged(padded, last -> last.putLong(24, padded.length)), "44 bytes within the 40 behind");
    }

    @Test
    void withADamagedTableIsDamaged() {
        KvcFormatException e = assertMismatch(withByte(FILE, END, FILE[END] + 1), "checksum table");
        assertThat(e.offset()).isEqualTo(END);
    }

    @Test
    void namesTheDamagedPartAndItsOffset() {
        SampleFile sample = SampleFile.of((2 << 20) + 9);
        byte[] file = sample.withFooter();
        int payload = 52 + sample.text().length;
        assertThat(assertMismatch(withByte(file, 8, 3), "of the header").offset())
                .isZero();
        assertThat(assertMismatch(withByte(file, 52, 3), "of the text").offset())
                .isEqualTo(52);
        assertThat(assertMismatch(withByte(file, payload, file[payload] + 1), "payload block 0")
                        .offset())
                .isEqualTo(payload);
        int third = payload + (2 << 20);
        KvcFormatException e = assertMismatch(withByte(file, third + 8, file[third + 8] + 1), "payload block 2");
        assertThat(e.offset()).isEqualTo(third);
        assertThat(e.source()).isEqualTo("test.kv");
        assertThat(e)
                .hasMessageMatching("test\\.kv: CHECKSUM_MISMATCH at offset " + third
                        + ": expected CRC-32C [0-9a-f]{8} of the payload block 2, found [0-9a-f]{8}");
    }

    @ParameterizedTest
    @CsvSource({
        // header model, header ABI, footer model, footer ABI, effective model, effective ABI (-1: mismatch)
        "0, 0, 0, 0, 0, 0",
        "1, 2, 1, 2, 1, 2",
        "0, 0, 1, 2, 1, 2",
        "1, 0, 1, 2, 1, 2",
        "0, 2, 1, 2, 1, 2",
        "0, 2, 0, 2, 0, 2",
        "255, 255, 255, 255, 255, 255",
        "3, 2, 2, 2, -1, -1",
        "2, 6, 2, 2, -1, -1",
        "1, 0, 0, 0, -1, -1",
        "0, 2, 0, 0, -1, -1",
        "0, 3, 1, 2, -1, -1",
        "3, 0, 1, 2, -1, -1",
    })
    void aZeroInTheHeaderGivesWayToTheFooterEachByItself(
            int headerModel, int headerAbi, int footerModel, int footerAbi, int model, int abi) throws IOException {
        SampleFile sample =
                SampleFile.of(ordinaryHeader().modelId(footerModel).payloadAbi(footerAbi), "text", 10, Trailer.EMPTY);
        byte[] file = withByte(withByte(sample.withFooter(), 7, headerModel), 20, headerAbi);
        if (model < 0) {
            assertMismatch(file, "as in the footer, or 0");
            return;
        }
        WholeFile read = WholeFile.read(file);
        assertThat(read.verified()).isTrue();
        assertThat(read.layout().header().modelId()).isEqualTo(headerModel);
        assertThat(read.layout().header().payloadAbi()).isEqualTo(headerAbi);
        assertThat(read.effectiveHeader()).isEqualTo(sample.header());
        assertThat(read.effectiveHeader().modelId()).isEqualTo(model);
        assertThat(read.effectiveHeader().payloadAbi()).isEqualTo(abi);
        IntegrityFooter footer = read.tail().footer().orElseThrow();
        assertThat(footer.modelId()).isEqualTo(footerModel);
        assertThat(footer.payloadAbi()).isEqualTo(footerAbi);
    }

    @Test
    void aFileWithoutOneHasTheHeaderAsItStands() throws IOException {
        WholeFile read = WholeFile.read(SAMPLE.withoutFooter());
        assertThat(read.verified()).isFalse();
        assertThat(read.effectiveHeader()).isSameAs(read.layout().header());
    }

    @Test
    void survivesAHitOfTheReferenceImplementationAndOfDs4() throws IOException {
        SampleFile sample = SampleFile.of(
                ordinaryHeader().modelId(1).payloadAbi(2).reserved(0x563412).hitCount(6), "text", 10, Trailer.EMPTY);
        KvcHeader hit = sample.header().toBuilder()
                .hitCount(7)
                .lastUsedUnix(1_900_000_000)
                .saveReason(SaveReason.UNKNOWN)
                .modelId(0)
                .payloadAbi(0)
                .reserved(0)
                .build();
        byte[] file = sample.withFooter();
        KvcCodec.encodeHeader(hit, ByteBuffer.wrap(file));
        WholeFile read = WholeFile.read(file);
        assertThat(read.verified()).isTrue();
        assertThat(read.layout().header()).isEqualTo(hit);
        assertThat(read.effectiveHeader())
                .isEqualTo(hit.toBuilder().modelId(1).payloadAbi(2).build());
    }

    @Test
    void flagBitSixIsNotLookedAtWhenReading() throws IOException {
        assertThat(WholeFile.read(withByte(FILE, 6, ExtensionFlags.OWNED_END)).verified())
                .isTrue();
    }

    @Test
    void aTrailerThatChangedSinceItWasVerifiedIsNotHandedOut() throws IOException {
        Trailer trailer = Trailer.of(null, SessionTitle.of("title"));
        byte[] file = SampleFile.of(ordinaryHeader(), "text", 10, trailer).withFooter();
        ReaderAt reader = ReaderAt.of(ByteBuffer.wrap(file));
        Layout layout = KvcCodec.readLayout(reader, 100, "test.kv");
        Tail tail = KvcCodec.readTail(reader, layout, "test.kv");
        file[(int) layout.payloadEnd() + 4]++;
        assertFails(CHECKSUM_MISMATCH, () -> KvcCodec.readTrailer(reader, layout, tail, "test.kv"));
    }

    @Test
    void aTableThatNoArrayCanHoldIsReportedAndNotAllocated() {
        long payloadBytes = BlockChecksums.MAX_PAYLOAD_BYTES + 1;
        long footerBytes = IntegrityFooter.bytesFor(payloadBytes);
        Layout layout =
                new Layout(ordinaryHeader().payloadBytes(payloadBytes).build(), 0, 52 + payloadBytes + footerBytes);
        byte[] end = withFooterChanged(
                SampleFile.of(0).withFooter(),
                last -> last.putInt(4, (int) footerBytes).putLong(24, layout.fileBytes()));
        ReaderAt sparse = new ReaderAt() {
            @Override
            public long size() {
                return layout.fileBytes();
            }

            @Override
            public int read(ByteBuffer dst, long position) {
                int count = dst.remaining();
                for (long left = layout.fileBytes() - position; dst.hasRemaining(); left--) {
                    dst.put(left <= 40 ? end[end.length - (int) left] : 0);
                }
                return count;
            }
        };
        assertThatIOException()
                .isThrownBy(() -> KvcCodec.readTail(sparse, layout, "test.kv"))
                .withMessage("test.kv: the checksum table of 2147483600 bytes does not fit in memory");
    }

    private static void assertAbsent(byte[] file, long trailerBytes) throws IOException {
        WholeFile read = WholeFile.read(file);
        assertThat(read.verified()).isFalse();
        assertThat(read.tail().trailerBytes()).isEqualTo(trailerBytes);
        assertThat(read.trailer().bytes()).isEqualTo((int) trailerBytes);
    }

    private static KvcFormatException assertMismatch(byte[] file, String message) {
        KvcFormatException e = assertFails(CHECKSUM_MISMATCH, () -> WholeFile.read(file));
        assertThat(e).hasMessageContaining(message);
        return e;
    }

    private static ByteBuffer last(byte[] file) {
        return ByteBuffer.wrap(file, file.length - 40, 40).slice().order(ByteOrder.LITTLE_ENDIAN);
    }

    private static byte[] part(byte[] file, int from, int to) {
        return Arrays.copyOfRange(file, from, to);
    }

    private static int crc(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return (int) crc.getValue();
    }
}
