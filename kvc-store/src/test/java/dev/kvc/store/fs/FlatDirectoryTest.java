package dev.kvc.store.fs;

import static dev.kvc.store.fs.Fixtures.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.kvc.format.KvcHeader;
import dev.kvc.format.KvcKey;
import dev.kvc.store.DataSize;
import dev.kvc.store.PrefixMatch;
import dev.kvc.store.PrefixQuery;
import dev.kvc.store.SaveResult.Outcome;
import dev.kvc.store.Snapshot;
import dev.kvc.store.SnapshotInfo;
import dev.kvc.store.prefix.PrefixIndex;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** U17: a directory of very many files opens and serves, and a lookup costs what the prompt does. */
class FlatDirectoryTest {
    private static final String CONVERSATION = "One two three four five six seven eight nine ten";
    private static final int[] LENGTHS = {3, 7, 13, 18};
    private static final KvcHeader HEADER =
            KvcHeader.builder().tokenCount(1).createdUnix(1_700_000_000).build();

    /** What requests and the first scan opened; texts are read beside them. */
    private final List<Path> opened = Collections.synchronizedList(new ArrayList<>());

    @TempDir
    Path directory;

    private FileSystemKvStore open() throws IOException {
        Path watched = Fixtures.watched(directory, (operation, path) -> {
            if (Fixtures.isOpening(operation)
                    && !Thread.currentThread().getName().equals("kvc-texts")) {
                opened.add(path);
            }
        });
        return FileSystemKvStore.builder(watched)
                .budget(DataSize.ofGibibytes(1000))
                .clock(new SettableClock())
                .open();
    }

    /** Small files of other prompts, of a few lengths, and four beginnings of the conversation. */
    private void fill(int files) throws IOException {
        for (int length : LENGTHS) {
            place(CONVERSATION.substring(0, length));
        }
        for (int i = LENGTHS.length; i < files; i++) {
            place("another prompt, number " + i);
        }
    }

    private void place(String text) throws IOException {
        byte[] file = Fixtures.referenceFile(HEADER, bytes(text), new byte[1]);
        Files.write(directory.resolve(KvcKey.of(text) + ".kv"), file);
    }

    private void assertOpensAndServes(int files) throws IOException {
        try (FileSystemKvStore store = open()) {
            assertThat(store.openReport().snapshots()).isEqualTo(files);
            assertThat(opened).as("files opened to read their headers").hasSize(files);
            assertMatchesWithoutOpening(store);
            try (Snapshot snapshot =
                    store.loadLongestPrefix(PrefixQuery.of(CONVERSATION)).orElseThrow()) {
                assertThat(snapshot.info().textBytes()).isEqualTo(18);
            }
            assertThat(opened).as("files opened to load one").hasSize(1);
            assertThat(store.save(Fixtures.draft(CONVERSATION, 100)).outcome()).isEqualTo(Outcome.STORED);
            assertThat(store.match(PrefixQuery.of(CONVERSATION)).candidates()).hasSize(LENGTHS.length + 1);
            assertThat(store.stats().snapshots()).isEqualTo(files + 1);
        }
    }

    private void assertMatchesWithoutOpening(FileSystemKvStore store) throws IOException {
        opened.clear();
        PrefixMatch match = store.match(PrefixQuery.of(CONVERSATION));
        assertThat(match.candidates()).extracting(SnapshotInfo::textBytes).containsExactly(18, 13, 7, 3);
        assertThat(opened).as("files opened to find candidates").isEmpty();
    }

    @Test
    void u17_a_directory_of_20_000_files_opens_and_serves() throws IOException {
        fill(20_000);
        assertOpensAndServes(20_000);
    }

    @Test
    @Tag("soak")
    void u17_a_directory_of_1_000_000_files_opens_and_serves() throws IOException {
        long free = Files.getFileStore(directory).getUsableSpace();
        assumeTrue(free > 6L << 30, () -> "a million small files take 4 GiB and more; there are " + free + " bytes");
        try {
            fill(1_000_000);
        } catch (FileSystemException e) {
            abort("the file system does not take a million files, for want of inodes perhaps: " + e.getMessage());
        }
        assertOpensAndServes(1_000_000);
    }

    @Test
    void u17_one_lookup_asks_for_each_distinct_length_once_however_many_files_there_are() throws IOException {
        fill(5_000);
        try (FileSystemKvStore store = open();
                Stream<SnapshotInfo> list = store.list()) {
            PrefixIndex index = new PrefixIndex();
            index.addAll(list.mapToInt(SnapshotInfo::textBytes).toArray());
            List<Integer> asked = new ArrayList<>();
            index.beginningsOf(PrefixQuery.of(CONVERSATION).prompt(), (key, length) -> {
                assertThat(key).isEqualTo(KvcKey.of(CONVERSATION.substring(0, length)));
                asked.add(length);
                return null;
            });
            // The lengths of "number 4" to "number 4999", and the four of the conversation, each in its turn.
            assertThat(asked).containsExactly(3, 7, 13, 18, 24, 25, 26, 27);
            assertThat(index.distinctLengths()).isEqualTo(asked.size());
        }
    }
}
