package dev.kvc.store.spi;

import dev.kvc.format.KvcCodec;
import dev.kvc.format.Layout;
import dev.kvc.format.PayloadChecksums;
import dev.kvc.format.ReaderAt;
import dev.kvc.store.Mapping;
import dev.kvc.store.Payload;
import dev.kvc.store.internal.BlockBuffers;
import dev.kvc.store.internal.BlockVerifier;
import dev.kvc.store.internal.HeldPayload;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.WritableByteChannel;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** The payload's part of a file that is somewhere else. */
final class ImagePayload implements Payload {
    private final ImageReader owner;
    private final ReaderAt file;
    private final Layout layout;
    private final @Nullable BlockVerifier verifier;
    private final String source;
    private final AtomicBoolean closed = new AtomicBoolean();

    /**
     * A payload that has not been read.
     *
     * @param verifier verifies what is read; {@code null} if it cannot or shall not be
     */
    ImagePayload(ImageReader owner, ReaderAt file, Layout layout, @Nullable BlockVerifier verifier, String source) {
        this.owner = owner;
        this.file = file;
        this.layout = layout;
        this.verifier = verifier;
        this.source = source;
    }

    @Override
    public long size() {
        return layout.header().payloadBytes();
    }

    @Override
    public Optional<PayloadChecksums> checksums() {
        return Optional.ofNullable(verifier).map(BlockVerifier::checksums);
    }

    @Override
    public int read(ByteBuffer dst, long position) throws IOException {
        requireNotNegative(position);
        requireOpen();
        if (position >= size()) {
            return -1;
        }
        int count = (int) Math.min(dst.remaining(), size() - position);
        int whole = position % BlockBuffers.BYTES == 0 ? BlockBuffers.ofWholeBlocks(position, count, size()) : 0;
        if (whole > 0 && !dst.isReadOnly()) {
            fetch(dst, position, whole);
            return whole;
        }
        return verifier != null ? verifier.read(dst, position, count) : readRaw(dst, position, count);
    }

    private int readRaw(ByteBuffer dst, long position, int count) throws IOException {
        ByteBuffer part = dst.slice(dst.position(), count);
        file.readFully(part, layout.payloadOffset() + position, "the payload", source);
        dst.position(dst.position() + count);
        return count;
    }

    /**
     * Fetches whole blocks, several units at once.
     *
     * @param position where a block begins
     * @param count all of which {@code dst} has room for and the payload has
     */
    void fetch(ByteBuffer dst, long position, int count) throws IOException {
        if (verifier != null) {
            verifier.readInPlace(dst, position, count);
            return;
        }
        ByteBuffer all = dst.slice(dst.position(), count);
        int unit = owner.unitBytes();
        owner.workers().forEach((int) (((long) count + unit - 1) / unit), i -> {
            int start = i * unit;
            ByteBuffer part = all.slice(start, Math.min(unit, count - start));
            file.readFully(part, layout.payloadOffset() + position + start, "the payload", source);
        });
        dst.position(dst.position() + count);
    }

    @Override
    public long transferTo(long position, long count, WritableByteChannel target) throws IOException {
        requireNotNegative(position);
        requireOpen();
        if (position >= size() || count <= 0) {
            return 0;
        }
        long end = Math.min(size() - position, count) + position;
        try (UnitStream units = new UnitStream(owner, this, position, end)) {
            for (ByteBuffer unit = units.next(); unit != null; unit = units.next()) {
                requireOpen();
                KvcCodec.writeFully(unit, target);
            }
        }
        return end - position;
    }

    /** Reads all of it, so that what is damaged is found. */
    void verifyAll() throws IOException {
        try (UnitStream units = new UnitStream(owner, this, 0, size())) {
            while (units.next() != null) {
                requireOpen();
            }
        }
    }

    /** Verifies all of it where it lies. */
    void verify(ByteBuffer inMemory) throws IOException {
        if (verifier != null) {
            verifier.verify((start, length) -> inMemory.slice((int) start, length));
        }
    }

    /** All of it in memory. */
    HeldPayload hold() throws IOException {
        return HeldPayload.fetch(size(), checksums(), (chunk, position) -> fetch(chunk, position, chunk.remaining()));
    }

    @Override
    public InputStream newInputStream() {
        return new UnitInput(owner, this);
    }

    @Override
    public Mapping map() throws IOException {
        requireOpen();
        return new Held(hold().slices());
    }

    /** Memory of the heap; there is nothing to give back. */
    private record Held(List<ByteBuffer> slices) implements Mapping {
        @Override
        public void close() {}
    }

    private static void requireNotNegative(long position) {
        if (position < 0) {
            throw new IllegalArgumentException("position is " + position + "; it must not be negative");
        }
    }

    void requireOpen() throws ClosedChannelException {
        if (closed.get()) {
            throw new ClosedChannelException();
        }
    }

    /** Whether it was open. */
    boolean close() {
        return closed.compareAndSet(false, true);
    }
}
