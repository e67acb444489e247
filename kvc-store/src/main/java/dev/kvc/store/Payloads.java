package dev.kvc.store;

import dev.kvc.format.KvcCodec;
import dev.kvc.store.internal.BlockBuffers;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.Objects;

/** What {@link Payload} does on top of its positional read. */
final class Payloads {
    private static final int MAX_ARRAY_BYTES = Integer.MAX_VALUE - 8;

    private Payloads() {}

    static void readFully(Payload payload, ByteBuffer dst, long position) throws IOException {
        long at = position;
        while (dst.hasRemaining()) {
            int count = payload.read(dst, at);
            if (count < 0) {
                throw new EOFException("the payload ends at byte " + payload.size() + "; " + dst.remaining()
                        + " more bytes were asked for at " + at);
            }
            at += count;
        }
    }

    static long transfer(Payload payload, long position, long count, WritableByteChannel target) throws IOException {
        long left = Math.min(count, payload.size() - position);
        long at = position;
        try (BlockBuffers.Lease lease = BlockBuffers.lease()) {
            ByteBuffer buffer = lease.buffer();
            while (left > 0) {
                buffer.clear().limit((int) Math.min(buffer.capacity(), left));
                readFully(payload, buffer, at);
                at += buffer.limit();
                left -= buffer.limit();
                KvcCodec.writeFully(buffer.flip(), target);
            }
        }
        return Math.max(0, at - position);
    }

    static byte[] toByteArray(Payload payload) throws IOException {
        if (payload.size() > MAX_ARRAY_BYTES) {
            throw new IOException("a payload of " + payload.size() + " bytes does not fit an array: read or map it");
        }
        ByteBuffer bytes = ByteBuffer.allocate((int) payload.size());
        readFully(payload, bytes, 0);
        return bytes.array();
    }

    static InputStream stream(Payload payload) {
        return new InputStream() {
            private long at;

            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
            }

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                Objects.checkFromIndexSize(offset, length, bytes.length);
                if (length == 0) {
                    return 0;
                }
                int count = payload.read(ByteBuffer.wrap(bytes, offset, length), at);
                at += Math.max(0, count);
                return count;
            }

            @Override
            public long skip(long count) {
                long skipped = Math.max(0, Math.min(count, payload.size() - at));
                at += skipped;
                return skipped;
            }

            @Override
            public int available() {
                return (int) Math.min(Integer.MAX_VALUE, payload.size() - at);
            }
        };
    }
}
