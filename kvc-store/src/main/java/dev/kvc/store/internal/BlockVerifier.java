package dev.kvc.store.internal;

import dev.kvc.format.IntegrityFooter;
import dev.kvc.format.Layout;
import dev.kvc.format.PayloadChecksums;
import dev.kvc.format.ReaderAt;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Reads payload blocks and compares their checksums before it hands out a byte of them. Safe from any thread. */
public final class BlockVerifier {
    private final ReaderAt reader;
    private final Layout layout;
    private final IntegrityFooter footer;
    private final BlockWorkers workers;
    private final int unitBlocks;
    private final String source;

    /** Verifies what {@code reader} reads of a file, by the checksums of {@code footer}, block by block. */
    public BlockVerifier(ReaderAt reader, Layout layout, IntegrityFooter footer, BlockWorkers workers, String source) {
        this(reader, layout, footer, workers, 1, source);
    }

    /**
     * The same, where a read costs much, whatever its length.
     *
     * @param unitBlocks how many blocks one read fetches where that many are wanted
     */
    public BlockVerifier(
            ReaderAt reader,
            Layout layout,
            IntegrityFooter footer,
            BlockWorkers workers,
            int unitBlocks,
            String source) {
        this.reader = reader;
        this.layout = layout;
        this.footer = footer;
        this.workers = workers;
        this.unitBlocks = unitBlocks;
        this.source = source;
    }

    /** What it verifies by. */
    public PayloadChecksums checksums() {
        return footer.payload(layout);
    }

    /** Verifies every block, through buffers that are reused. */
    public void verifyAll() throws IOException {
        verifyAll((start, block) -> {});
    }

    /** Takes a block that has been verified, and begins at {@code start}; from several threads, in any order. */
    @FunctionalInterface
    public interface Taker {
        void take(long start, ByteBuffer block);
    }

    /** The same, for who wants to keep what is read: each block is given while it is in the processor's cache. */
    public void verifyAll(Taker taker) throws IOException {
        workers.forEach(footer.blocks(), index -> {
            try (BlockBuffers.Lease lease = BlockBuffers.lease()) {
                taker.take(start(index), block(index, lease));
            }
        });
    }

    /** Where blocks lie that are in memory already. */
    @FunctionalInterface
    public interface Pages {
        /**
         * A part of the payload that lies within one block, ready to be read; {@code null} where it cannot be had
         * without risk, and is read instead.
         */
        @Nullable
        ByteBuffer slice(long start, int length) throws IOException;
    }

    /** Verifies blocks where they lie: no byte is copied. */
    public void verify(Pages pages) throws IOException {
        workers.forEach(footer.blocks(), index -> verify(index, pages));
    }

    /** Verifies one block where it lies. */
    public void verify(int index, Pages pages) throws IOException {
        @Nullable ByteBuffer block = pages.slice(start(index), length(index));
        if (block != null) {
            footer.verifyBlock(index, block, layout, source);
            return;
        }
        try (BlockBuffers.Lease lease = BlockBuffers.lease()) {
            block(index, lease);
        }
    }

    /** Reads up to {@code count} bytes, all of which the payload has. */
    public int read(ByteBuffer dst, long position, int count) throws IOException {
        int index = (int) (position / BlockBuffers.BYTES);
        int start = (int) (position % BlockBuffers.BYTES);
        int whole = start == 0 ? BlockBuffers.ofWholeBlocks(position, count, payloadBytes()) : 0;
        if (whole > 0 && dst.isDirect() && !dst.isReadOnly()) {
            readInPlace(dst, position, whole);
            return whole;
        }
        try (BlockBuffers.Lease lease = BlockBuffers.lease()) {
            ByteBuffer block = block(index, lease);
            int part = Math.min(count, block.remaining() - start);
            dst.put(block.slice(start, part));
            return part;
        }
    }

    /**
     * Reads whole blocks to where they are wanted, and leaves nothing there if one is damaged.
     *
     * @param position where a block begins
     * @param count the length of blocks that {@code dst} has room for and the payload has
     */
    public void readInPlace(ByteBuffer dst, long position, int count) throws IOException {
        ByteBuffer blocks = dst.slice(dst.position(), count);
        int unit = unitBlocks * BlockBuffers.BYTES;
        boolean verified = false;
        try {
            workers.forEach((int) (((long) count + unit - 1) / unit), i -> {
                ByteBuffer part = blocks.slice(i * unit, Math.min(unit, count - i * unit));
                fill((int) (position / BlockBuffers.BYTES) + i * unitBlocks, part);
            });
            verified = true;
        } finally {
            if (!verified) {
                while (blocks.hasRemaining()) {
                    blocks.put((byte) 0);
                }
            }
        }
        dst.position(dst.position() + count);
    }

    private ByteBuffer block(int index, BlockBuffers.Lease lease) throws IOException {
        ByteBuffer block = lease.bufferFor(layout.payloadOffset() + start(index));
        fill(index, block.limit(length(index)));
        return block;
    }

    /** Fills {@code blocks}, which end with a block, from block {@code first} on; they are then ready to be read. */
    private void fill(int first, ByteBuffer blocks) throws IOException {
        reader.readFully(blocks, layout.payloadOffset() + start(first), "payload block " + first, source);
        blocks.flip();
        for (int at = 0; at < blocks.limit(); at += BlockBuffers.BYTES) {
            int index = first + at / BlockBuffers.BYTES;
            footer.verifyBlock(index, blocks.slice(at, length(index)), layout, source);
        }
    }

    private long payloadBytes() {
        return layout.header().payloadBytes();
    }

    private static long start(int index) {
        return (long) index * BlockBuffers.BYTES;
    }

    private int length(int index) {
        return (int) Math.min(BlockBuffers.BYTES, payloadBytes() - start(index));
    }
}
