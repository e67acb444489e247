package dev.kvc.format;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/**
 * Bytes of known size that can be read at any position: a file, a buffer, an object in a remote store.
 *
 * <p>Reading does not move anything shared, so one instance may be read by several threads where what is behind it
 * allows that (a {@code FileChannel} and a {@code ByteBuffer} do). Whoever opened what is behind it closes it.
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
     * @throws IllegalArgumentException if {@code position} is negative
     */
    int read(ByteBuffer dst, long position) throws IOException;

    /**
     * Fills {@code dst}, whose position advances to its limit.
     *
     * @param position offset of the first byte, not negative
     * @param what what is read, for the message
     * @param source the source's name, for the message
     * @throws KvcFormatException {@code TRUNCATED} if the source ends first
     * @throws IOException if it cannot be read, or {@link #read} breaks its word and reads nothing
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
            if (read == 0) {
                throw new IOException(source + ": reading " + what + " at offset " + at + " gave nothing");
            }
            at += read;
        }
    }

    /**
     * The bytes of a channel, read at positions; the caller keeps and closes the channel.
     *
     * <p>Reads into a buffer on the heap are cut to 1 MiB each, because the JDK reads them through a direct buffer of
     * the same length, which it keeps for as long as the thread lives.
     */
    static ReaderAt of(FileChannel channel) {
        return new ChannelReaderAt(channel);
    }

    /** The remaining bytes of {@code buffer}, which are not copied and whose position is left as it is. */
    static ReaderAt of(ByteBuffer buffer) {
        return new BufferReaderAt(buffer);
    }
}
