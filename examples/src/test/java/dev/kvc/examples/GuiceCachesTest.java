package dev.kvc.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GuiceCachesTest {
    @TempDir
    private Path directory;

    @Test
    void eachPromptResumesFromTheCacheThatHasItsBeginning() throws IOException {
        assertThat(PrintedLines.of(out -> GuiceCaches.run(directory, out)))
                .containsExactly(
                        "caches: sessions, system",
                        "What is a prefix? 0 bytes from sessions, 0 from system, 46 to prefill",
                        "What is a budget? 0 bytes from sessions, 29 from system, 17 to prefill",
                        "What is a prefix? And what is a prompt? 46 bytes from sessions, 0 from system, 22 to prefill");
    }

    @Test
    void eachCacheHasADirectoryOfItsOwn() throws IOException {
        PrintedLines.of(out -> GuiceCaches.run(directory, out));
        assertThat(directory.resolve("system")).isDirectoryContaining("glob:**.kv");
        assertThat(directory.resolve("sessions")).isDirectoryContaining("glob:**.kv");
    }
}
