package dev.kvc.redis;

import io.lettuce.core.output.CommandOutput;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Puts the bytes of an answer where they are wanted. Its result is how many came; -1 for none. */
final class BulkInto extends CommandOutput<byte[], ByteBuffer, Integer> {
    private @Nullable ByteBuffer dst;

    /** An answer of as many bytes as {@code dst} has room for; an answer of any other length goes nowhere. */
    BulkInto(ByteBuffer dst) {
        super(BytesCodec.INSTANCE, -1);
        this.dst = dst;
    }

    @Override
    public synchronized void set(@Nullable ByteBuffer bytes) {
        output = bytes == null ? -1 : bytes.remaining();
        if (bytes != null && dst != null && bytes.remaining() == dst.remaining()) {
            dst.duplicate().put(bytes);
        }
    }

    /** What comes from now on goes nowhere: nobody waits for it, and the memory is its owner's again. */
    synchronized void detach() {
        dst = null;
    }
}
