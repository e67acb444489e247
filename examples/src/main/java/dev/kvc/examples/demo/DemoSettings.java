package dev.kvc.examples.demo;

import dev.kvc.examples.transformer.TransformerConfig;
import dev.kvc.store.DataSize;
import java.nio.file.Path;

/**
 * How much the demo computes; tests take less.
 *
 * @param model computes the prompts; its context size is where they are cut
 * @param checkpointTokens a snapshot is saved after each so many tokens of a prompt
 * @param replayModel computes the sessions; likewise
 * @param replayBudget the bytes that the store of the sessions may hold
 * @param checks how many requests of the sessions are checked at most
 * @param temporary where the directories of the stores are made; they are deleted at the end
 */
record DemoSettings(
        TransformerConfig model,
        int checkpointTokens,
        TransformerConfig replayModel,
        DataSize replayBudget,
        int checks,
        Path temporary) {
    /** For the program: under a minute and under three on two cores. */
    static final DemoSettings DEFAULT = new DemoSettings(
            TransformerConfig.demo(),
            1024,
            TransformerConfig.small(),
            DataSize.ofMebibytes(160),
            8,
            Path.of(System.getProperty("java.io.tmpdir")));
}
