package dev.kvc.redis;

import io.lettuce.core.output.CommandOutput;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** A value in memory that is asked for when it comes; empty if it is not there. */
final class ValueInto extends CommandOutput<byte[], ByteBuffer, Optional<ByteBuffer>> {
    private final IntFunction<ByteBuffer> memory;

    /**
     * An answer of any length.
     *
     * @param memory gives a buffer with as much room as it is asked for
     */
    ValueInto(IntFunction<ByteBuffer> memory) {
        super(BytesCodec.INSTANCE, Optional.empty());
        this.memory = memory;
    }

    @Override
    public void set(@Nullable ByteBuffer bytes) {
        if (bytes != null) {
            output = Optional.of(memory.apply(bytes.remaining()).put(bytes).flip());
        }
    }
}
