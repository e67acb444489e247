package dev.kvc.examples.llama;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LlamaContextTest {
    private static final int[] PROMPT = Noise.prompt(300, 1);

    @TempDir
    private Path directory;

    private Llama llama;
    private LlamaModel model;
    private LlamaContext context;

    @BeforeEach
    void open() {
        llama = Llama.load();
        model = LlamaModel.load(llama, Noise.write(directory, 1));
        context = model.newContext(Noise.SETTINGS);
    }

    @AfterEach
    void close() {
        context.close();
        model.close();
    }

    private float[] prefilled() {
        context.clear();
        context.extend(PROMPT, PROMPT.length);
        return context.logits();
    }

    @Test
    void stateThatEndsABatchGoesOnWithTheSameScores() {
        float[] expected = prefilled();
        context.clear();
        context.extend(PROMPT, 8 * Noise.BATCH);
        MemorySegment state = context.state();
        try (LlamaContext other = model.newContext(Noise.SETTINGS)) {
            other.restore(state, 8 * Noise.BATCH);
            assertThat(other.tokens()).isEqualTo(8 * Noise.BATCH);
            other.extend(PROMPT, PROMPT.length);
            assertThat(other.logits()).isEqualTo(expected);
        }
    }

    @Test
    void stateThatIsCutToABatchGoesOnWithTheSameScores() {
        float[] expected = prefilled();
        MemorySegment state = context.state();
        context.restore(state, PROMPT.length);
        context.truncate(5 * Noise.BATCH);
        context.extend(PROMPT, PROMPT.length);
        assertThat(context.logits()).isEqualTo(expected);
    }

    @Test
    void anotherWayToTheSameLengthHasOtherScores() {
        float[] expected = prefilled();
        int[] another = PROMPT.clone();
        another[0]++;
        context.clear();
        context.extend(another, another.length);
        assertThat(context.logits()).isNotEqualTo(expected);
    }

    @Test
    void stateOfAnotherShapeIsRefused() throws Exception {
        prefilled();
        MemorySegment state = context.state();
        Path file = directory.resolve("other.gguf");
        new NoiseModel(3, 4, 2, 16, 96, 1_024, 1).writeTo(file);
        try (LlamaModel other = LlamaModel.load(llama, file);
                LlamaContext wrong = other.newContext(Noise.SETTINGS)) {
            assertThatThrownBy(() -> wrong.restore(state, PROMPT.length)).isInstanceOf(LlamaException.class);
            assertThat(wrong.tokens()).isZero();
            wrong.extend(PROMPT, PROMPT.length);
        }
    }

    @Test
    void stateThatIsCutIsRefusedAndLeavesTheContextEmpty() {
        float[] expected = prefilled();
        MemorySegment state = context.state();
        for (long length : new long[] {0, 3, 100, state.byteSize() / 2, state.byteSize() - 1}) {
            assertThatThrownBy(() -> context.restore(state.asSlice(0, length), PROMPT.length))
                    .as("%d bytes", length)
                    .isInstanceOf(LlamaException.class);
            assertThat(context.tokens()).isZero();
        }
        assertThat(prefilled()).isEqualTo(expected);
    }

    @Test
    void stateThatIsTooLongIsRefused() {
        prefilled();
        MemorySegment state = context.state();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment longer = arena.allocate(state.byteSize() + 8);
            longer.copyFrom(state);
            assertThatThrownBy(() -> context.restore(longer, PROMPT.length)).isInstanceOf(LlamaException.class);
        }
    }

    @Test
    void stateOfOtherTokensThanSaidIsRefused() {
        prefilled();
        MemorySegment state = context.state();
        assertThatThrownBy(() -> context.restore(state, PROMPT.length + 1)).isInstanceOf(LlamaException.class);
        assertThat(context.tokens()).isZero();
    }

    /** llama.cpp itself ends the process over it. */
    @Test
    void stateOfNoTokensIsRefused() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment zeros = arena.allocate(10_000);
            assertThatThrownBy(() -> context.restore(zeros, 0)).isInstanceOf(LlamaException.class);
            assertThatThrownBy(() -> context.restore(zeros, 1)).isInstanceOf(LlamaException.class);
        }
    }

    @Test
    void promptBeyondTheContextIsRefused() {
        int[] tooLong = Noise.prompt(Noise.SETTINGS.contextSize() + 1, 1);
        assertThatThrownBy(() -> context.extend(tooLong, tooLong.length))
                .isInstanceOf(LlamaException.class)
                .hasMessageContaining("1024");
        assertThat(context.tokens()).isZero();
    }

    @Test
    void contextThatIsClosedIsNotCalledAnyMore() {
        context.close();
        context.close();
        assertThatThrownBy(context::clear).isInstanceOf(LlamaException.class);
        assertThatThrownBy(() -> context.extend(PROMPT, 1)).isInstanceOf(RuntimeException.class);
    }

    @Test
    void emptyContextHasNoScores() {
        assertThatThrownBy(context::logits).isInstanceOf(LlamaException.class);
    }
}
