package dev.kvc.store.fs;

import static dev.kvc.store.fs.Fixtures.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kvc.format.KvcHeader;
import dev.kvc.format.KvcKey;
import dev.kvc.store.DataSize;
import dev.kvc.store.LoadOptions;
import dev.kvc.store.MissReason;
import dev.kvc.store.PrefixMatch;
import dev.kvc.store.PrefixQuery;
import dev.kvc.store.PrefixQuery.Gate;
import dev.kvc.store.SnapshotDraft;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** U18: a state of another model is not offered, whoever wrote its file, and its file is left as it is. */
class GatesTest {
    private static final String TEXT = "You are";
    private static final KvcKey KEY = KvcKey.of(TEXT);
    private static final KvcHeader OURS = KvcHeader.builder()
            .modelId(3)
            .payloadAbi(2)
            .quantBits(4)
            .contextSize(8192)
            .tokenCount(100)
            .build();
    private static final PrefixQuery QUERY = query(3, 2);

    @TempDir
    Path directory;

    private FileSystemKvStore store;

    @BeforeEach
    void open() throws IOException {
        store = FileSystemKvStore.builder(directory)
                .budget(DataSize.ofMebibytes(1))
                .open();
    }

    private static PrefixQuery query(int model, int abi) {
        return PrefixQuery.builder(bytes("You are a helpful assistant."))
                .modelId(model)
                .payloadAbi(abi)
                .quantBits(4)
                .maxContextSize(8192)
                .minTokens(100)
                .build();
    }

    static Stream<Arguments> others() {
        return Stream.of(
                other("model", Gate.MODEL_ID, header -> header.modelId(4)),
                other("model that nobody names", Gate.MODEL_ID, header -> header.modelId(0)),
                other("ABI", Gate.PAYLOAD_ABI, header -> header.payloadAbi(1)),
                other("ABI that nobody names", Gate.PAYLOAD_ABI, header -> header.payloadAbi(0)),
                other("quantization", Gate.QUANT_BITS, header -> header.quantBits(2)),
                other("larger context", Gate.MAX_CONTEXT_SIZE, header -> header.contextSize(8193)),
                other("count of tokens", Gate.MIN_TOKENS, header -> header.tokenCount(99)));
    }

    private static Arguments other(String what, Gate gate, UnaryOperator<KvcHeader.Builder> change) {
        return Arguments.of(
                Named.of("another " + what, change.apply(OURS.toBuilder()).build()), gate);
    }

    private Path file() {
        return directory.resolve(KEY + ".kv");
    }

    /** As another writer would: no footer tells what the header does not. */
    private void place(KvcHeader header) throws IOException {
        Files.write(file(), Fixtures.referenceFile(header, bytes(TEXT), new byte[500]));
        reopen();
    }

    private void save(KvcHeader header) throws IOException {
        store.save(SnapshotDraft.builder()
                .header(header)
                .text(TEXT)
                .payload(new byte[500])
                .build());
    }

    private void reopen() throws IOException {
        store.close();
        open();
    }

    private void assertRefused(PrefixQuery query, Gate gate) throws IOException {
        byte[] before = Files.readAllBytes(file());
        PrefixMatch match = store.match(query);
        assertThat(match.candidates()).isEmpty();
        assertThat(match.refused()).extracting(PrefixMatch.Refused::gate).containsExactly(gate);
        assertThat(store.loadLongestPrefix(query)).isEmpty();
        assertThat(file()).hasBinaryContent(before);
    }

    private void assertServed(PrefixQuery query) throws IOException {
        assertThat(store.match(query).candidates()).hasSize(1);
        store.loadLongestPrefix(query).orElseThrow().close();
    }

    @Test
    void u18_what_fits_is_served_from_a_file_of_ours_and_of_another_writer() throws IOException {
        save(OURS);
        assertServed(QUERY);
        place(OURS);
        assertServed(QUERY);
    }

    @ParameterizedTest
    @MethodSource("others")
    void u18_a_file_that_we_saved_for_another_engine_is_not_served(KvcHeader other, Gate gate) throws IOException {
        save(other);
        assertRefused(QUERY, gate);
        reopen();
        assertRefused(QUERY, gate);
    }

    @ParameterizedTest
    @MethodSource("others")
    void u18_a_file_of_another_writer_and_another_engine_is_not_served(KvcHeader other, Gate gate) throws IOException {
        place(other);
        assertRefused(QUERY, gate);
    }

    @Test
    void u18_a_model_and_abi_that_only_the_footer_knows_are_compared() throws IOException {
        save(OURS);
        byte[] zeroed = Files.readAllBytes(file());
        zeroed[7] = 0;
        zeroed[20] = 0;
        Files.write(file(), zeroed);
        reopen();
        assertRefused(query(4, 2), Gate.MODEL_ID);
        assertRefused(query(3, 1), Gate.PAYLOAD_ABI);
        assertServed(QUERY);
    }

    @Test
    void u18_a_file_that_came_under_the_name_after_the_match_is_looked_at_before_it_is_served() throws IOException {
        save(OURS);
        KvcKey matched = store.match(QUERY).best().orElseThrow().key();
        KvcHeader other = OURS.toBuilder().modelId(4).build();
        Files.write(file(), Fixtures.referenceFile(other, bytes(TEXT), new byte[600]));
        byte[] before = Files.readAllBytes(file());
        assertThat(store.load(matched, LoadOptions.DEFAULT.expecting(QUERY))).isEmpty();
        assertThat(store.stats().misses()).containsOnlyKeys(MissReason.NOT_EXPECTED);
        assertThat(file()).hasBinaryContent(before);
    }

    @Test
    void u18_a_shorter_text_of_the_right_model_is_served_instead() throws IOException {
        save(OURS);
        store.save(SnapshotDraft.builder()
                .header(OURS.toBuilder().modelId(4).build())
                .text("You are a")
                .payload(new byte[10])
                .build());
        try (var hit = store.loadLongestPrefix(QUERY).orElseThrow()) {
            assertThat(hit.info().key()).isEqualTo(KEY);
        }
    }
}
