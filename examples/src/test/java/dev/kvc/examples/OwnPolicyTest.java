package dev.kvc.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvc.eviction.EvictionPolicyFactory;
import dev.kvc.testkit.EvictionPolicyContract;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** All that a policy needs to be trusted: the contract, and a test of its own order. */
class OwnPolicyTest extends EvictionPolicyContract {
    @Override
    protected EvictionPolicyFactory factory() {
        return new OwnPolicy.Factory();
    }

    @Test
    void systemPromptOutlivesCheckpointsThatAreUsedMoreRecently(@TempDir Path directory) throws IOException {
        assertThat(PrintedLines.of(out -> OwnPolicy.run(directory, out)))
                .containsExactly(
                        "lru keeps turn 2, turn 3, turn 4, turn 5",
                        "checkpoints-first keeps system prompt, turn 3, turn 4, turn 5");
    }
}
