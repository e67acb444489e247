package dev.kvc.store.internal;

import dev.kvc.format.PayloadChecksums;
import dev.kvc.format.ReaderAt;
import dev.kvc.store.PayloadSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An immutable payload in memory, in chunks, so that it may be larger than an array.
 *
 * <p>The chunks of a copy are arrays on the heap. Fresh memory is the most expensive: a direct buffer is mapped anew
 * each time and faults in every page, while the collector hands out pages that are there already. Where 64 MiB
 * snapshots come and go, copying one in takes 10-30 ms on the heap and 55-125 ms in direct buffers. And what is evicted
 * from the heap is free at the next collection, while a direct buffer waits for its cleaner outside of {@code -Xmx}.
 *
 * <p>A chunk is small enough that a fragmented heap has room for it, and 1 MiB short of a power of two, because a
 * collector that works in regions gives a large array whole regions, and an array has a header.
 */
public final class HeldPayload implements PayloadSource, ReaderAt {
    /** Length of every chunk but the last, which is as long as it must be. */
    public static final int CHUNK_BYTES = 63 << 20;

    /**
     * Larger pieces would make the JDK keep temporary direct buffers of their size, one for each thread that writes.
     */
    private static final int PIECE_BYTES = 1 << 20;

    private final List<ByteBuffer> chunks;
    private final int chunkBytes;
    private final long size;
    private final Optional<PayloadChecksums> checksums;

    private HeldPayload(List<ByteBuffer> chunks, long size, Optional<PayloadChecksums> checksums) {
        this.chunks = List.copyOf(chunks);
        this.chunkBytes = chunks.isEmpty() ? 1 : chunks.get(0).capacity();
        this.size = size;
        this.checksums = checksums;
    }

    /**
     * A copy of what a source writes, or the payload itself if the source is held already: then no byte moves.
     *
     * @throws IOException if the source fails, writes more or fewer bytes than its size, or there is no memory for them
     */
    public static HeldPayload copyOf(PayloadSource source) throws IOException {
        @Nullable HeldPayload held = heldBy(source);
        if (held != null) {
            return held;
        }
        long size = source.size();
        ChunkChannel copy = new ChunkChannel(size);
        source.writeTo(copy);
        return new HeldPayload(copy.finish(), size, source.checksums());
    }

    private static @Nullable HeldPayload heldBy(PayloadSource source) throws IOException {
        PayloadSource origin = PromotedSource.origin(source);
        if (origin instanceof HeldPayloadView view) {
            return view.held();
        }
        return origin instanceof HeldPayload held ? held : null;
    }

    /**
     * A copy of what a source writes to {@code out}, made on the way; or the payload itself, as {@link #copyOf}.
     *
     * @return the copy, or {@code null} if there is no memory for it: {@code out} has all of it all the same
     * @throws IOException if the source or {@code out} fails, or the source writes more or fewer bytes than its size
     */
    static @Nullable HeldPayload copyWhileWriting(PayloadSource source, WritableByteChannel out) throws IOException {
        @Nullable HeldPayload held = heldBy(source);
        if (held != null) {
            held.writeTo(out);
            return held;
        }
        CopyingChannel both = new CopyingChannel(new ChunkChannel(source.size()), out);
        source.writeTo(both);
        return both.copy == null ? null : new HeldPayload(both.copy.finish(), source.size(), source.checksums());
    }

    /** A payload in one buffer, used in place, that nobody writes to; with its checksums, if they are known. */
    public static HeldPayload of(ByteBuffer bytes, Optional<PayloadChecksums> checksums) {
        return ofChunks(bytes.hasRemaining() ? List.of(bytes) : List.of(), checksums);
    }

    /**
     * Memory of the heap for a payload, in chunks, of which the last may be shorter.
     *
     * @throws IOException if there is none
     */
    public static List<ByteBuffer> allocateAll(long size, int chunkBytes) throws IOException {
        List<ByteBuffer> chunks = new ArrayList<>();
        for (long at = 0; at < size; at += chunkBytes) {
            chunks.add(allocate((int) Math.min(chunkBytes, size - at), size, at));
        }
        return chunks;
    }

    /**
     * Memory of the heap for a chunk.
     *
     * @param size of the payload, for the message
     * @param taken how much of it has memory already, likewise
     * @throws IOException if there is none
     */
    private static ByteBuffer allocate(int bytes, long size, long taken) throws IOException {
        try {
            return ByteBuffer.allocate(bytes);
        } catch (OutOfMemoryError e) {
            // One large array that cannot be had harms nobody else, and a cache may go without.
            throw new IOException("no memory for a payload of " + size + " bytes, after " + taken, e);
        }
    }

    /** Memory for a payload that comes in pieces, from several threads and in any order. */
    public static final class Room {
        private final List<ByteBuffer> chunks;

        /**
         * Room for so many bytes.
         *
         * @throws IOException if there is none
         */
        public Room(long bytes) throws IOException {
            this.chunks = allocateAll(bytes, CHUNK_BYTES);
        }

        /** Puts a piece where it belongs; it lies within one chunk. */
        public void put(long start, ByteBuffer piece) {
            ByteBuffer chunk = chunks.get((int) (start / CHUNK_BYTES));
            chunk.put((int) (start % CHUNK_BYTES), piece, piece.position(), piece.remaining());
        }

        /** The payload, when all of it has been put here, and is not changed any more. */
        public HeldPayload payload(PayloadChecksums checksums) {
            return ofChunks(chunks, Optional.of(checksums));
        }
    }

    /** A payload of these chunks, used in place: all of the same length, but for the last, which may be shorter. */
    public static HeldPayload ofChunks(List<ByteBuffer> chunks, Optional<PayloadChecksums> checksums) {
        List<ByteBuffer> views =
                chunks.stream().map(chunk -> chunk.slice().asReadOnlyBuffer()).toList();
        return new HeldPayload(
                views, views.stream().mapToLong(ByteBuffer::capacity).sum(), checksums);
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public Optional<PayloadChecksums> checksums() {
        return checksums;
    }

    @Override
    public boolean isRepeatable() {
        return true;
    }

    @Override
    public void writeTo(WritableByteChannel out) throws IOException {
        transferTo(0, size, out);
    }

    /** The chunks in order; read-only, each with its own position. */
    public List<ByteBuffer> slices() {
        return chunks.stream().map(ByteBuffer::duplicate).toList();
    }

    /** As {@link dev.kvc.store.Payload#read}, for a buffer and position that have been checked. */
    @Override
    public int read(ByteBuffer dst, long position) {
        if (position >= size) {
            return -1;
        }
        long at = position;
        while (dst.hasRemaining() && at < size) {
            ByteBuffer piece = slice(at, dst.remaining());
            at += piece.remaining();
            dst.put(piece);
        }
        return (int) (at - position);
    }

    /** As {@link dev.kvc.store.Payload#transferTo}, for a position that has been checked. */
    public long transferTo(long position, long count, WritableByteChannel target) throws IOException {
        long end = Math.min(size - position, count) + position;
        long at = position;
        while (at < end) {
            ByteBuffer piece = slice(at, (int) Math.min(PIECE_BYTES, end - at));
            at += piece.remaining();
            while (piece.hasRemaining()) {
                target.write(piece);
            }
        }
        return at - position;
    }

    /** The bytes from an offset on, ready to be read: as many as are wanted and one chunk has. */
    public ByteBuffer slice(long at, int atMost) {
        ByteBuffer chunk = chunks.get((int) (at / chunkBytes));
        int offset = (int) (at % chunkBytes);
        return chunk.slice(offset, Math.min(atMost, chunk.capacity() - offset));
    }

    /** Writes what comes, and copies it for as long as there is memory for that. */
    private static final class CopyingChannel implements WritableByteChannel {
        private final WritableByteChannel out;
        private @Nullable ChunkChannel copy;

        CopyingChannel(ChunkChannel copy, WritableByteChannel out) {
            this.copy = copy;
            this.out = out;
        }

        @Override
        public int write(ByteBuffer src) throws IOException {
            ByteBuffer bytes = src.duplicate();
            int count = out.write(src);
            if (copy != null) {
                copy(copy, bytes.limit(bytes.position() + count));
            }
            return count;
        }

        private void copy(ChunkChannel to, ByteBuffer bytes) {
            try {
                to.write(bytes);
            } catch (IOException e) {
                copy = null; // who needs the copy will make one, and be told why it cannot be made
            }
        }

        @Override
        public boolean isOpen() {
            return out.isOpen();
        }

        @Override
        public void close() throws IOException {
            out.close();
        }
    }

    /** Takes the bytes of a source into chunks that are made when they are reached. */
    private static final class ChunkChannel implements WritableByteChannel {
        private final long size;
        private final List<ByteBuffer> chunks = new ArrayList<>();
        private ByteBuffer chunk = ByteBuffer.allocate(0);
        private long taken;

        ChunkChannel(long size) {
            this.size = size;
        }

        @Override
        public int write(ByteBuffer src) throws IOException {
            int count = src.remaining();
            if (count > size - taken) {
                throw new IOException(
                        "the payload was announced with " + size + " bytes, and at least " + (taken + count) + " came");
            }
            while (src.hasRemaining()) {
                if (!chunk.hasRemaining()) {
                    chunk = allocate((int) Math.min(CHUNK_BYTES, size - taken), size, taken);
                    chunks.add(chunk);
                }
                int step = Math.min(src.remaining(), chunk.remaining());
                chunk.put(chunk.position(), src, src.position(), step).position(chunk.position() + step);
                src.position(src.position() + step);
                taken += step;
            }
            return count;
        }

        List<ByteBuffer> finish() throws IOException {
            if (taken != size) {
                throw new IOException("the payload was announced with " + size + " bytes, and " + taken + " came");
            }
            return chunks.stream()
                    .map(full -> Objects.requireNonNull(full).flip().asReadOnlyBuffer())
                    .toList();
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {}
    }
}
