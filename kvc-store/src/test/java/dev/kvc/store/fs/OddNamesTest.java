package dev.kvc.store.fs;

import static dev.kvc.store.fs.Fixtures.draft;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kvc.format.KvcKey;
import dev.kvc.store.DataSize;
import dev.kvc.store.KvStores;
import dev.kvc.store.VerifyOptions;
import dev.kvc.store.VerifyReport.Finding;
import dev.kvc.store.VerifyReport.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * U10: names that are nearly keys, and names as long as a file system takes: counted, never deleted, in nobody's way.
 */
class OddNamesTest {
    private static final String HEX = KvcKey.of("there").hex();
    private static final List<String> NAMES = List.of(
            ".kv",
            ".kv.bad",
            ".kvc.lock.old",
            HEX,
            HEX + ".KV",
            HEX + ".kv ",
            " " + HEX + ".kv",
            HEX + ".kv\n",
            HEX + ".kv.bad.bad",
            HEX + ".kv.bak",
            HEX + "0.kv",
            HEX.substring(1) + ".kv",
            "g" + HEX.substring(1) + ".kv",
            "٣".repeat(40) + ".kv",
            HEX + ".0123456789ABCDEF.kvc.tmp",
            HEX + ".0123456789abcde.kvc.tmp",
            HEX + ".-1-2.kv.tmp",
            HEX + ".kv.tmp.",
            HEX + ".kv.tmp.a b",
            HEX.toUpperCase(Locale.ROOT) + ".kv.bad",
            "x".repeat(255),
            HEX + ".kv".repeat(70),
            "-rf",
            "..x");

    @TempDir
    Path directory;

    @Test
    void u10_names_that_are_no_keys_are_counted_and_never_deleted() throws IOException {
        for (String name : NAMES) {
            Files.write(directory.resolve(name), new byte[10]);
        }
        long theirs = 10L * NAMES.size();
        try (FileSystemKvStore store = FileSystemKvStore.builder(directory)
                .budget(DataSize.ofBytes(theirs + 1_500))
                .lowWatermark(0)
                .open()) {
            assertThat(store.openReport().otherFiles()).hasSize(NAMES.size());
            assertThat(store.stats().bytes()).isEqualTo(theirs);
            for (String text : new String[] {"there", "b", "c"}) {
                assertThat(store.save(draft(text, 1_000)).isLoadable()).isTrue();
            }
            assertThat(store.stats().evictions()).isEqualTo(2);
        }
        assertThat(KvStores.verify(directory.toUri().toString(), VerifyOptions.DEFAULT.mending())
                        .findings())
                .hasSize(NAMES.size())
                .extracting(Finding::kind)
                .containsOnly(Kind.OTHER);
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsAll(NAMES)
                    .hasSize(NAMES.size() + 2);
        }
    }
}
