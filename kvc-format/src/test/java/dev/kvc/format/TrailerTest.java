package dev.kvc.format;

import static dev.kvc.format.SampleFile.bytes;
import static dev.kvc.format.SampleFile.concat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Sections: tool map, session title, and what cannot be parsed. */
final class TrailerTest {
    private static final ExtensionFlags TOOL_MAP = new ExtensionFlags(1);
    private static final ExtensionFlags TITLE = new ExtensionFlags(8);
    private static final ExtensionFlags BOTH = new ExtensionFlags(9);
    private static final ToolMap TWO_CALLS = new ToolMap(List.of(entry("call_1", "one"), entry("call_2", "two!")));
    private static final byte[] TWO_CALLS_BYTES =
            concat(ascii("KTM\1"), u32(2), u32(6), u32(3), ascii("call_1one"), u32(6), u32(4), ascii("call_2two!"));
    private static final byte[] TITLE_BYTES = concat(u32(13), ascii("Fix the build"));

    static ToolMap.Entry entry(String id, String block) {
        return new ToolMap.Entry(ByteBuffer.wrap(ascii(id)), ByteBuffer.wrap(ascii(block)));
    }

    @Test
    void sectionsAreWrittenInFlagBitOrder() {
        Trailer trailer = Trailer.of(TWO_CALLS, SessionTitle.of("Fix the build"));
        assertThat(bytes(trailer.raw())).isEqualTo(concat(TWO_CALLS_BYTES, TITLE_BYTES));
        assertThat(trailer.bytes()).isEqualTo(TWO_CALLS_BYTES.length + TITLE_BYTES.length);
        assertThat(bytes(Trailer.of(TWO_CALLS, null).raw())).isEqualTo(TWO_CALLS_BYTES);
        assertThat(bytes(Trailer.of(null, SessionTitle.of("Fix the build")).raw()))
                .isEqualTo(TITLE_BYTES);
        assertThat(Trailer.of(null, null)).isEqualTo(Trailer.EMPTY);
    }

    @Test
    void sectionsAreReadBack() {
        Trailer trailer = decode(BOTH, concat(TWO_CALLS_BYTES, TITLE_BYTES));
        assertThat(trailer.toolMap()).contains(TWO_CALLS);
        assertThat(trailer.sessionTitle()).contains(SessionTitle.of("Fix the build"));
        assertThat(trailer).isEqualTo(Trailer.of(TWO_CALLS, SessionTitle.of("Fix the build")));
        assertThat(trailer).hasSameHashCodeAs(Trailer.of(TWO_CALLS, SessionTitle.of("Fix the build")));
        assertThat(trailer).hasToString("Trailer[" + trailer.bytes() + " bytes, announced 9]");
    }

    @Test
    void onlyAnnouncedSectionsAreLookedFor() {
        byte[] raw = concat(TWO_CALLS_BYTES, TITLE_BYTES);
        assertThat(decode(TOOL_MAP, raw).toolMap()).contains(TWO_CALLS);
        assertThat(decode(TOOL_MAP, raw).sessionTitle()).isEmpty();
        assertThat(decode(new ExtensionFlags(0xF6), raw).toolMap()).isEmpty();
        assertThat(decode(new ExtensionFlags(0xF6), raw).sessionTitle()).isEmpty();
        assertThat(decode(TITLE, TITLE_BYTES).sessionTitle().orElseThrow().text())
                .isEqualTo("Fix the build");
        assertThat(decode(TITLE, TITLE_BYTES)).isNotEqualTo(decode(BOTH, TITLE_BYTES));
    }

    @Test
    void emptySectionsAreSections() {
        byte[] raw = concat(ascii("KTM\1"), u32(0), u32(0));
        assertThat(decode(BOTH, raw).toolMap()).contains(new ToolMap(List.of()));
        assertThat(decode(BOTH, raw).sessionTitle().orElseThrow().text()).isEmpty();
        assertThat(bytes(Trailer.of(new ToolMap(List.of()), SessionTitle.of("")).raw()))
                .isEqualTo(raw);
    }

    @Test
    void bytesBehindTheSectionsAreKept() {
        byte[] raw = concat(TWO_CALLS_BYTES, TITLE_BYTES, ascii("unknown"));
        Trailer trailer = decode(BOTH, raw);
        assertThat(trailer.toolMap()).contains(TWO_CALLS);
        assertThat(trailer.sessionTitle()).isPresent();
        assertThat(bytes(trailer.raw())).isEqualTo(raw);
    }

    @Test
    void everyTruncationIsIgnoredAndKept() {
        byte[] raw = concat(TWO_CALLS_BYTES, TITLE_BYTES);
        for (int length = 0; length < raw.length; length++) {
            Trailer trailer = decode(BOTH, Arrays.copyOf(raw, length));
            assertThat(trailer.toolMap().isPresent())
                    .as("length %d", length)
                    .isEqualTo(length >= TWO_CALLS_BYTES.length);
            assertThat(trailer.sessionTitle()).as("length %d", length).isEmpty();
            assertThat(bytes(trailer.raw())).isEqualTo(Arrays.copyOf(raw, length));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "1, 1, true",
        "256, 1, true",
        "257, 1, false",
        "0, 1, false",
        "1, 0, false",
        "1, 536870912, false", // legal, but not there
        "1, 536870913, false",
        "-1, 1, false", // 2^32-1
        "1, -1, false",
        "-1, -1, false",
        "-2147483648, -2147483648, false",
    })
    void lengthsOfAnEntryHaveTheirRanges(int idBytes, int blockBytes, boolean valid) {
        byte[] raw = concat(ascii("KTM\1"), u32(1), u32(idBytes), u32(blockBytes), new byte[300]);
        assertThat(decode(TOOL_MAP, raw).toolMap().isPresent()).isEqualTo(valid);
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 4, 1_000_000, Integer.MAX_VALUE, Integer.MIN_VALUE, -1})
    void aCountBeyondTheEntriesIsIgnored(int count) {
        byte[] raw = TWO_CALLS_BYTES.clone();
        System.arraycopy(u32(count), 0, raw, 4, 4);
        assertThat(decode(TOOL_MAP, concat(raw, ascii("x"))).toolMap()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"KTM\0", "KTM\2", "KTN\1", "ktm\1"})
    void anotherMagicOrVersionIsIgnored(String magicAndVersion) {
        assertThat(decode(TOOL_MAP, concat(ascii(magicAndVersion), u32(0))).toolMap())
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {14, Integer.MAX_VALUE, Integer.MIN_VALUE, -1})
    void aTitleBeyondTheEndIsIgnored(int length) {
        assertThat(decode(TITLE, concat(u32(length), ascii("Fix the build"))).sessionTitle())
                .isEmpty();
    }

    @Test
    void aTitleBehindABrokenToolMapCannotBeFound() {
        byte[] broken = TWO_CALLS_BYTES.clone();
        broken[3] = 2;
        Trailer trailer = decode(BOTH, concat(broken, TITLE_BYTES));
        assertThat(trailer.toolMap()).isEmpty();
        assertThat(trailer.sessionTitle()).isEmpty();
    }

    @Test
    void flagsAnnounceWhatIsThere() {
        ExtensionFlags foreign = new ExtensionFlags(0x32);
        Trailer title = Trailer.of(null, SessionTitle.of("t"));
        assertThat(Trailer.of(TWO_CALLS, null).announceIn(foreign).bits()).isEqualTo(0x33);
        assertThat(title.announceIn(foreign).bits()).isEqualTo(0x3A);
        assertThat(Trailer.EMPTY.announceIn(foreign)).isEqualTo(foreign);
    }

    @Test
    void flagsDoNotAnnounceASectionThatWasLeftOut() {
        // Else a reader would look for a tool map where the title stands, and find neither.
        Trailer title = Trailer.of(null, SessionTitle.of("t"));
        ExtensionFlags flags = title.announceIn(BOTH);
        assertThat(flags).isEqualTo(TITLE);
        assertThat(Trailer.decode(flags, title.raw()).sessionTitle()).isPresent();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 8, 9, 0xFF})
    void flagsOfTheTrailersOwnFileStayAsTheyAre(int bits) {
        ExtensionFlags flags = new ExtensionFlags(bits);
        assertThat(decode(flags, ascii("not a section")).announceIn(flags)).isEqualTo(flags);
        assertThat(decode(flags, new byte[0]).announceIn(flags)).isEqualTo(flags);
    }

    @Test
    void aTrailerDoesNotChangeWithTheBuffersItWasMadeOf() {
        byte[] raw = concat(TWO_CALLS_BYTES, TITLE_BYTES);
        Trailer decoded = decode(BOTH, raw);
        Arrays.fill(raw, (byte) 0);
        assertThat(decoded.toolMap()).contains(TWO_CALLS);

        byte[] title = ascii("title");
        Trailer made = Trailer.of(null, new SessionTitle(ByteBuffer.wrap(title)));
        Arrays.fill(title, (byte) 'x');
        assertThat(made.sessionTitle().orElseThrow().text()).isEqualTo("title");
        assertThat(made.raw().isReadOnly()).isTrue();
    }

    @Test
    void decodingStartsAtThePositionAndLeavesIt() {
        ByteBuffer raw = ByteBuffer.wrap(concat(ascii("..."), TITLE_BYTES, ascii("...")));
        raw.position(3).limit(3 + TITLE_BYTES.length);
        Trailer trailer = Trailer.decode(TITLE, raw);
        assertThat(bytes(trailer.raw())).isEqualTo(TITLE_BYTES);
        assertThat(raw.position()).isEqualTo(3);
        trailer.raw().get();
        assertThat(trailer.raw().remaining())
                .as("after reading another buffer of it")
                .isEqualTo(TITLE_BYTES.length);
    }

    @Test
    void entriesHaveBytesOfTheirOwnRange() {
        ByteBuffer one = ByteBuffer.allocate(1);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ToolMap.Entry(ByteBuffer.allocate(0), one))
                .withMessage("tool map id has 0 bytes; it must have 1 to 256");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ToolMap.Entry(ByteBuffer.allocate(257), one))
                .withMessage("tool map id has 257 bytes; it must have 1 to 256");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ToolMap.Entry(one, ByteBuffer.allocate(0)))
                .withMessage("tool map block has 0 bytes; it must have 1 to 536870912");
        ToolMap.Entry entry = new ToolMap.Entry(ByteBuffer.allocate(256), one);
        entry.id().get();
        entry.block().get();
        assertThat(entry.id().remaining()).isEqualTo(256);
        assertThat(entry.block().remaining()).isEqualTo(1);
        assertThat(entry.block().isReadOnly()).isTrue();
    }

    @Test
    void titlesAreUtf8() {
        assertThat(bytes(SessionTitle.of("grüße").bytes())).isEqualTo("grüße".getBytes(StandardCharsets.UTF_8));
        assertThat(SessionTitle.of("grüße").text()).isEqualTo("grüße");
        assertThat(new SessionTitle(ByteBuffer.wrap(new byte[] {'a', (byte) 0xFF})).text())
                .isEqualTo("a\uFFFD");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SessionTitle.of("\uD83D"))
                .withMessageContaining("surrogate");
    }

    private static Trailer decode(ExtensionFlags flags, byte[] raw) {
        return Trailer.decode(flags, ByteBuffer.wrap(raw));
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] u32(int value) {
        return new byte[] {(byte) value, (byte) (value >>> 8), (byte) (value >>> 16), (byte) (value >>> 24)};
    }
}
