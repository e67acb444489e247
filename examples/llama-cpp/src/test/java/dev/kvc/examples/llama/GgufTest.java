package dev.kvc.examples.llama;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GgufTest {
    @TempDir
    private Path directory;

    private ByteBuffer written(Gguf gguf) throws IOException {
        Path file = directory.resolve("model.gguf");
        gguf.writeTo(file);
        return ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static String string(ByteBuffer file) {
        byte[] bytes = new byte[Math.toIntExact(file.getLong())];
        file.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    @Test
    void metadataStandAsTheFormatHasThem() throws IOException {
        ByteBuffer file = written(new Gguf()
                .add("name", "n\u00F6")
                .add("count", 7)
                .add("share", 0.5f)
                .add("is", true)
                .add("names", List.of("a", "bc")));
        assertThat(file.getInt()).isEqualTo(0x4655_4747);
        assertThat(file.getInt()).isEqualTo(3);
        assertThat(file.getLong()).isZero();
        assertThat(file.getLong()).isEqualTo(5);
        assertThat(string(file)).isEqualTo("name");
        assertThat(file.getInt()).isEqualTo(8);
        assertThat(string(file)).isEqualTo("n\u00F6");
        assertThat(string(file)).isEqualTo("count");
        assertThat(file.getInt()).isEqualTo(4);
        assertThat(file.getInt()).isEqualTo(7);
        assertThat(string(file)).isEqualTo("share");
        assertThat(file.getInt()).isEqualTo(6);
        assertThat(file.getFloat()).isEqualTo(0.5f);
        assertThat(string(file)).isEqualTo("is");
        assertThat(file.getInt()).isEqualTo(7);
        assertThat(file.get()).isEqualTo((byte) 1);
        assertThat(string(file)).isEqualTo("names");
        assertThat(file.getInt()).isEqualTo(9);
        assertThat(file.getInt()).isEqualTo(8);
        assertThat(file.getLong()).isEqualTo(2);
        assertThat(string(file)).isEqualTo("a");
        assertThat(string(file)).isEqualTo("bc");
        assertThat(file.capacity()).isEqualTo((file.position() + 31) / 32 * 32);
    }

    @Test
    void tensorsAreAlignedAndWhereTheirOffsetsSay() throws IOException {
        ByteBuffer file = written(new Gguf()
                .addTensor("one", Gguf.Type.F32, 3, 1, () -> 1)
                .addTensor("two", Gguf.Type.F16, 2, 2, () -> 2));
        file.position(24);
        assertThat(string(file)).isEqualTo("one");
        assertThat(new int[] {file.getInt(), (int) file.getLong(), (int) file.getLong(), file.getInt()})
                .containsExactly(2, 3, 1, 0);
        assertThat(file.getLong()).isZero();
        assertThat(string(file)).isEqualTo("two");
        assertThat(new int[] {file.getInt(), (int) file.getLong(), (int) file.getLong(), file.getInt()})
                .containsExactly(2, 2, 2, 1);
        assertThat(file.getLong()).isEqualTo(32);
        int data = (file.position() + 31) / 32 * 32;
        assertThat(file.capacity()).isEqualTo(data + 64);
        assertThat(file.getFloat(data + 8)).isEqualTo(1);
        assertThat(file.getFloat(data + 12)).isZero();
        assertThat(Float.float16ToFloat(file.getShort(data + 38))).isEqualTo(2);
    }
}
