package dev.kvc.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TieredCacheTest {
    @TempDir
    private Path directory;

    @Test
    void memoryTakesBackAtTheSecondHitWhatARestartHasLost() throws IOException {
        assertThat(PrintedLines.of(out -> TieredCache.run(directory, out)))
                .containsExactly(
                        "save a short conversation: QUEUED",
                        "save a long conversation: QUEUED",
                        "after two saves  memory: 1 held, 0 hits, 0 copied up    disk: 2 held, 0 hits",
                        "opened again with 2 snapshots",
                        "after a restart  memory: 0 held, 0 hits, 0 copied up    disk: 2 held, 0 hits",
                        "after load 1     memory: 0 held, 0 hits, 0 copied up    disk: 2 held, 1 hits",
                        "after load 2     memory: 1 held, 0 hits, 1 copied up    disk: 2 held, 2 hits",
                        "after load 3     memory: 1 held, 1 hits, 1 copied up    disk: 2 held, 2 hits");
    }
}
