package dev.kvc.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvc.store.memory.CaffeineKvStore;
import dev.kvc.store.tier.Tier;
import dev.kvc.store.tier.TieredKvStore;
import dev.kvc.store.tier.WriteMode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The code in the packages' documentation, compiled and run. */
class SnippetsTest {
    private static final Path SOURCES = Path.of("src");

    interface Engine {
        void restore(ByteBuffer slice);
    }

    private static void saveAndResume(String uri, String prompt, PayloadSource state, String nextPrompt, Engine engine)
            throws IOException {
        // store: begin
        try (KvStore store = KvStores.open(uri)) { // such as file:///var/cache/kvc?budget=8GiB
            store.save(SnapshotDraft.builder().text(prompt).payload(state).build());
            Optional<Snapshot> longest = store.loadLongestPrefix(PrefixQuery.of(nextPrompt));
            if (longest.isPresent()) {
                try (Snapshot hit = longest.get();
                        Mapping mapping = hit.payload().map()) {
                    mapping.slices().forEach(engine::restore);
                }
            }
        }
        // store: end
    }

    @Test
    void snippetOfTheStoreResumes(@TempDir Path directory) throws IOException {
        ByteBuffer restored = ByteBuffer.allocate(3);
        saveAndResume(
                directory.toUri() + "?budget=64MiB",
                "one",
                PayloadSource.of(new byte[] {1, 2, 3}),
                "one two",
                restored::put);
        assertThat(restored.array()).containsExactly(1, 2, 3);
    }

    private static KvStore stack(KvStore memory, KvStore disk, KvStore remote) {
        // store.tier: begin
        KvStore store = TieredKvStore.builder()
                .tier(Tier.of(memory))
                .tier(Tier.of(disk))
                .tier(Tier.of(remote).writeMode(WriteMode.WRITE_BACK).deadline(Duration.ofSeconds(2)))
                .build();
        // store.tier: end
        return store;
    }

    @Test
    void snippetOfTheTiersReachesAllOfThem() throws IOException {
        KvStore remote = memory();
        try (KvStore store = stack(memory(), memory(), remote)) {
            store.save(
                    SnapshotDraft.builder().text("one").payload(new byte[] {1}).build());
            assertThat(store.loadLongestPrefix(PrefixQuery.of("one two"))).isPresent();
        }
        assertThat(remote.stats().bytesWritten()).isPositive();
    }

    private static KvStore memory() {
        return CaffeineKvStore.builder().budget(DataSize.ofMebibytes(1)).build();
    }

    @ParameterizedTest
    @CsvSource({"store, dev/kvc/store", "store.tier, dev/kvc/store/tier"})
    void snippetIsTheOneInTheDocumentation(String name, String packagePath) throws IOException {
        String documented = Files.readString(SOURCES.resolve("main/java/" + packagePath + "/package-info.java"));
        String compiled = Files.readString(SOURCES.resolve("test/java/dev/kvc/store/SnippetsTest.java"));
        assertThat(between(documented, "<pre>{@code\n", " * }</pre>").replaceAll("(?m)^ \\*", ""))
                .isEqualToIgnoringWhitespace(between(compiled, "// " + name + ": begin\n", "// " + name + ": end"));
    }

    private static String between(String text, String begin, String end) {
        assertThat(text).contains(begin);
        int start = text.indexOf(begin) + begin.length();
        return text.substring(start, text.indexOf(end, start));
    }
}
