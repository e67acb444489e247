package dev.kvc.format;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The code in the package's documentation, compiled and run. */
final class SnippetsTest {
    private static final Path SOURCES = Path.of("src");

    @TempDir
    private Path directory;

    interface Engine {
        void restore(ByteBuffer block);
    }

    private static void read(Path path, Engine engine) throws IOException {
        // snippet: begin
        try (FileChannel channel = FileChannel.open(path)) {
            String source = path.toString();
            ReaderAt file = ReaderAt.of(channel);
            Layout layout = KvcCodec.readLayout(file, KvcCodec.DEFAULT_MAX_TEXT_BYTES, source);
            Tail tail = KvcCodec.readTail(file, layout, source); // verifies header and trailer
            IntegrityFooter footer = tail.footer().orElse(null); // null: the file is unverified

            ByteBuffer text = KvcCodec.readText(file, layout, source);
            if (footer != null) {
                footer.verifyText(text, source);
            }
            ByteBuffer block = ByteBuffer.allocate(BlockChecksums.BLOCK_BYTES);
            long at = layout.payloadOffset();
            for (int index = 0; at < layout.payloadEnd(); index++) {
                block.clear().limit((int) Math.min(block.capacity(), layout.payloadEnd() - at));
                file.readFully(block, at, "the payload", source);
                at += block.position();
                if (footer != null) {
                    footer.verifyBlock(index, block.flip(), layout, source);
                }
                engine.restore(block.rewind());
            }
        }
        // snippet: end
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 1 << 20, (2 << 20) + 5})
    void theSnippetReadsAFile(int payloadBytes) throws IOException {
        SampleFile sample = SampleFile.of(payloadBytes);
        for (byte[] file : List.of(sample.withFooter(), sample.withoutFooter())) {
            Path path = Files.write(directory.resolve("snapshot.kv"), file);
            ByteArrayOutputStream restored = new ByteArrayOutputStream();
            read(path, block -> restored.writeBytes(SampleFile.bytes(block)));
            assertThat(restored.toByteArray()).isEqualTo(sample.payload());
        }
    }

    @Test
    void theSnippetIsTheOneInTheDocumentation() throws IOException {
        String documented = Files.readString(SOURCES.resolve("main/java/dev/kvc/format/package-info.java"));
        String compiled = Files.readString(SOURCES.resolve("test/java/dev/kvc/format/SnippetsTest.java"));
        assertThat(lines(between(documented, "<pre>{@code\n", " * }</pre>").replaceAll("(?m)^ \\*( |$)", "")))
                .isEqualTo(lines(between(compiled, "// snippet: begin\n", "// snippet: end")));
    }

    private static String between(String text, String begin, String end) {
        int start = text.indexOf(begin) + begin.length();
        return text.substring(start, text.indexOf(end, start));
    }

    private static List<String> lines(String code) {
        return code.stripIndent().lines().map(String::stripTrailing).collect(Collectors.toList());
    }
}
