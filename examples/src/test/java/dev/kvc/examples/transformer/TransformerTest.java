package dev.kvc.examples.transformer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TransformerTest {
    /** More than one tile and several blocks, the last of each not full. */
    private static final int TOKENS = Layer.TILE + 2 * Block.TOKENS + 37;

    private static final TransformerConfig CONFIG = new TransformerConfig(2, 2, 6, 10, 1024, 7);

    private static byte[] prompt(long seed, int length) {
        byte[] prompt = new byte[length];
        new Random(seed).nextBytes(prompt);
        return prompt;
    }

    private static float[] fullPrefill(byte[] prompt, int threads) {
        try (Transformer transformer = new Transformer(CONFIG, threads)) {
            return transformer.prefill(prompt, prompt.length, new KvState(CONFIG));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5, 130, TOKENS})
    void agreesWithTheReference(int length) {
        byte[] prompt = prompt(1, length);

        float[] scores = fullPrefill(prompt, 2);

        double[] expected = new ReferenceTransformer(CONFIG).scores(prompt);
        assertThat(scores).hasSameSizeAs(expected);
        for (int j = 0; j < expected.length; j++) {
            assertThat((double) scores[j]).as("score %d", j).isCloseTo(expected[j], within(2e-3));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void isTheSameHoweverThePromptIsCut(long seed) {
        byte[] prompt = prompt(3, TOKENS);
        Random random = new Random(seed);
        KvState state = new KvState(CONFIG);
        float[] scores = new float[0];

        try (Transformer transformer = new Transformer(CONFIG, 2)) {
            while (state.tokens() < prompt.length) {
                int most = prompt.length - state.tokens();
                int count = 1 + random.nextInt(random.nextBoolean() ? most : Math.min(most, 9));
                scores = transformer.prefill(prompt, state.tokens() + count, state);
            }
        }

        assertThat(scores).isEqualTo(fullPrefill(prompt, 2));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 4})
    void isTheSameHoweverManyThreadsCompute(int threads) {
        byte[] prompt = prompt(4, TOKENS);

        assertThat(fullPrefill(prompt, threads)).isEqualTo(fullPrefill(prompt, 2));
    }

    @Test
    void aTruncatedStateGoesOnAsIfTheRestHadNeverBeen() {
        byte[] prompt = prompt(5, 300);
        byte[] other = prompt.clone();
        other[200]++;
        KvState state = new KvState(CONFIG);

        try (Transformer transformer = new Transformer(CONFIG, 2)) {
            transformer.prefill(other, 300, state);
            state.truncate(200);

            assertThat(transformer.prefill(prompt, 300, state)).isEqualTo(fullPrefill(prompt, 2));
        }
    }

    @Test
    void anotherTokenGivesOtherScores() {
        byte[] prompt = prompt(6, 50);
        byte[] other = prompt.clone();
        other[0]++;

        assertThat(fullPrefill(other, 2)).isNotEqualTo(fullPrefill(prompt, 2));
    }

    @Test
    void refusesAnEndThatItCannotReach() {
        try (Transformer transformer = new Transformer(CONFIG, 1)) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> transformer.prefill(new byte[3], 4, new KvState(CONFIG)))
                    .withMessage("cannot prefill up to 4: the state has 0 tokens, the prompt 3, the context 1024");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> transformer.prefill(new byte[3], 0, new KvState(CONFIG)));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> transformer.prefill(new byte[2000], 1025, new KvState(CONFIG)));
        }
    }

    @Test
    void theExponentialIsGoodToFourDigits() {
        for (int i = -300; i <= 300; i++) {
            float x = i / 10f;
            assertThat(Kernels.exp(x) / Math.exp(x)).as("exp(%s)", x).isCloseTo(1, within(1e-4));
        }
    }
}
