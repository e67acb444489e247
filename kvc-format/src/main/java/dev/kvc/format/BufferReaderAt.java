package dev.kvc.format;

import java.nio.ByteBuffer;

/** The bytes that remain in a buffer. */
final class BufferReaderAt implements ReaderAt {
    private final ByteBuffer bytes;

    BufferReaderAt(ByteBuffer buffer) {
        this.bytes = buffer.slice().asReadOnlyBuffer();
    }

    @Override
    public long size() {
        return bytes.limit();
    }

    @Override
    public int read(ByteBuffer dst, long position) {
        Ranges.within("position", position, Long.MAX_VALUE);
        if (position >= bytes.limit()) {
            return -1;
        }
        int count = Math.min(dst.remaining(), bytes.limit() - (int) position);
        dst.put(bytes.slice((int) position, count));
        return count;
    }
}
