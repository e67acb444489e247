package dev.kvc.examples.demo;

import dev.kvc.examples.transformer.KvState;
import dev.kvc.examples.transformer.TransformerConfig;
import dev.kvc.store.PayloadSource;
import java.io.IOException;
import java.nio.channels.WritableByteChannel;

/** Streams a state into a store; it never is one array. It can do so again, as long as the state does not change. */
record StateSource(TransformerConfig config, KvState state) implements PayloadSource {
    @Override
    public long size() {
        return KvState.bytes(config, state.tokens());
    }

    @Override
    public void writeTo(WritableByteChannel out) throws IOException {
        state.writeTo(out);
    }

    @Override
    public boolean isRepeatable() {
        return true;
    }
}
