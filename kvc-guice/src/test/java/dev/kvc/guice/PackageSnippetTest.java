package dev.kvc.guice;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.inject.Guice;
import com.google.inject.Injector;
import dev.kvc.store.DataSize;
import dev.kvc.store.KvStore;
import dev.kvc.store.Payload;
import dev.kvc.store.PayloadSource;
import dev.kvc.store.PrefixQuery;
import dev.kvc.store.Snapshot;
import dev.kvc.store.SnapshotDraft;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example in {@code package-info.java} is this code, which runs. */
class PackageSnippetTest {
    @Test
    void theExampleRuns(@TempDir Path temp) throws IOException {
        Path directory = temp.resolve("prompts");
        Path agents = temp.resolve("agents");
        String prompt = "You are a helpful assistant.";
        String nextPrompt = prompt + " What is a prefix?";
        PayloadSource state = PayloadSource.of(new byte[1000]);

        // example
        Injector injector = Guice.createInjector(KvcModule.builder()
                .cache(cache -> cache.memory(DataSize.ofMebibytes(512)).disk(directory, DataSize.ofGibibytes(8)))
                .cache(
                        "agents",
                        cache -> cache.disk(agents, DataSize.ofGibibytes(2)).policy("ds4"))
                .build());
        try (KvcCaches caches = injector.getInstance(KvcCaches.class)) {
            KvStore store = caches.get(KvcCaches.DEFAULT);
            store.save(SnapshotDraft.builder().text(prompt).payload(state).build());
            try (Snapshot hit =
                    store.loadLongestPrefix(PrefixQuery.of(nextPrompt)).orElseThrow()) {
                resume(hit.payload());
            }
        }
        // end of example

        assertThat(directory).isDirectoryContaining(file -> file.toString().endsWith(".kv"));
    }

    private static void resume(Payload payload) {
        assertThat(payload.size()).isEqualTo(1000);
    }

    @Test
    void theExampleIsTheOneInPackageInfo() throws IOException {
        String documented = between(
                Files.readString(Path.of("src/main/java/dev/kvc/guice/package-info.java")), "<pre>{@code", "}</pre>");
        String run = between(
                Files.readString(Path.of("src/test/java/dev/kvc/guice/PackageSnippetTest.java")),
                "// example",
                "// end of example");

        assertThat(documented.replaceAll("(?m)^ \\*", "")).isEqualToIgnoringWhitespace(run);
    }

    private static String between(String text, String begin, String end) {
        int from = text.indexOf(begin) + begin.length();
        return text.substring(from, text.indexOf(end, from));
    }
}
