package dev.kvc.examples.llama;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvc.engine.Resumption;
import dev.kvc.engine.TokenText;
import dev.kvc.store.DataSize;
import dev.kvc.store.KvStore;
import dev.kvc.store.SnapshotDraft;
import dev.kvc.store.SnapshotInfo;
import dev.kvc.store.fs.FileSystemKvStore;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LlamaEngineTest {
    private static final int[] PROMPT = Noise.prompt(700, 1);
    private static final int[] OTHER = Noise.prompt(500, 2);
    private static final String WEIGHTS = "the weights' checksum";

    @TempDir
    private Path directory;

    private LlamaModel model;
    private KvStore store;
    private LlamaEngine engine;

    @BeforeEach
    void open() throws IOException {
        model = LlamaModel.load(Llama.load(), Noise.write(directory, 1));
        store = openStore();
        engine = new LlamaEngine(model, WEIGHTS, Noise.SETTINGS, store);
    }

    private KvStore openStore() throws IOException {
        return FileSystemKvStore.builder(directory.resolve("store"))
                .budget(DataSize.ofMebibytes(64))
                .open();
    }

    @AfterEach
    void close() throws IOException {
        engine.close();
        store.close();
        model.close();
    }

    /** An engine like one in a new process: nothing but the directory is left. */
    private void startAnew(String weights, ContextSettings settings) throws IOException {
        engine.close();
        store.close();
        store = openStore();
        engine = new LlamaEngine(model, weights, settings, store);
    }

    private KvStore namespace() {
        return store.in(LlamaEngine.namespace(WEIGHTS, Noise.SETTINGS));
    }

    private List<Integer> savedTokens() throws IOException {
        try (Stream<SnapshotInfo> all = namespace().list()) {
            return all.map(each -> (int) each.header().tokenCount()).sorted().toList();
        }
    }

    @Test
    void promptIsResumedWithTheScoresOfAFullPrefill() throws Exception {
        engine.resume(PROMPT);
        startAnew(WEIGHTS, Noise.SETTINGS);
        Prefilled resumed = engine.resume(PROMPT);
        assertThat(resumed.reused()).isEqualTo(20 * Noise.BATCH);
        assertThat(resumed.storedBytes()).isPositive();
        assertThat(resumed.hasLogitsOf(engine.prefill(PROMPT))).isTrue();
    }

    @Test
    void everyLengthOfAPromptIsResumedWithTheScoresOfAFullPrefill() throws Exception {
        engine.resume(PROMPT);
        engine.saveAtShutdown();
        for (int length : new int[] {641, 642, 671, 672, 673, 699, 700}) {
            startAnew(WEIGHTS, Noise.SETTINGS);
            int[] prompt = Arrays.copyOf(PROMPT, length);
            Prefilled resumed = engine.resume(prompt);
            assertThat(resumed.reused()).as("%d tokens", length).isPositive();
            assertThat(resumed.hasLogitsOf(engine.prefill(prompt)))
                    .as("%d tokens", length)
                    .isTrue();
        }
    }

    @Test
    void promptIsSavedAtItsCheckpointsAndNothingTwice() throws Exception {
        engine.resume(PROMPT);
        engine.resume(OTHER);
        engine.saveAtShutdown();
        assertThat(savedTokens()).containsExactly(448, 500, 512, 640, 700);
        engine.resume(PROMPT);
        engine.resume(OTHER);
        engine.saveAtShutdown();
        assertThat(savedTokens()).containsExactly(448, 500, 512, 640, 700);
    }

    @Test
    void sessionThatGoesOnInTheSlotIsNotLoaded() throws Exception {
        engine.resume(Arrays.copyOf(PROMPT, 600));
        long loads = store.stats().hits();
        Prefilled resumed = engine.resume(PROMPT);
        assertThat(store.stats().hits()).isEqualTo(loads);
        assertThat(resumed.reused()).isEqualTo(18 * Noise.BATCH);
        assertThat(resumed.hasLogitsOf(engine.prefill(PROMPT))).isTrue();
    }

    @Test
    void tokensThatAreAppendedBelongToTheSession() throws Exception {
        engine.resume(PROMPT);
        int[] longer = Arrays.copyOf(PROMPT, 702);
        longer[700] = 50;
        longer[701] = 60;
        engine.append(50);
        float[] scores = engine.append(60);
        assertThat(scores).hasSize(model.vocabularySize());
        engine.saveAtShutdown();
        assertThat(savedTokens()).contains(702);
        startAnew(WEIGHTS, Noise.SETTINGS);
        assertThat(engine.resume(longer).reused()).isEqualTo(21 * Noise.BATCH);
    }

    @Test
    void promptThatIsEmptyOrTooLongIsRefusedAndCostsNothing() throws Exception {
        engine.resume(PROMPT);
        for (int length : new int[] {0, Noise.SETTINGS.contextSize() + 1}) {
            assertThatThrownBy(() -> engine.resume(new int[length])).isInstanceOf(IllegalArgumentException.class);
        }
        assertThat(engine.resume(PROMPT).reused()).isEqualTo(21 * Noise.BATCH);
    }

    @Test
    void otherWeightsAreAMiss() throws Exception {
        engine.resume(PROMPT);
        startAnew("other weights", Noise.SETTINGS);
        Prefilled resumed = engine.resume(PROMPT);
        assertThat(resumed.reused()).isZero();
        assertThat(engine.stats().misses()).containsOnlyKeys(Resumption.Miss.NO_PREFIX);
        assertThat(resumed.hasLogitsOf(engine.prefill(PROMPT))).isTrue();
    }

    @Test
    void smallerContextIsNotOfferedTheStateOfALargerOne() throws Exception {
        engine.resume(PROMPT);
        startAnew(WEIGHTS, new ContextSettings(768, Noise.BATCH, 1));
        assertThat(engine.resume(PROMPT).reused()).isZero();
        assertThat(engine.stats().misses()).containsOnlyKeys(Resumption.Miss.REFUSED_BY_GATES);
    }

    @Test
    void damagedSnapshotGivesWayToTheNextLongest() throws Exception {
        engine.resume(PROMPT);
        engine.close();
        damage(640);
        startAnew(WEIGHTS, Noise.SETTINGS);
        Prefilled resumed = engine.resume(PROMPT);
        assertThat(resumed.reused()).isEqualTo(512);
        assertThat(resumed.hasLogitsOf(engine.prefill(PROMPT))).isTrue();
    }

    private void damage(int tokens) throws IOException {
        Path file = directory
                .resolve("store")
                .resolve(LlamaEngine.namespace(WEIGHTS, Noise.SETTINGS).toString())
                .resolve(TokenText.key(PROMPT, 0, tokens) + ".kv");
        try (RandomAccessFile bytes = new RandomAccessFile(file.toString(), "rw")) {
            bytes.seek(bytes.length() / 2);
            int there = bytes.read();
            bytes.seek(bytes.length() / 2);
            bytes.write(there ^ 1);
        }
    }

    @Test
    void stateThatLlamaCppRefusesGivesWayToTheNextLongest() throws Exception {
        engine.resume(PROMPT);
        saveNonsense(680, 680);
        startAnew(WEIGHTS, Noise.SETTINGS);
        Prefilled resumed = engine.resume(PROMPT);
        assertThat(resumed.reused()).isEqualTo(20 * Noise.BATCH);
        assertThat(resumed.hasLogitsOf(engine.prefill(PROMPT))).isTrue();
        assertThat(engine.stats().restoreFailures()).isEqualTo(1);
        assertThat(savedTokens()).doesNotContain(680);
    }

    @Test
    void promptWithoutAUsableStateIsComputed() throws Exception {
        saveNonsense(600, 0);
        saveNonsense(660, 600);
        saveNonsense(680, -1);
        saveNonsense(690, 690);
        Prefilled resumed = engine.resume(PROMPT);
        assertThat(resumed.reused()).isZero();
        assertThat(engine.stats().misses()).containsOnlyKeys(Resumption.Miss.NOT_RESTORED);
        assertThat(resumed.hasLogitsOf(engine.prefill(PROMPT))).isTrue();
    }

    /** Whole and well checked, and no state of this model: zeros behind the number of tokens that it says it has. */
    private void saveNonsense(int tokens, int said) throws IOException {
        byte[] state = new byte[10_000];
        ByteBuffer.wrap(state).order(ByteOrder.LITTLE_ENDIAN).putInt(said);
        namespace()
                .save(SnapshotDraft.builder()
                        .text(TokenText.of(PROMPT, 0, tokens))
                        .payload(state)
                        .tokenCount(tokens)
                        .contextSize(Noise.SETTINGS.contextSize())
                        .payloadAbi(1)
                        .build());
    }

    @Test
    void snapshotsAreForTheirOwnerAlone() throws Exception {
        engine.resume(PROMPT);
        engine.saveAtShutdown();
        try (Stream<Path> files = Files.walk(directory.resolve("store"))) {
            assertThat(files.filter(Files::isRegularFile))
                    .isNotEmpty()
                    .allSatisfy(file -> assertThat(
                                    Files.getPosixFilePermissions(file).toString())
                            .doesNotContain("GROUP", "OTHERS"));
        }
    }
}
