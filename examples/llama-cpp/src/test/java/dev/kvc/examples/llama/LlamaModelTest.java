package dev.kvc.examples.llama;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LlamaModelTest {
    @TempDir
    private Path directory;

    private final Llama llama = Llama.load();

    @Test
    void modelThatIsWrittenIsRead() {
        try (LlamaModel model = LlamaModel.load(llama, Noise.write(directory, 1))) {
            assertThat(model.description()).startsWith("llama");
            assertThat(model.vocabularySize()).isEqualTo(260);
        }
    }

    @Test
    void textIsTheBytesOfItsTokens() {
        byte[] text = "A b\u00E4r,\n\u2581\t and \uD83E\uDD99".getBytes(StandardCharsets.UTF_8);
        try (LlamaModel model = LlamaModel.load(llama, Noise.write(directory, 1))) {
            ByteArrayOutputStream pieces = new ByteArrayOutputStream();
            for (int token : model.tokenize(text)) {
                pieces.writeBytes(model.piece(token));
            }
            assertThat(pieces.toString(StandardCharsets.UTF_8)).isEqualTo("A b\u00E4r,\n \t and \uD83E\uDD99");
        }
    }

    @Test
    void tokensOfATextBeginThoseOfALongerOne() {
        byte[] text = "one two three".getBytes(StandardCharsets.UTF_8);
        try (LlamaModel model = LlamaModel.load(llama, Noise.write(directory, 1))) {
            int[] shorter = model.tokenize(Arrays.copyOf(text, 7));
            assertThat(model.tokenize(text)).startsWith(shorter).hasSize(text.length);
        }
    }

    @Test
    void fileThatIsNotThereIsRefused() {
        assertThatThrownBy(() -> LlamaModel.load(llama, directory.resolve("none.gguf")))
                .isInstanceOf(LlamaException.class)
                .hasMessageContaining("none.gguf");
    }

    @Test
    void fileThatIsCutIsRefused() throws IOException {
        Path file = Noise.write(directory, 1);
        Files.write(file, Arrays.copyOf(Files.readAllBytes(file), (int) Files.size(file) - 1_000));
        assertThatThrownBy(() -> LlamaModel.load(llama, file)).isInstanceOf(LlamaException.class);
    }

    @Test
    void sameSeedIsTheSameFileAndAnotherIsNot() throws IOException {
        Path first = Noise.write(directory, 1);
        String checksum = Weights.checksum(first);
        Files.delete(first);
        assertThat(Weights.checksum(Noise.write(directory, 1))).isEqualTo(checksum);
        assertThat(Weights.checksum(Noise.write(directory, 2))).isNotEqualTo(checksum);
    }
}
