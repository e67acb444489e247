package dev.kvc.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvc.format.KvcKey;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlainStoreTest {
    private static final KvcKey SYSTEM = KvcKey.of("You are a helpful assistant.");
    private static final KvcKey QUESTION = KvcKey.of("You are a helpful assistant. What is a prefix?");

    @TempDir
    private Path directory;

    @Test
    void resumesFromTheLongestBeginningThatTheEngineCanUse() throws IOException {
        assertThat(PrintedLines.of(out -> PlainStore.run(directory, out)))
                .satisfiesExactly(
                        saved -> assertThat(saved).startsWith("STORED " + SYSTEM.hex() + ".kv"),
                        saved -> assertThat(saved).startsWith("STORED " + QUESTION.hex() + ".kv"),
                        opened -> assertThat(opened).endsWith("What is a prefix? And what is a budget?"),
                        rejected -> assertThat(rejected).isEqualTo("rejected 46 tokens of " + QUESTION.hex() + ".kv"),
                        resumed -> assertThat(resumed).isEqualTo("resumed 28 tokens from " + SYSTEM.hex() + ".kv"),
                        left -> assertThat(left)
                                .isEqualTo("left to prefill: \" What is a prefix? And what is a budget?\""));
        assertThat(directory).isDirectoryContaining("glob:**/" + SYSTEM.hex() + ".kv");
        assertThat(directory).isDirectoryContaining("glob:**/" + QUESTION.hex() + ".kv.bad");
    }
}
