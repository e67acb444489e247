package dev.kvc.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvc.cli.KvcJar.Result;
import dev.kvc.format.KvcCodec;
import dev.kvc.format.KvcHeader;
import dev.kvc.format.KvcKey;
import dev.kvc.format.SaveReason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * U17: a directory of 100 000 files is looked at in 64 MiB of heap, and a report of it made in 112 MiB. Prints how long
 * each command takes, which no test holds; {@code docs/operating.md} says how to run it.
 */
@Tag("soak")
class LargeDirectoryJarTest {
    private static final int FILES = 100_000;
    private static final int TURNS = 10;
    private static final String SYSTEM = "You are a helpful assistant. ".repeat(70);

    @TempDir
    private Path scratch;

    /** What is asked in a session, up to a turn. */
    private static String text(int session, int turn) {
        return SYSTEM + ("Session " + session + " goes on. ").repeat(4 * (turn + 1));
    }

    private static void fill(Path directory) throws IOException {
        Files.createDirectory(directory);
        for (int i = 0; i < FILES; i++) {
            ByteBuffer text = StandardCharsets.UTF_8.encode(text(i / TURNS, i % TURNS));
            KvcHeader header = KvcHeader.builder()
                    .quantBits(2)
                    .saveReason(new SaveReason(1 + i % 6))
                    .tokenCount(text.remaining() / 4)
                    .hitCount(i % 3 == 0 ? i % 50 : 0)
                    .createdUnix(1_795_000_000L - i)
                    .lastUsedUnix(1_795_000_000L)
                    .payloadBytes(64)
                    .build();
            ByteBuffer file = ByteBuffer.allocate(KvcCodec.FIXED_BYTES + text.remaining() + 64);
            KvcCodec.encodeFixed(header, text.remaining(), file);
            Files.write(
                    directory.resolve(KvcKey.of(text) + ".kv"),
                    file.put(text.duplicate()).array());
        }
    }

    private Result timed(Path directory, String... arguments) throws IOException {
        return timed(64, directory, arguments);
    }

    private Result timed(int heapMebibytes, Path directory, String... arguments) throws IOException {
        long start = System.nanoTime();
        Result result = KvcJar.in(directory)
                .with("JDK_JAVA_OPTIONS", "-Xmx" + heapMebibytes + "m")
                .run(arguments);
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        System.out.println("kvc " + String.join(" ", arguments) + ": " + took.toMillis() + " ms");
        return result;
    }

    @Test
    void hundredThousandFilesAreListedSummedUpAndSearched() throws IOException {
        Path directory = scratch.resolve("large");
        fill(directory);
        Path prompt = Files.writeString(scratch.resolve("prompt.txt"), text(77, 3) + "And now?");
        for (int round = 0; round < 3; round++) {
            assertThat(timed(directory, "ls").lines()).hasSize(FILES + 1);
            assertThat(timed(directory, "stat").out()).startsWith(FILES + " snapshots, ");
            assertThat(timed(directory, "find", "--prompt", prompt.toString()).out())
                    .startsWith("hit   " + KvcKey.of(text(77, 3)));
        }
        Path page = scratch.resolve("large.html");
        assertThat(timed(112, directory, "report", "--out", page.toString()).code())
                .isZero();
        assertThat(page).content().hasSizeLessThan(1 << 20).contains("100,000");
    }
}
