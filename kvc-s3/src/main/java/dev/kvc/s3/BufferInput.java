package dev.kvc.s3;

import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Objects;

/** The bytes of a buffer as a stream, in place. For one thread. */
final class BufferInput extends InputStream {
    private final ByteBuffer bytes;

    /** The remaining bytes of {@code buffer}, whose position is left as it is. */
    BufferInput(ByteBuffer buffer) {
        this.bytes = buffer.duplicate();
    }

    @Override
    public int read() {
        return bytes.hasRemaining() ? Byte.toUnsignedInt(bytes.get()) : -1;
    }

    @Override
    public int read(byte[] target, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, target.length);
        if (!bytes.hasRemaining() && length > 0) {
            return -1;
        }
        int count = Math.min(length, bytes.remaining());
        bytes.get(target, offset, count);
        return count;
    }

    @Override
    public long skip(long count) {
        int skipped = (int) Math.max(0, Math.min(count, bytes.remaining()));
        bytes.position(bytes.position() + skipped);
        return skipped;
    }

    @Override
    public int available() {
        return bytes.remaining();
    }

    @Override
    public boolean markSupported() {
        return true;
    }

    @Override
    public void mark(int limit) {
        bytes.mark();
    }

    @Override
    public void reset() {
        bytes.reset();
    }
}
