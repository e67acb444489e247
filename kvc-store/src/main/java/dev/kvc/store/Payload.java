package dev.kvc.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;

/**
 * The engine state in a loaded {@link Snapshot}: read where you need it, streamed, or mapped. Fresh memory is the most
 * expensive way to get at it: prefer {@link #map()} or a buffer that you keep.
 *
 * <p>Safe from any thread until its snapshot is closed; after that, methods throw {@code ClosedChannelException}. A
 * thread that is interrupted in a read of a file closes this snapshot alone. If the snapshot is verified on reading, a
 * method throws {@code KvcFormatException} before it hands out a byte of a damaged block; each {@link #read} then
 * verifies the block of 1 MiB that it reads from, so small pieces are better taken from {@link #newInputStream}.
 */
public interface Payload extends PayloadSource {
    /**
     * Reads up to {@code dst.remaining()} bytes.
     *
     * @param dst where they go; its position advances
     * @param position offset in the payload, 0 or more
     * @return the number of bytes read, at least 1 if {@code dst} has room; or -1 at or beyond the end
     * @throws IllegalArgumentException if {@code position} is negative
     */
    int read(ByteBuffer dst, long position) throws IOException;

    /**
     * Fills {@code dst}.
     *
     * @throws java.io.EOFException if the payload ends first
     */
    default void readFully(ByteBuffer dst, long position) throws IOException {
        Payloads.readFully(this, dst, position);
    }

    /**
     * Writes a part of the payload to {@code target}.
     *
     * @return the bytes written: {@code count}, or fewer if the payload ends first
     */
    default long transferTo(long position, long count, WritableByteChannel target) throws IOException {
        return Payloads.transfer(this, position, count, target);
    }

    @Override
    default void writeTo(WritableByteChannel out) throws IOException {
        transferTo(0, size(), out);
    }

    @Override
    default boolean isRepeatable() {
        return true;
    }

    /** A stream over all bytes; closing it does not close the snapshot. For use by one thread. */
    default InputStream newInputStream() {
        return Payloads.stream(this);
    }

    /**
     * All bytes in a new array: for small payloads.
     *
     * @throws IOException if there are more than 2^31-9 bytes, or they cannot be read
     */
    default byte[] toByteArray() throws IOException {
        return Payloads.toByteArray(this);
    }

    /**
     * Maps the payload without copying it. The caller closes the mapping; it may outlive the snapshot.
     *
     * <p>A file that is shorter by now than its payload is an {@code IOException}; it is never made longer. If another
     * process truncates a mapped file, touching the lost pages raises an {@code InternalError} or ends the process, and
     * bytes that change after they were verified are seen: use {@link #read} for directories that you do not trust.
     */
    Mapping map() throws IOException;
}
