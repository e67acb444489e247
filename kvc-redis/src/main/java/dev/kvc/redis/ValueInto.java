package dev.kvc.redis;

import io.lettuce.core.output.CommandOutput;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** Fields of a hash, {@code null} for one that is not there; the last of them into memory that is asked for. */
final class FieldsInto extends CommandOutput<byte[], ByteBuffer, List<ByteBuffer>> {
    private final int last;
    private final IntFunction<ByteBuffer> memory;

    /**
     * An answer of {@code count} fields.
     *
     * @param memory gives a buffer with as much room as it is asked for
     */
    FieldsInto(int count, IntFunction<ByteBuffer> memory) {
        super(BytesCodec.INSTANCE, new ArrayList<>(count));
        this.last = count - 1;
        this.memory = memory;
    }

    @Override
    public void set(@Nullable ByteBuffer bytes) {
        output.add(bytes == null ? null : copy(bytes));
    }

    private ByteBuffer copy(ByteBuffer bytes) {
        return output.size() < last
                ? codec.decodeValue(bytes)
                : memory.apply(bytes.remaining()).put(bytes).flip();
    }
}
