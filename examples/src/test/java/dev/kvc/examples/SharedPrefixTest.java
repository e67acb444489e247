package dev.kvc.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SharedPrefixTest {
    @TempDir
    private Path directory;

    @Test
    void whatOneHasComputedTheOtherResumes() throws IOException {
        assertThat(PrintedLines.of(out -> SharedPrefix.run(directory, out)))
                .containsExactly(
                        "one: computed the first 29 bytes, and saved them",
                        "other: resumed after 29 of 45 bytes of the prompt");
    }

    @Test
    void whatCameFromTheOtherStaysWhenTheSharedStoreIsGone() throws IOException {
        assertThat(PrintedLines.of(out -> SharedPrefix.run(directory, out))).hasSize(2);
        String empty = directory.resolve("empty").toUri() + "?budget=64MiB";
        assertThat(PrintedLines.of(out -> SharedPrefix.run(directory.resolve("other"), empty, "Again?", out)))
                .containsExactly("other: resumed after 29 of 35 bytes of the prompt");
    }
}
