package dev.kvc.format;

import static dev.kvc.format.FormatAssert.assertFails;
import static dev.kvc.format.SampleFile.bytes;
import static dev.kvc.format.SampleFile.concat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kvc.format.GoldenFiles.Entry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Files written by the reference implementation, by ds4 and from the format's page, against their manifest. */
final class GoldenFilesTest {
    private static final HexFormat HEX = HexFormat.of();

    static Stream<Entry> good() {
        return GoldenFiles.good();
    }

    static Stream<Entry> bad() {
        return GoldenFiles.bad();
    }

    @Test
    void thereAreFilesOfBothKinds() {
        assertThat(good()).hasSize(34);
        assertThat(bad()).hasSize(26);
    }

    @ParameterizedTest
    @MethodSource("good")
    void headerIsAsInTheManifest(Entry entry) throws IOException {
        WholeFile file = WholeFile.read(entry.bytes());
        KvcHeader header = file.layout().header();
        Entry expected = entry.header();
        assertThat(expected.number("version")).isEqualTo(1);
        assertThat(header.quantBits()).isEqualTo(expected.number("quantBits").intValueExact());
        assertThat(header.saveReason().code())
                .isEqualTo(expected.number("saveReasonCode").intValueExact());
        assertThat(header.extensionFlags().bits())
                .isEqualTo(expected.number("extFlags").intValueExact());
        assertThat(header.modelId()).isEqualTo(expected.number("modelId").intValueExact());
        assertThat(header.tokenCount()).isEqualTo(expected.number("tokenCount").longValueExact());
        assertThat(header.hitCount()).isEqualTo(expected.number("hitCount").longValueExact());
        assertThat(header.contextSize())
                .isEqualTo(expected.number("contextSize").longValueExact());
        assertThat(header.payloadAbi()).isEqualTo(expected.number("payloadAbi").intValueExact());
        assertThat(header.reserved()).isEqualTo(littleEndian(expected.string("reserved")));
        assertThat(unsigned(header.createdUnix())).isEqualTo(expected.number("createdUnix"));
        assertThat(unsigned(header.lastUsedUnix())).isEqualTo(expected.number("lastUsedUnix"));
        assertThat(header.payloadBytes())
                .isEqualTo(expected.number("payloadBytes").longValueExact());
        assertThat(file.layout().textBytes())
                .isEqualTo(expected.number("textBytes").intValueExact());
        assertThat(file.layout().fileBytes())
                .isEqualTo(entry.number("fileBytes").longValueExact());
    }

    @ParameterizedTest
    @MethodSource("good")
    void partsAreAsInTheManifest(Entry entry) throws Exception {
        WholeFile file = WholeFile.read(entry.bytes());
        KvcKey key = KvcKey.of(file.text());
        assertThat(key).isEqualTo(KvcKey.parse(entry.string("textSha1")));
        assertThat(key.equals(entry.name())).isEqualTo(entry.bool("nameIsTextSha1"));
        assertThat(HEX.formatHex(sha256(file.payload()))).isEqualTo(entry.string("payloadSha256"));
        byte[] footer = file.tail().footer().map(f -> bytes(f.encode())).orElse(new byte[0]);
        byte[] behindPayload = concat(bytes(file.trailer().raw()), footer);
        assertThat(HEX.formatHex(behindPayload)).isEqualTo(entry.string("trailerHex"));
        assertThat(file.layout().tailBytes())
                .isEqualTo(entry.number("trailerBytes").longValueExact());
    }

    @ParameterizedTest
    @MethodSource("good")
    void footerIsAsInTheManifest(Entry entry) throws IOException {
        WholeFile file = WholeFile.read(entry.bytes());
        assertThat(file.verified()).isEqualTo(entry.string("footer").equals("valid"));
        if (file.verified()) {
            int footerBytes = entry.number("footerBytes").intValueExact();
            assertThat(file.tail().footer().orElseThrow().bytes()).isEqualTo(footerBytes);
            assertThat(file.tail().trailerBytes()).isEqualTo(file.layout().tailBytes() - footerBytes);
        }
        Entry header = entry.header();
        assertThat(file.effectiveHeader().modelId()).isEqualTo(effective(entry, "effectiveModelId", header, "modelId"));
        assertThat(file.effectiveHeader().payloadAbi())
                .isEqualTo(effective(entry, "effectivePayloadAbi", header, "payloadAbi"));
    }

    @ParameterizedTest
    @MethodSource("good")
    void encodingTheDecodedPartsGivesTheSameBytes(Entry entry) throws IOException {
        WholeFile file = WholeFile.read(entry.bytes());
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        KvcCodec.writePrelude(file.layout().header(), file.text(), Channels.newChannel(out));
        out.writeBytes(bytes(file.payload()));
        out.writeBytes(bytes(file.trailer().raw()));
        if (file.verified()) {
            BlockChecksums checksums = new BlockChecksums(file.payload().remaining());
            checksums.update(file.payload());
            // A header that lost its model id or ABI to a hit was written with those that the footer restores.
            IntegrityFooter afresh = IntegrityFooter.of(
                    file.effectiveHeader(),
                    file.text(),
                    checksums,
                    file.trailer().raw());
            assertThat(afresh).isEqualTo(file.tail().footer().orElseThrow());
            out.writeBytes(bytes(afresh.encode()));
        }
        assertThat(out.toByteArray()).isEqualTo(entry.bytes());
    }

    @Test
    void sectionsOfBothKindsAreFound() throws IOException {
        Trailer both = trailer("a6ca091c3bd3de779d2f962b533fdfe826ee463c");
        assertThat(both.toolMap().orElseThrow().entries())
                .containsExactly(TrailerTest.entry("call_1", "<tool_calls></tool_calls>"));
        assertThat(both.sessionTitle().orElseThrow().text()).isEqualTo("Fix the build");

        Trailer three = trailer("1f0305cecb283dbdba66e389047ccc10bbb29586");
        String call = "<tool_calls>ls -la</tool_calls>";
        assertThat(three.toolMap().orElseThrow().entries())
                .containsExactly(
                        TrailerTest.entry("call_0", call),
                        TrailerTest.entry("call_1", call.repeat(2)),
                        TrailerTest.entry("call_2", call.repeat(3)));
        assertThat(three.sessionTitle()).isEmpty();

        Trailer beforeFooter = trailer("5464bf54ef94e25b8f3764f073a689590be42e82");
        assertThat(beforeFooter.toolMap().orElseThrow().entries()).containsExactly(TrailerTest.entry("call_9", "<x/>"));
    }

    @ParameterizedTest
    @MethodSource("good")
    void sectionsThatCannotBeParsedAreIgnored(Entry entry) throws IOException {
        Trailer trailer = WholeFile.read(entry.bytes()).trailer();
        if (entry.string("what").contains("ignored, hit unharmed")) {
            assertThat(trailer.bytes()).isPositive();
            assertThat(trailer.toolMap()).isEmpty();
            assertThat(trailer.sessionTitle()).isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("bad")
    void badFilesGiveTheirKind(Entry entry) {
        byte[] file = entry.bytes();
        assertThat(file).hasSize(entry.number("fileBytes").intValueExact());
        KvcFormatException e =
                assertFails(KvcFormatException.Kind.valueOf(entry.string("kind")), () -> WholeFile.read(file));
        assertThat(e)
                .hasMessageStartingWith("test.kv: ")
                .hasMessageContaining("expected")
                .hasMessageContaining("found");
        assertThat(e.offset()).isBetween(0L, (long) file.length);
    }

    private static Trailer trailer(String name) throws IOException {
        return WholeFile.read(GoldenFiles.bytes("good/" + name + ".kv")).trailer();
    }

    private static int effective(Entry entry, String effective, Entry header, String field) {
        return (entry.has(effective) ? entry.number(effective) : header.number(field)).intValueExact();
    }

    private static BigInteger unsigned(long value) {
        return new BigInteger(Long.toUnsignedString(value));
    }

    private static int littleEndian(String threeBytesInHex) {
        byte[] bytes = HEX.parseHex(threeBytesInHex);
        return Byte.toUnsignedInt(bytes[0]) | Byte.toUnsignedInt(bytes[1]) << 8 | Byte.toUnsignedInt(bytes[2]) << 16;
    }

    private static byte[] sha256(ByteBuffer bytes) throws Exception {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        digest.update(bytes.duplicate());
        return digest.digest();
    }
}
