package dev.kvc.store.fs;

import dev.kvc.format.IntegrityFooter;
import dev.kvc.format.ReaderAt;
import dev.kvc.store.internal.BlockBuffers;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Reads payload blocks and compares their checksums before it hands out a byte of them. */
final class BlockVerifier {
    private final OpenFile file;
    private final ReaderAt reader;
    private final IntegrityFooter footer;
    private final BlockWorkers workers;

    /** Verifies what {@code reader} reads of {@code file}, by the checksums of {@code footer}. */
    BlockVerifier(OpenFile file, ReaderAt reader, IntegrityFooter footer, BlockWorkers workers) {
        this.file = file;
        this.reader = reader;
        this.footer = footer;
        this.workers = workers;
    }

    void verifyAll() throws IOException {
        workers.forEach(footer.blocks(), index -> {
            try (BlockBuffers.Lease lease = BlockBuffers.lease()) {
                block(index, lease);
            }
        });
    }

    /** Verifies the mapped pages themselves: no byte is copied. */
    void verify(FileMapping mapping) throws IOException {
        workers.forEach(footer.blocks(), index -> {
            ByteBuffer block = mapping.slice(start(index), length(index));
            mapping.touch(block);
            footer.verifyBlock(index, block, file.layout(), file.source());
        });
    }

    /** Reads up to {@code count} bytes, all of which the payload has. */
    int read(ByteBuffer dst, long position, int count) throws IOException {
        int index = (int) (position / BlockBuffers.BYTES);
        int start = (int) (position % BlockBuffers.BYTES);
        int whole = start == 0 ? wholeBlocks(position, count) : 0;
        if (whole > 0 && dst.isDirect() && !dst.isReadOnly()) {
            return readInPlace(index, dst, whole);
        }
        try (BlockBuffers.Lease lease = BlockBuffers.lease()) {
            ByteBuffer block = block(index, lease);
            int part = Math.min(count, block.remaining() - start);
            dst.put(block.slice(start, part));
            return part;
        }
    }

    /** The bytes of the blocks that are all within these. */
    private int wholeBlocks(long position, int count) {
        return position + count == file.payloadBytes() ? count : count - count % BlockBuffers.BYTES;
    }

    /** Reads whole blocks to where they are wanted, and leaves nothing there if one is damaged. */
    private int readInPlace(int first, ByteBuffer dst, int count) throws IOException {
        ByteBuffer blocks = dst.slice(dst.position(), count);
        boolean verified = false;
        try {
            workers.forEach(BlockWorkers.blocks(count), i -> {
                fill(first + i, blocks.slice(i * BlockBuffers.BYTES, length(first + i)));
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
        return count;
    }

    private ByteBuffer block(int index, BlockBuffers.Lease lease) throws IOException {
        ByteBuffer block = lease.bufferFor(file.layout().payloadOffset() + start(index));
        fill(index, block.limit(length(index)));
        return block;
    }

    private void fill(int index, ByteBuffer block) throws IOException {
        reader.readFully(block, file.layout().payloadOffset() + start(index), "payload block " + index, file.source());
        block.flip();
        footer.verifyBlock(index, block, file.layout(), file.source());
    }

    private static long start(int index) {
        return (long) index * BlockBuffers.BYTES;
    }

    private int length(int index) {
        return (int) Math.min(BlockBuffers.BYTES, file.payloadBytes() - start(index));
    }
}
