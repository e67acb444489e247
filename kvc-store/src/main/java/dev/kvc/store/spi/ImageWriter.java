package dev.kvc.store.spi;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.ArrayDeque;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Cuts images into parts of one size and has several under way at once. A save needs that many parts of memory,
 * whatever its length, in buffers that are used again.
 *
 * <p>Safe from any thread; one for each store.
 */
public final class ImageWriter {
    private final int partBytes;
    private final int inFlight;
    private final BufferPool buffers;

    /**
     * A writer.
     *
     * @param partBytes the length of every part but the last, 1 or more; the longest, where they are cut otherwise
     * @param inFlight how many parts of a save are on their way at once, 1 or more
     * @throws IllegalArgumentException if one of them is less than 1
     */
    public ImageWriter(int partBytes, int inFlight) {
        this.partBytes = requirePositive("partBytes", partBytes);
        this.inFlight = requirePositive("inFlight", inFlight);
        this.buffers = new BufferPool(partBytes, 2 * inFlight);
    }

    private static int requirePositive(String name, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + " is " + value + "; it must be 1 or more");
        }
        return value;
    }

    /** Sends parts. */
    @FunctionalInterface
    public interface PartSender {
        /**
         * Begins to send a part. Called in the order of the parts, by the thread that saves.
         *
         * @param index 0 for the first
         * @param part ready to be read; not to be touched when what is returned has completed
         * @return completes when it has been sent, or has failed, and in any case within a time of the sender's own
         * @throws IOException if it cannot be begun
         */
        CompletionStage<?> send(int index, ByteBuffer part) throws IOException;
    }

    /** How many parts a file of so many bytes makes. */
    public long parts(long bytes) {
        return bytes / partBytes + (bytes % partBytes == 0 ? 0 : 1);
    }

    /**
     * Sends a whole image, and returns when all its parts have been sent.
     *
     * @throws IOException if the payload cannot be had, or a part has not been sent; nothing is on its way any more
     */
    public void write(FileImage image, PartSender sender) throws IOException {
        write(image, start -> start + partBytes, sender);
    }

    /**
     * The same, cut at places of the store's own.
     *
     * @param endOfPart where the part ends that begins at an offset: behind it, by no more than the length of a part
     */
    public void write(FileImage image, LongUnaryOperator endOfPart, PartSender sender) throws IOException {
        try (Parts parts = new Parts(endOfPart, sender)) {
            image.writeTo(parts);
            parts.finish();
        }
    }

    /** Sends images that are no longer than a part. */
    @FunctionalInterface
    public interface WholeSender<T> {
        /**
         * Sends an image, and returns when it has been sent, or has failed to be.
         *
         * @param image all of it; not to be touched afterwards
         */
        T send(ByteBuffer image) throws IOException;
    }

    /**
     * Sends an image that is no longer than a part in one piece.
     *
     * @return what {@code sender} does
     * @throws IllegalArgumentException if the image is longer than a part
     * @throws IOException if the payload cannot be had, or {@code sender} throws it
     */
    public <T> T whole(FileImage image, WholeSender<T> sender) throws IOException {
        return whole(image, new byte[0], sender);
    }

    /**
     * The same, with a few bytes more.
     *
     * @param behind what is sent behind the image, in the same piece: both together are no longer than a part
     */
    public <T> T whole(FileImage image, byte[] behind, WholeSender<T> sender) throws IOException {
        if (image.bytes() > partBytes - behind.length) {
            throw new IllegalArgumentException("the image has " + image.bytes() + " bytes; it must not have more than "
                    + (partBytes - behind.length));
        }
        ByteBuffer whole = buffers.take((int) image.bytes() + behind.length);
        try {
            image.writeTo(new Filling(whole));
            return sender.send(whole.put(behind).flip().asReadOnlyBuffer());
        } finally {
            buffers.give(whole);
        }
    }

    /** Where an image writes that is no longer than a part. */
    private record Filling(ByteBuffer whole) implements WritableByteChannel {
        @Override
        public int write(ByteBuffer src) {
            int count = src.remaining();
            whole.put(src);
            return count;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {
            // The buffer goes back where it came from.
        }
    }

    /** A part on its way. */
    private record Sending(Future<?> sent, ByteBuffer part) {}

    /** Where the image writes. */
    private final class Parts implements WritableByteChannel {
        private final LongUnaryOperator endOfPart;
        private final PartSender sender;
        private final ArrayDeque<Sending> sending = new ArrayDeque<>();
        private int sent;
        private long nextAt;
        private @Nullable ByteBuffer part;

        Parts(LongUnaryOperator endOfPart, PartSender sender) {
            this.endOfPart = endOfPart;
            this.sender = sender;
        }

        @Override
        public int write(ByteBuffer src) throws IOException {
            int count = src.remaining();
            while (src.hasRemaining()) {
                ByteBuffer to = part();
                int step = Math.min(src.remaining(), to.remaining());
                to.put(to.position(), src, src.position(), step).position(to.position() + step);
                src.position(src.position() + step);
                if (!to.hasRemaining()) {
                    send(to);
                }
            }
            return count;
        }

        private ByteBuffer part() throws IOException {
            if (part == null) {
                if (sending.size() == inFlight) {
                    await(sending.remove());
                }
                long end = endOfPart.applyAsLong(nextAt);
                part = buffers.take((int) (end - nextAt));
                nextAt = end;
            }
            return part;
        }

        private void send(ByteBuffer full) throws IOException {
            CompletableFuture<?> future =
                    sender.send(sent++, full.flip().asReadOnlyBuffer()).toCompletableFuture();
            sending.add(new Sending(future, full));
            part = null;
        }

        void finish() throws IOException {
            if (part != null) {
                send(part);
            }
            while (!sending.isEmpty()) {
                await(sending.remove());
            }
        }

        private void await(Sending oldest) throws IOException {
            @Nullable IOException failure = ended(oldest);
            if (failure != null) {
                throw failure;
            }
        }

        /**
         * Waits until a part has been sent, however it ends: until then its buffer is not ours.
         *
         * @return why it was not sent; {@code null} if it was
         */
        private @Nullable IOException ended(Sending oldest) {
            boolean interrupted = false;
            @Nullable IOException failure = null;
            while (true) {
                try {
                    oldest.sent.get();
                    break;
                } catch (InterruptedException e) {
                    interrupted = true;
                } catch (ExecutionException | CancellationException e) {
                    failure = asIo(e.getCause() == null ? e : e.getCause());
                    break;
                }
            }
            buffers.give(oldest.part);
            if (interrupted) {
                Thread.currentThread().interrupt();
                return new InterruptedIOException("interrupted while a part was being sent");
            }
            return failure;
        }

        private static IOException asIo(Throwable cause) {
            return cause instanceof IOException io ? io : new IOException("a part was not sent: " + cause, cause);
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        /** Ends a save that has failed, and has nothing to end for one that has not. */
        @Override
        public void close() {
            if (part != null) {
                buffers.give(part);
                part = null;
            }
            while (!sending.isEmpty()) {
                ended(sending.remove()); // it has failed already, with the first reason
            }
        }
    }
}
