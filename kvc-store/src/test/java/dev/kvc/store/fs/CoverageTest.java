package dev.kvc.store.fs;

import static dev.kvc.store.fs.Fixtures.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kvc.format.KvcHeader;
import dev.kvc.format.KvcKey;
import dev.kvc.store.DataSize;
import dev.kvc.store.PrefixQuery;
import dev.kvc.store.Snapshot;
import dev.kvc.store.SnapshotDraft;
import dev.kvc.store.SnapshotInfo;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** U30: a hit says which text and how many tokens it covers, so that the engine knows what is left to compute. */
class CoverageTest {
    private static final String PROMPT = "Zwölf Boxkämpfer jagen Viktor";

    @TempDir
    Path directory;

    private FileSystemKvStore open() throws IOException {
        return FileSystemKvStore.builder(directory)
                .budget(DataSize.ofMebibytes(1))
                .open();
    }

    private static SnapshotDraft draft(String text, long tokens) {
        return SnapshotDraft.builder()
                .text(text)
                .tokenCount(tokens)
                .payload(new byte[100])
                .build();
    }

    private static void assertCovers(Snapshot snapshot, String text, long tokens) {
        assertThat(snapshot.text()).isEqualTo(ByteBuffer.wrap(bytes(text)));
        assertThat(snapshot.info().textBytes()).isEqualTo(bytes(text).length);
        assertThat(snapshot.info().header().tokenCount()).isEqualTo(tokens);
        assertThat(snapshot.info().key()).isEqualTo(KvcKey.of(text));
    }

    private static void assertServed(FileSystemKvStore store) throws IOException {
        try (Snapshot exact = store.load(KvcKey.of("Zwölf")).orElseThrow()) {
            assertCovers(exact, "Zwölf", 2);
        }
        PrefixQuery query = PrefixQuery.of(PROMPT);
        assertThat(store.match(query).best().map(SnapshotInfo::textBytes)).hasValue(bytes("Zwölf Boxkämpfer").length);
        try (Snapshot longest = store.loadLongestPrefix(query).orElseThrow()) {
            assertCovers(longest, "Zwölf Boxkämpfer", 4_294_967_295L);
        }
    }

    @Test
    void u30_a_load_says_which_text_and_how_many_tokens_it_covers_and_so_after_a_restart() throws IOException {
        try (FileSystemKvStore store = open()) {
            store.save(draft("Zwölf", 2));
            store.save(draft("Zwölf Boxkämpfer", 4_294_967_295L));
            assertServed(store);
        }
        try (FileSystemKvStore store = open()) {
            assertServed(store);
            assertThat(store.stats().tokensServed()).isEqualTo(2 + 4_294_967_295L);
        }
    }

    @Test
    void u30_a_shorter_snapshot_that_is_served_for_a_damaged_one_says_what_it_covers_itself() throws IOException {
        try (FileSystemKvStore store = open()) {
            store.save(draft("Zwölf", 2));
            store.save(draft("Zwölf Boxkämpfer", 5));
            Path longer = directory.resolve(KvcKey.of("Zwölf Boxkämpfer") + ".kv");
            byte[] damaged = Files.readAllBytes(longer);
            damaged[80] ^= 1;
            Files.write(longer, damaged);
            try (Snapshot snapshot =
                    store.loadLongestPrefix(PrefixQuery.of(PROMPT)).orElseThrow()) {
                assertCovers(snapshot, "Zwölf", 2);
            }
        }
    }

    @Test
    void u30_a_replacement_says_what_the_new_state_covers() throws IOException {
        try (FileSystemKvStore store = open()) {
            store.save(draft("Zwölf", 2));
            store.save(draft("Zwölf", 3));
            try (Snapshot snapshot = store.load(KvcKey.of("Zwölf")).orElseThrow()) {
                assertCovers(snapshot, "Zwölf", 3);
            }
        }
    }

    @Test
    void u30_a_file_of_another_writer_says_what_its_header_does() throws IOException {
        KvcHeader header = KvcHeader.builder().tokenCount(7).build();
        byte[] text = bytes("Zwölf");
        Files.write(directory.resolve(KvcKey.of(text) + ".kv"), Fixtures.referenceFile(header, text, new byte[100]));
        try (FileSystemKvStore store = open();
                Snapshot snapshot =
                        store.loadLongestPrefix(PrefixQuery.of(PROMPT)).orElseThrow()) {
            assertCovers(snapshot, "Zwölf", 7);
        }
    }
}
