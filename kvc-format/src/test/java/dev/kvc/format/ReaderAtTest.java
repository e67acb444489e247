package dev.kvc.format;

import static dev.kvc.format.FormatAssert.assertFails;
import static dev.kvc.format.SampleFile.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.kvc.format.KvcFormatException.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class ReaderAtTest {
    private static final byte[] BYTES = new byte[(5 << 19) + 3];

    static {
        new Random(1).nextBytes(BYTES);
    }

    @TempDir
    private Path directory;

    enum Behind {
        CHANNEL,
        HEAP_BUFFER,
        DIRECT_BUFFER
    }

    interface Use {
        void of(ReaderAt reader) throws IOException;
    }

    private void with(Behind behind, Use use) throws IOException {
        if (behind != Behind.CHANNEL) {
            ByteBuffer buffer = behind == Behind.HEAP_BUFFER
                    ? ByteBuffer.allocate(BYTES.length + 9)
                    : ByteBuffer.allocateDirect(BYTES.length + 9);
            buffer.position(4).put(BYTES).flip().position(4);
            use.of(ReaderAt.of(buffer));
            assertThat(buffer.position()).isEqualTo(4);
            return;
        }
        Path file = Files.write(directory.resolve("bytes"), BYTES);
        try (FileChannel channel = FileChannel.open(file)) {
            use.of(ReaderAt.of(channel));
            assertThat(channel.isOpen()).isTrue();
            assertThat(channel.position()).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource
    void readsAtAnyPosition(Behind behind) throws IOException {
        with(behind, reader -> {
            assertThat(reader.size()).isEqualTo(BYTES.length);
            for (int position : new int[] {0, 1, 4096, BYTES.length - 10}) {
                ByteBuffer dst = ByteBuffer.allocate(12).position(1).limit(11);
                reader.readFully(dst, position, "bytes", "test");
                assertThat(dst.position()).isEqualTo(11);
                assertThat(bytes(dst.position(1))).isEqualTo(Arrays.copyOfRange(BYTES, position, position + 10));
            }
        });
    }

    @ParameterizedTest
    @EnumSource
    void fillsBuffersLongerThanOneRead(Behind behind) throws IOException {
        with(behind, reader -> {
            for (ByteBuffer dst :
                    new ByteBuffer[] {ByteBuffer.allocate(BYTES.length), ByteBuffer.allocateDirect(BYTES.length)}) {
                reader.readFully(dst, 0, "bytes", "test");
                assertThat(dst.flip()).isEqualTo(ByteBuffer.wrap(BYTES));
            }
        });
    }

    @ParameterizedTest
    @EnumSource
    void readsUpToTheEnd(Behind behind) throws IOException {
        with(behind, reader -> {
            ByteBuffer dst = ByteBuffer.allocate(10);
            assertThat(reader.read(dst, BYTES.length - 4)).isEqualTo(4);
            assertThat(dst.position()).isEqualTo(4);
            assertThat(dst.limit()).isEqualTo(10);
            assertThat(reader.read(dst, BYTES.length)).isEqualTo(-1);
            assertThat(reader.read(dst, 1L << 40)).isEqualTo(-1);
            assertThat(reader.read(ByteBuffer.allocate(0), 0)).isZero();
            assertThat(dst.position()).isEqualTo(4);
        });
    }

    @ParameterizedTest
    @EnumSource
    void aSourceThatEndsFirstIsTruncated(Behind behind) throws IOException {
        with(behind, reader -> {
            ByteBuffer dst = ByteBuffer.allocate(10);
            KvcFormatException e =
                    assertFails(Kind.TRUNCATED, () -> reader.readFully(dst, BYTES.length - 4, "the text", "test.kv"));
            assertThat(e)
                    .hasMessage("test.kv: TRUNCATED at offset " + BYTES.length
                            + ": expected 6 more bytes of the text, found the end of the file");
        });
    }

    @ParameterizedTest
    @EnumSource
    void aNegativePositionIsRefused(Behind behind) throws IOException {
        with(
                behind,
                reader ->
                        assertThatIllegalArgumentException().isThrownBy(() -> reader.read(ByteBuffer.allocate(1), -1)));
    }

    @Test
    void aReaderThatReadsNothingIsReportedRatherThanAskedForEver() {
        ReaderAt broken = new ReaderAt() {
            @Override
            public long size() {
                return 100;
            }

            @Override
            public int read(ByteBuffer dst, long position) {
                return 0;
            }
        };
        assertThatIOException()
                .isThrownBy(() -> broken.readFully(ByteBuffer.allocate(1), 7, "the text", "test.kv"))
                .withMessage("test.kv: reading the text at offset 7 gave nothing");
    }

    @Test
    void aWholeFileIsReadThroughAChannel() throws IOException {
        SampleFile sample = SampleFile.of((3 << 20) + 1);
        Path path = Files.write(directory.resolve("snapshot.kv"), sample.withFooter());
        try (FileChannel channel = FileChannel.open(path)) {
            WholeFile read = WholeFile.read(ReaderAt.of(channel));
            assertThat(read.verified()).isTrue();
            assertThat(read.payload()).isEqualTo(ByteBuffer.wrap(sample.payload()));
        }
    }
}
