package dev.kvc.redis;

import io.lettuce.core.output.CommandOutput;
import java.nio.ByteBuffer;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** A value in memory that is asked for when it comes; {@code null} for one that is not there. */
final class ValueInto extends CommandOutput<byte[], ByteBuffer, @Nullable ByteBuffer> {
    private final IntFunction<ByteBuffer> memory;

    /**
     * An answer of any length.
     *
     * @param memory gives a buffer with as much room as it is asked for
     */
    ValueInto(IntFunction<ByteBuffer> memory) {
        super(BytesCodec.INSTANCE, null);
        this.memory = memory;
    }

    @Override
    public void set(@Nullable ByteBuffer bytes) {
        output = bytes == null
                ? null
                : memory.apply(bytes.remaining()).put(bytes).flip();
    }
}
