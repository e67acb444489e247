package dev.kvc.examples.transformer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.util.List;
import org.junit.jupiter.api.Test;

class KvStateTest {
    private static final TransformerConfig CONFIG = new TransformerConfig(2, 2, 4, 8, 600, 1);

    private static KvState prefilled(int tokens) {
        KvState state = new KvState(CONFIG);
        try (Transformer transformer = new Transformer(CONFIG, 1)) {
            transformer.prefill(new byte[tokens], tokens, state);
        }
        return state;
    }

    private static byte[] serialized(KvState state) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        state.writeTo(Channels.newChannel(out));
        return out.toByteArray();
    }

    @Test
    void comesBackAsItWas() throws IOException {
        byte[] bytes = serialized(prefilled(300));
        KvState state = new KvState(CONFIG);

        state.readFrom(List.of(ByteBuffer.wrap(bytes)), 300);

        assertThat(state.tokens()).isEqualTo(300);
        assertThat(bytes).hasSize((int) KvState.bytes(CONFIG, 300));
        assertThat(serialized(state)).isEqualTo(bytes);
    }

    @Test
    void beginningStaysWhileTokensAreAdded() throws IOException {
        KvState state = prefilled(200);
        byte[] bytes = serialized(state);
        KvState beginning = state.beginning();
        try (Transformer transformer = new Transformer(CONFIG, 1)) {
            transformer.prefill(new byte[600], 600, state); // beyond its first capacity
        }
        assertThat(beginning.tokens()).isEqualTo(200);
        assertThat(serialized(beginning)).isEqualTo(bytes);
    }

    @Test
    void comesBackFromManySlices() throws IOException {
        byte[] bytes = serialized(prefilled(5));
        KvState state = new KvState(CONFIG);

        state.readFrom(
                List.of(
                        ByteBuffer.wrap(bytes, 0, 12).slice(),
                        ByteBuffer.allocate(0),
                        ByteBuffer.wrap(bytes, 12, bytes.length - 12).slice()),
                5);

        assertThat(serialized(state)).isEqualTo(bytes);
    }

    @Test
    void replacesWhatWasThere() throws IOException {
        byte[] bytes = serialized(prefilled(3));
        KvState state = prefilled(400);

        state.readFrom(List.of(ByteBuffer.wrap(bytes)), 3);

        assertThat(state.tokens()).isEqualTo(3);
        assertThat(serialized(state)).isEqualTo(bytes);
    }

    @Test
    void refusesAnotherNumberOfBytes() {
        ByteBuffer bytes = ByteBuffer.allocate(100);

        assertThatIOException()
                .isThrownBy(() -> new KvState(CONFIG).readFrom(List.of(bytes), 2))
                .withMessage("a state of 2 tokens has 256 bytes; there are 100");
        assertThatIOException().isThrownBy(() -> new KvState(CONFIG).readFrom(List.of(bytes), -1));
    }

    @Test
    void refusesAFloatThatIsCut() {
        assertThatIOException()
                .isThrownBy(() ->
                        new KvState(CONFIG).readFrom(List.of(ByteBuffer.allocate(126), ByteBuffer.allocate(2)), 1))
                .withMessageContaining("across the end");
    }

    @Test
    void keepsNoMoreThanItHas() {
        KvState state = prefilled(3);

        assertThatIllegalArgumentException().isThrownBy(() -> state.truncate(4));
        assertThatIllegalArgumentException().isThrownBy(() -> state.truncate(-1));
    }
}
