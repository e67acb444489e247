package dev.kvc.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvc.format.KvcHeader;
import dev.kvc.store.PrefixQuery.Gate;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class GatesTest {
    private static final Gates GATES = Gates.builder()
            .modelId(3)
            .payloadAbi(4)
            .quantBits(16)
            .contextSize(8192)
            .minTokens(10)
            .build();

    private static KvcHeader header(Gates gates) {
        return gates.draft()
                .text("a text")
                .payload(new byte[1])
                .tokenCount(10)
                .build()
                .header(0);
    }

    @Test
    void whatIsSavedPasses() {
        assertThat(GATES.query(ByteBuffer.allocate(1)).refusal(header(GATES))).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(
            value = Gate.class,
            names = {"MODEL_ID", "PAYLOAD_ABI", "QUANT_BITS", "MAX_CONTEXT_SIZE"})
    void whatDiffersDoesNot(Gate gate) {
        Gates other = Gates.builder()
                .modelId(gate == Gate.MODEL_ID ? 9 : 3)
                .payloadAbi(gate == Gate.PAYLOAD_ABI ? 9 : 4)
                .quantBits(gate == Gate.QUANT_BITS ? 9 : 16)
                .contextSize(gate == Gate.MAX_CONTEXT_SIZE ? 8193 : 8192)
                .build();
        assertThat(GATES.query(ByteBuffer.allocate(1)).refusal(header(other))).contains(gate);
    }

    @Test
    void tooFewTokensDoNot() {
        KvcHeader few = header(GATES).toBuilder().tokenCount(9).build();
        assertThat(GATES.query(ByteBuffer.allocate(1)).refusal(few)).contains(Gate.MIN_TOKENS);
    }

    @Test
    void gatesThatAreNotSetPassEverything() {
        Gates none = Gates.builder().build();
        assertThat(none.query(ByteBuffer.allocate(1)).refusal(header(GATES))).isEmpty();
        assertThat(header(none).modelId()).isZero();
    }

    @Test
    void rangesAreChecked() {
        assertThatThrownBy(() -> Gates.builder().modelId(256).build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("modelId is 256");
        assertThatThrownBy(() -> Gates.builder().contextSize(1L << 32).build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("contextSize");
        assertThatThrownBy(() -> Gates.builder().minTokens(-1).build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("minTokens is -1");
    }

    @Test
    void gateIsSetOnce() {
        assertThatThrownBy(() -> Gates.builder().payloadAbi(1).payloadAbi(2))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("payloadAbi was already set to 1");
    }
}
