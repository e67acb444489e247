package dev.kvc.store;

import dev.kvc.format.PayloadChecksums;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where the bytes of a payload come from when a snapshot is saved. The size is known beforehand and the bytes stream,
 * so that a state of several GB is never one array.
 *
 * <p>A source is used by one thread at a time, and only until the save returns.
 */
public interface PayloadSource {
    /** How many bytes {@link #writeTo} writes: 0 to 2^63-1. */
    long size();

    /**
     * Writes all bytes.
     *
     * @param out takes the bytes; it always takes all that it is given, and pieces of 1 MiB or more are the fastest
     * @throws IOException if the bytes cannot be had or {@code out} fails; the save then stores nothing
     */
    void writeTo(WritableByteChannel out) throws IOException;

    /**
     * Whether {@link #writeTo} may be called again and writes the same bytes, so that a save can be tried once more.
     */
    boolean isRepeatable();

    /**
     * Checksums of the bytes, if they are known already and the bytes have been verified by them, or will be while they
     * are written. A store then writes these and computes none, so that what changes on its way there is found by who
     * loads it. Wrong ones make a snapshot that is damaged. A source that wraps another, and changes none of its bytes,
     * gives that one's.
     *
     * @return of as many bytes as {@link #size} says; nothing by default
     */
    default Optional<PayloadChecksums> checksums() {
        return Optional.empty();
    }

    /** The bytes of an array, which is not copied. */
    static PayloadSource of(byte[] bytes) {
        return of(ByteBuffer.wrap(bytes));
    }

    /** The remaining bytes of {@code buffers}, one after the other, not copied; positions are left as they are. */
    static PayloadSource of(ByteBuffer... buffers) {
        return PayloadSources.ofBuffers(buffers);
    }

    /**
     * The bytes of a file, which must not change until the save returns.
     *
     * @throws IOException if the file's size cannot be read
     */
    static PayloadSource of(Path file) throws IOException {
        return PayloadSources.ofFile(file);
    }

    /**
     * Bytes that a callback writes, once. An engine that can write its state again returns a source of its own.
     *
     * @param size how many bytes {@code writer} writes
     * @throws IllegalArgumentException if {@code size} is negative
     */
    static PayloadSource of(long size, PayloadWriter writer) {
        return PayloadSources.ofWriter(size, writer);
    }

    /** Writes an engine's state. */
    @FunctionalInterface
    interface PayloadWriter {
        /** Writes all bytes to {@code out}. */
        void writeTo(WritableByteChannel out) throws IOException;
    }
}
