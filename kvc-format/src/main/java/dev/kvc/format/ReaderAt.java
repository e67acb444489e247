package dev.kvc.format;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/**
 * Bytes of known size that can be read at any position: a file, a buffer, an object in a remote store.
 *
 * <p>Reading does not move anything shared, so one instance may be read by several threads where what is behind it
 * allows that (a {@code FileChannel} and a {@code ByteBuffer} do).
 */
public interface ReaderAt {
    /** How many bytes there are. */
    long size() throws IOException;

    /**
     * Reads up to {@code dst.remaining()} bytes.
     *
     * @param dst where the bytes go; its position advances
     * @param position offset of the first byte, not negative
     * @return the number of bytes read, at least 1 if {@code dst} has room; or -1 at or beyond the end
     */
    int read(ByteBuffer dst, long position) throws IOException;

    /**
     * Fills {@code dst}.
     *
     * @param what what is read, for the message
     * @param source the source's name, for the message
     * @throws KvcFormatException {@code TRUNCATED} if the source ends first
     */
    default void readFully(ByteBuffer dst, long position, String what, String source) throws IOException {
        long at = position;
        while (dst.hasRemaining()) {
            int read = read(dst, at);
            if (read < 0) {
                throw new KvcFormatException(
                        KvcFormatException.Kind.TRUNCATED,
                        source,
                        at,
                        dst.remaining() + " more bytes of " + what,
                        "the end of the file");
            }
            at += read;
        }
    }

    /** The bytes of a channel, read at positions; the caller keeps and closes the channel. */
    static ReaderAt of(FileChannel channel) {
        return new ReaderAt() {
            @Override
            public long size() throws IOException {
                return channel.size();
            }

            @Override
            public int read(ByteBuffer dst, long position) throws IOException {
                return channel.read(dst, position);
            }
        };
    }

    /** The remaining bytes of {@code buffer}, whose position is left as it is. */
    static ReaderAt of(ByteBuffer buffer) {
        ByteBuffer bytes = buffer.slice().asReadOnlyBuffer();
        return new ReaderAt() {
            @Override
            public long size() {
                return bytes.limit();
            }

            @Override
            public int read(ByteBuffer dst, long position) {
                if (position >= bytes.limit()) {
                    return -1;
                }
                int count = Math.min(dst.remaining(), bytes.limit() - (int) position);
                dst.put(bytes.slice((int) position, count));
                return count;
            }
        };
    }
}
