package dev.kvc.examples.llama;

import dev.kvc.store.DataSize;
import java.nio.file.Path;

/**
 * How much the program computes; tests take less.
 *
 * @param model what is prefilled, killed and resumed, unless the user gives one
 * @param contextSize tokens that its prompts are cut at
 * @param replayModel what the sessions are replayed with, likewise
 * @param replayContextSize tokens that their prompts are cut at
 * @param replayBudget the bytes that their store may hold
 * @param batchTokens how many tokens are computed at once
 * @param checks how many requests of the sessions are compared with a full prefill at most
 * @param temporary where models and stores are kept until the end
 */
record RunSettings(
        NoiseModel model,
        int contextSize,
        NoiseModel replayModel,
        int replayContextSize,
        DataSize replayBudget,
        int batchTokens,
        int checks,
        Path temporary) {
    /** For the program: two to three minutes on two cores. */
    static final RunSettings DEFAULT = new RunSettings(
            NoiseModel.medium(),
            8_192,
            NoiseModel.small(),
            16_384,
            DataSize.ofMebibytes(32),
            128,
            5,
            Path.of(System.getProperty("java.io.tmpdir")));
}
