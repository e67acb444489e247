package dev.kvc.examples.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.kvc.examples.transformer.KvState;
import dev.kvc.examples.transformer.TransformerConfig;
import dev.kvc.format.SaveReason;
import dev.kvc.store.DataSize;
import dev.kvc.store.KvStore;
import dev.kvc.store.SaveResult;
import dev.kvc.store.fs.FileSystemKvStore;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EngineTest {
    private static final TransformerConfig CONFIG = new TransformerConfig(2, 2, 4, 8, 700, 1);

    @TempDir
    Path directory;

    private final byte[] prompt = new byte[600];
    private KvStore store;
    private Engine engine;

    @BeforeEach
    void open() throws Exception {
        new Random(11).nextBytes(prompt);
        store = FileSystemKvStore.builder(directory)
                .budget(DataSize.ofMebibytes(64))
                .open();
        engine = new Engine(CONFIG, store);
    }

    @AfterEach
    void close() throws Exception {
        engine.close();
        store.close();
    }

    private void saveBeginning(Engine saver, int tokens) throws Exception {
        byte[] beginning = Arrays.copyOf(prompt, tokens);
        KvState state = saver.prefill(beginning).state();
        assertThat(saver.save(beginning, state, SaveReason.CONTINUED).outcome()).isEqualTo(SaveResult.Outcome.STORED);
    }

    @Test
    void resumesFromTheLongestBeginningWithTheSameScores() throws Exception {
        saveBeginning(engine, 100);
        saveBeginning(engine, 333);

        Completion resumed = engine.resume(prompt);

        assertThat(resumed.reused()).isEqualTo(333);
        assertThat(resumed.storedBytes()).isGreaterThan(KvState.bytes(CONFIG, 333));
        resumed.requireScoresOf(engine.prefill(prompt), "the prompt");
    }

    @Test
    void computesTheLastTokenOfAPromptThatIsStoredWhole() throws Exception {
        saveBeginning(engine, 600);

        Completion resumed = engine.resume(prompt);

        assertThat(resumed.reused()).isEqualTo(599);
        resumed.requireScoresOf(engine.prefill(prompt), "the prompt");
    }

    @Test
    void computesEverythingWhenNothingIsStored() throws Exception {
        Completion resumed = engine.resume(prompt);

        assertThat(resumed.reused()).isZero();
        assertThat(resumed.storedBytes()).isZero();
        assertThat(resumed.state().tokens()).isEqualTo(600);
    }

    @Test
    void resumesAfterAnotherEngineAndStoreHaveSaved() throws Exception {
        saveBeginning(engine, 400);

        try (KvStore reopened = FileSystemKvStore.builder(directory)
                        .budget(DataSize.ofMebibytes(64))
                        .open();
                Engine other = new Engine(CONFIG, reopened)) {
            Completion resumed = other.resume(prompt);

            assertThat(resumed.reused()).isEqualTo(400);
            resumed.requireScoresOf(engine.prefill(prompt), "the prompt");
        }
    }

    @Test
    void takesNoStateOfAnotherModel() throws Exception {
        TransformerConfig other = new TransformerConfig(2, 2, 4, 8, 700, 2);
        assertThat(other.modelId()).isNotEqualTo(CONFIG.modelId());
        try (Engine stranger = new Engine(other, store)) {
            saveBeginning(stranger, 100);
        }

        assertThat(engine.resume(prompt).reused()).isZero();
    }

    @Test
    void leavesWhatIsStoredAsItIs() throws Exception {
        saveBeginning(engine, 100);
        byte[] beginning = Arrays.copyOf(prompt, 100);

        SaveResult again = engine.save(beginning, engine.prefill(beginning).state(), SaveReason.CONTINUED);

        assertThat(again.outcome()).isEqualTo(SaveResult.Outcome.ALREADY_PRESENT);
    }

    @Test
    void aSourceCanBeWrittenAgain() {
        KvState state = engine.prefill(prompt).state();

        assertThat(new StateSource(CONFIG, state).isRepeatable()).isTrue();
        assertThat(new StateSource(CONFIG, state).size()).isEqualTo(KvState.bytes(CONFIG, 600));
    }

    @Test
    void noticesOtherScores() {
        byte[] other = prompt.clone();
        other[0]++;

        assertThatExceptionOfType(MismatchException.class)
                .isThrownBy(() -> engine.prefill(prompt).requireScoresOf(engine.prefill(other), "prompt 3"))
                .withMessageStartingWith("prompt 3: after resuming from 0 tokens the score of byte 0 is ");
    }
}
