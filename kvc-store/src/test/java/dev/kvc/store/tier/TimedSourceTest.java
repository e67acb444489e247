package dev.kvc.store.tier;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvc.store.PayloadSource;
import dev.kvc.store.SnapshotDraft;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TimedSourceTest {
    @TempDir
    private Path directory;

    /** Takes what it is given, and counts it. */
    private static final class Counting implements WritableByteChannel {
        private long bytes;

        @Override
        public int write(ByteBuffer src) {
            int count = src.remaining();
            bytes += count;
            src.position(src.limit());
            return count;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {}
    }

    /** The largest that there is; mapped from a file that takes no room. */
    @Test
    void bufferOfAnySizeIsTaken() throws IOException {
        try (FileChannel file = FileChannel.open(
                directory.resolve("sparse"),
                StandardOpenOption.CREATE_NEW,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE,
                StandardOpenOption.SPARSE)) {
            file.write(ByteBuffer.allocate(1), Integer.MAX_VALUE - 1);
            ByteBuffer largest = file.map(FileChannel.MapMode.READ_ONLY, 0, Integer.MAX_VALUE);
            SnapshotDraft draft = SnapshotDraft.builder()
                    .text("a text")
                    .payload(PayloadSource.of(largest))
                    .build();
            Counting out = new Counting();
            TimedSource.limit(draft, Duration.ofMinutes(5)).payload().writeTo(out);
            assertThat(out.bytes).isEqualTo(Integer.MAX_VALUE);
        }
    }
}
