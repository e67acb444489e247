package dev.kvc.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvc.format.ExtensionFlags;
import dev.kvc.format.KvcHeader;
import dev.kvc.format.KvcKey;
import dev.kvc.format.SaveReason;
import dev.kvc.format.SessionTitle;
import dev.kvc.format.ToolMap;
import dev.kvc.format.Trailer;
import dev.kvc.store.PayloadSource;
import dev.kvc.store.SaveOptions;
import dev.kvc.store.SaveResult;
import dev.kvc.store.SaveResult.Outcome;
import dev.kvc.store.Snapshot;
import dev.kvc.store.SnapshotDraft;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Saves: what comes back, replacement, and what the caller may do afterwards. */
abstract class SavingContract extends StoreFixture {
    private static final String TEXT = "a text";
    private static final KvcKey KEY = KvcKey.of(TEXT);
    private static final long U32_MAX = 0xFFFF_FFFFL;

    @ParameterizedTest
    @ValueSource(longs = {0, 1, MIB - 1, MIB, MIB + 1, 5 * MIB + 3})
    void payloadOfAnySizeComesBackWhole(long bytes) throws Exception {
        SeededPayload payload = new SeededPayload(bytes, bytes);
        SaveResult result = store().save(draft(TEXT, payload).build());
        assertWritten(result);
        assertThat(result.bytes()).isPositive();
        assertThat(result.causeOrNull()).isNull();
        assertServed(store(), KEY, TEXT, payload);
    }

    @Test
    void everyHeaderFieldIsKept() throws Exception {
        KvcHeader header = KvcHeader.builder()
                .quantBits(255)
                .saveReason(new SaveReason(9))
                .extensionFlags(new ExtensionFlags(0b1011_0110))
                .modelId(254)
                .tokenCount(U32_MAX)
                .hitCount(7)
                .contextSize(U32_MAX - 1)
                .payloadAbi(253)
                .reserved(0xABCDEF)
                .createdUnix(-2)
                .lastUsedUnix(-3)
                .build();
        SnapshotDraft draft = SnapshotDraft.builder()
                .header(header)
                .text(TEXT)
                .payload(SeededPayload.of(TEXT))
                .build();
        assertWritten(store().save(draft));
        assertHeader(header.toBuilder().payloadBytes(draft.payload().size()).build());
    }

    @Test
    void emptyHeaderIsKept() throws Exception {
        KvcHeader header = KvcHeader.builder().build();
        store().save(SnapshotDraft.builder()
                .header(header)
                .text(TEXT)
                .payload(new byte[0])
                .build());
        assertHeader(header);
    }

    @Test
    void timesAreTheClocksUnlessTheCallerGaveAHeader() throws Exception {
        save(TEXT);
        assertThat(stat(TEXT).header().createdUnix()).isEqualTo(clock.unix());
        assertThat(stat(TEXT).header().lastUsedUnix()).isEqualTo(clock.unix());
    }

    private void assertHeader(KvcHeader header) throws Exception {
        assertThat(stat(TEXT).header()).isEqualTo(header);
        try (Snapshot snapshot = present(store().load(KEY, WITHOUT_HIT), TEXT)) {
            assertThat(snapshot.info().header()).isEqualTo(header);
        }
    }

    @Test
    void sectionsAreKept() throws Exception {
        ToolMap tools = new ToolMap(List.of(new ToolMap.Entry(utf8("call-1"), utf8("what it stands for"))));
        SnapshotDraft draft = draft(TEXT)
                .toolMap(tools)
                .sessionTitle(SessionTitle.of("A title, “quoted”"))
                .build();
        store().save(draft);
        try (Snapshot snapshot = load(TEXT)) {
            assertIs(snapshot, TEXT, SeededPayload.of(TEXT));
            assertThat(snapshot.trailer()).isEqualTo(draft.trailer());
            assertThat(snapshot.trailer().toolMap()).contains(tools);
            assertThat(present(snapshot.trailer().sessionTitle(), "title").text())
                    .isEqualTo("A title, “quoted”");
            assertThat(snapshot.info().header().extensionFlags().bits())
                    .isEqualTo(ExtensionFlags.TOOL_MAP | ExtensionFlags.SESSION_TITLE);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 40, 200_000})
    void trailerBytesOfOtherWritersAreKept(int count) throws Exception {
        ByteBuffer unknown = ByteBuffer.wrap(new SeededPayload(count, count).bytes());
        store().save(draft(TEXT)
                .trailer(Trailer.decode(ExtensionFlags.NONE, unknown))
                .build());
        try (Snapshot snapshot = load(TEXT)) {
            assertIs(snapshot, TEXT, SeededPayload.of(TEXT));
            assertThat(snapshot.trailer().raw()).isEqualTo(unknown);
        }
    }

    @Test
    void endOwnedByAnotherWriterIsKept() throws Exception {
        ExtensionFlags owned = new ExtensionFlags(ExtensionFlags.OWNED_END);
        store().save(draft(TEXT, SeededPayload.of(TEXT), header -> header.extensionFlags(owned))
                .trailer(Trailer.decode(ExtensionFlags.NONE, utf8("their end")))
                .build());
        try (Snapshot snapshot = load(TEXT)) {
            assertIs(snapshot, TEXT, SeededPayload.of(TEXT));
            assertThat(snapshot.trailer().raw()).isEqualTo(utf8("their end"));
        }
    }

    @Test
    void emptyTextIsKeptUnderTheKeyThatWasGiven() throws Exception {
        KvcKey key = KvcKey.of("not the text");
        assertWritten(store().save(key, draft("").build(), SaveOptions.DEFAULT));
        assertServed(store(), key, "", SeededPayload.of(""));
        assertNotServed(store(), "");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4_000, MIB + 1})
    void textIsBytesAndNeedNotBeUtf8(int count) throws Exception {
        byte[] text = new SeededPayload(count, count).bytes();
        store().save(SnapshotDraft.builder()
                .text(text)
                .payload(SeededPayload.of(TEXT))
                .build());
        try (Snapshot snapshot = present(store().load(KvcKey.of(text)), "the text")) {
            assertThat(snapshot.text()).isEqualTo(ByteBuffer.wrap(text));
            assertThat(snapshot.info().textBytes()).isEqualTo(count);
        }
    }

    /** The ways in which an engine hands over its state. */
    enum SourceKind {
        ARRAY,
        BUFFERS,
        FILE,
        WRITER,
        ODD_PIECES,
        ONE_BUFFER_USED_AGAIN;

        PayloadSource of(SeededPayload payload, Path scratch) throws Exception {
            return switch (this) {
                case ARRAY -> PayloadSource.of(payload.bytes());
                case BUFFERS -> PayloadSource.of(direct(payload, 0, 1_000), window(payload, 1_000), empty());
                case FILE -> PayloadSource.of(Files.write(scratch.resolve("state.bin"), payload.bytes()));
                case WRITER -> PayloadSource.of(payload.size(), payload::writeTo);
                case ODD_PIECES -> inPieces(payload, 4_099, false);
                case ONE_BUFFER_USED_AGAIN -> inPieces(payload, 65_537, true);
            };
        }

        private static ByteBuffer direct(SeededPayload payload, long position, int count) {
            return ByteBuffer.allocateDirect(count)
                    .put(payload.bytes(position, count))
                    .flip();
        }

        private static ByteBuffer window(SeededPayload payload, int from) {
            return ByteBuffer.wrap(payload.bytes())
                    .position(from)
                    .limit(Math.toIntExact(payload.size()))
                    .asReadOnlyBuffer();
        }

        private static ByteBuffer empty() {
            return ByteBuffer.allocate(0);
        }

        private static PayloadSource inPieces(SeededPayload payload, int pieceBytes, boolean scribble) {
            return PayloadSource.of(payload.size(), out -> {
                byte[] piece = new byte[pieceBytes];
                for (long at = 0; at < payload.size(); at += pieceBytes) {
                    ByteBuffer bytes = ByteBuffer.wrap(piece, 0, (int) Math.min(pieceBytes, payload.size() - at));
                    payload.fill(bytes, at);
                    out.write(bytes.flip());
                    assertThat(bytes.hasRemaining())
                            .as("whether the channel left bytes")
                            .isFalse();
                    if (scribble) {
                        Arrays.fill(piece, (byte) -1);
                    }
                }
            });
        }
    }

    @ParameterizedTest
    @EnumSource
    void payloadMayComeFrom(SourceKind kind) throws Exception {
        SeededPayload payload = new SeededPayload(kind.name().hashCode(), 3 * MIB + 17);
        store();
        Path outside = Files.createTempDirectory("kvc-source");
        try {
            PayloadSource source = kind.of(payload, outside);
            assertWritten(store().save(draft(TEXT, payload, source)));
        } finally {
            Files.deleteIfExists(outside.resolve("state.bin"));
            Files.delete(outside);
        }
        assertServed(store(), KEY, TEXT, payload);
    }

    private static SnapshotDraft draft(String text, SeededPayload announced, PayloadSource source) {
        assertThat(source.size()).isEqualTo(announced.size());
        return SnapshotDraft.builder().text(text).payload(source).build();
    }

    @Test
    void draftMayBeSavedAgain() throws Exception {
        SnapshotDraft draft = draft(TEXT).build();
        store().save(draft);
        assertReplaced(store().save(draft));
        assertWritten(store().save(KvcKey.of("another"), draft, SaveOptions.DEFAULT));
        assertServed(store(), KEY, TEXT, SeededPayload.of(TEXT));
        assertServed(store(), KvcKey.of("another"), TEXT, SeededPayload.of(TEXT));
    }

    @Test
    void callerMayScribbleOverItsBuffersAfterASave() throws Exception {
        SeededPayload payload = new SeededPayload(1, 2 * MIB);
        byte[] text = TEXT.getBytes(StandardCharsets.UTF_8);
        byte[] state = payload.bytes();
        byte[] end = {1, 2, 3};
        store().save(SnapshotDraft.builder()
                .text(text)
                .payload(state)
                .trailer(Trailer.decode(ExtensionFlags.NONE, ByteBuffer.wrap(end)))
                .build());
        Arrays.fill(text, (byte) -1);
        Arrays.fill(state, (byte) -1);
        Arrays.fill(end, (byte) -1);
        assertServed(store(), KEY, TEXT, payload);
        try (Snapshot snapshot = load(TEXT)) {
            assertThat(snapshot.trailer().raw()).isEqualTo(ByteBuffer.wrap(new byte[] {1, 2, 3}));
        }
    }

    @Test
    void callersBufferPositionsAreLeftAsTheyAre() throws Exception {
        ByteBuffer text = utf8("..a text..").position(2).limit(8);
        ByteBuffer state = ByteBuffer.wrap(SeededPayload.of(TEXT).bytes());
        store().save(SnapshotDraft.builder()
                .text(text)
                .payload(PayloadSource.of(state))
                .build());
        assertThat(text).isEqualTo(utf8(TEXT));
        assertThat(state.position()).isZero();
        assertServed(store(), TEXT);
    }

    @Test
    void secondSaveReplacesTheFirst() throws Exception {
        save(TEXT);
        SeededPayload other = new SeededPayload(2, 100_000);
        assertReplaced(store().save(draft(TEXT, other).build()));
        assertServed(store(), KEY, TEXT, other);
        assertThat(list(store())).hasSize(1);
    }

    @Test
    void replacementMayHaveAnotherText() throws Exception {
        store().save(KEY, draft("a longer text than before").build(), SaveOptions.DEFAULT);
        assertReplaced(store().save(KEY, draft("short").build(), SaveOptions.DEFAULT));
        assertServed(store(), KEY, "short", SeededPayload.of("short"));
    }

    @Test
    void saveIfAbsentStoresWhereThereIsNothing() throws Exception {
        assertWritten(store().save(KEY, draft(TEXT).build(), SaveOptions.IF_ABSENT));
        assertServed(store(), TEXT);
    }

    /** How a draft may differ from what is stored, and whether what is stored serves as well. */
    enum Difference {
        NONE(true, header -> header),
        LARGER_CONTEXT(true, header -> header.contextSize(4097)),
        OTHER_REASON(true, header -> header.saveReason(SaveReason.SHUTDOWN)),
        OTHER_TOKEN_COUNT(true, header -> header.tokenCount(99)),
        SMALLER_CONTEXT(false, header -> header.contextSize(4095)),
        OTHER_MODEL(false, header -> header.modelId(3)),
        OTHER_ABI(false, header -> header.payloadAbi(3)),
        OTHER_QUANT(false, header -> header.quantBits(3));

        private final boolean storedServes;
        private final UnaryOperator<KvcHeader.Builder> change;

        Difference(boolean storedServes, UnaryOperator<KvcHeader.Builder> change) {
            this.storedServes = storedServes;
            this.change = change;
        }
    }

    @ParameterizedTest
    @EnumSource
    void saveIfAbsentLeavesWhatServesAsWell(Difference difference) throws Exception {
        save(TEXT);
        SeededPayload other = new SeededPayload(3, 500);
        SnapshotDraft draft = draft(TEXT, other, difference.change).build();
        SaveResult result = store().save(KEY, draft, SaveOptions.IF_ABSENT);
        if (difference.storedServes) {
            assertThat(result.outcome()).isEqualTo(Outcome.ALREADY_PRESENT);
            assertServed(store(), TEXT);
        } else {
            assertReplaced(result);
            assertServed(store(), KEY, TEXT, other);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"b text", "a text and more", "a tex"})
    void saveIfAbsentReplacesAnotherText(String stored) throws Exception {
        store().save(KEY, draft(stored).build(), SaveOptions.DEFAULT);
        assertReplaced(store().save(KEY, draft(TEXT).build(), SaveOptions.IF_ABSENT));
        assertServed(store(), TEXT);
    }

    @Test
    void saveIfAbsentIsNoHit() throws Exception {
        save(TEXT);
        clock.advance(Duration.ofHours(1));
        store().save(KEY, draft(TEXT).build(), SaveOptions.IF_ABSENT);
        assertThat(stat(TEXT).header().hitCount()).isZero();
        assertThat(store().stats().hits()).isZero();
    }
}
