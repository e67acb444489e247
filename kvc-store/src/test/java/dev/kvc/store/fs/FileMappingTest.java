package dev.kvc.store.fs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvc.store.internal.LeakReports;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class FileMappingTest {
    private static final int BYTES = 1 << 20;
    private static final int COMPILED = 2_000;

    @TempDir
    Path directory;

    /** Windows does not let a mapped file be cut. */
    @Test
    @EnabledOnOs({OS.LINUX, OS.MAC})
    void what_has_been_cut_off_is_found_out_when_interpreted_and_when_compiled() throws IOException {
        for (int touches : new int[] {0, COMPILED}) {
            try (FileChannel channel = FileChannel.open(
                    directory.resolve("file-" + touches),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.READ,
                    StandardOpenOption.WRITE)) {
                channel.write(ByteBuffer.allocate(BYTES));
                try (FileMapping mapping = map(channel)) {
                    for (int i = 0; i <= touches; i++) {
                        assertThat(mapping.present(0, BYTES - 100)).isIn(ByteBuffer.allocate(BYTES - 100), null);
                    }
                    channel.truncate(8192);
                    assertThatThrownBy(() -> mapping.present(0, BYTES - 100))
                            .isInstanceOf(IOException.class)
                            .hasMessageContaining("the file was cut");
                    assertThat(mapping.present(0, 8092)).isIn(ByteBuffer.allocate(8092), null);
                }
            }
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void memory_is_given_back_when_a_mapping_is_closed() throws IOException {
        Path file = Files.write(directory.resolve("mapped"), new byte[BYTES]);
        try (FileChannel channel = FileChannel.open(file)) {
            FileMapping mapping = map(channel);
            assertThat(isMapped(file)).isTrue();
            mapping.close();
            mapping.close();
            assertThat(isMapped(file)).isFalse();
        }
    }

    private static boolean isMapped(Path file) throws IOException {
        return Files.readString(Path.of("/proc/self/maps")).contains(file.toString());
    }

    private static FileMapping map(FileChannel channel) throws IOException {
        return new FileMapping(channel, true, 100, BYTES - 100, LeakReports.ofSystemProperty(), "the file");
    }

    @Test
    @EnabledForJreRange(min = JRE.JAVA_22)
    void touching_a_closed_mapping_is_an_exception_and_no_end_of_the_process() throws IOException {
        Path file = Files.write(directory.resolve("mapped"), new byte[BYTES]);
        try (FileChannel channel = FileChannel.open(file)) {
            FileMapping mapping = map(channel);
            ByteBuffer slice = mapping.slices().get(0);
            assertThat(slice.get(BYTES / 2)).isZero();
            mapping.close();
            assertThatThrownBy(() -> slice.get(BYTES / 2)).isInstanceOf(IllegalStateException.class);
        }
    }
}
