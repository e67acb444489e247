package dev.kvc.store.fs;

import dev.kvc.format.IntegrityFooter;
import dev.kvc.format.PayloadChecksums;
import dev.kvc.format.ReaderAt;
import dev.kvc.store.Mapping;
import dev.kvc.store.Payload;
import dev.kvc.store.internal.BlockBuffers;
import dev.kvc.store.internal.BlockVerifier;
import dev.kvc.store.internal.BlockWorkers;
import dev.kvc.store.internal.LeakReports;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The payload's part of a file.
 *
 * @param footer what it was verified by, or is when it is read; {@code null} if nobody verifies it
 * @param verifier verifies on read; {@code null} if what is read was verified before, or shall not be
 */
record FilePayload(
        OpenFile file,
        @Nullable IntegrityFooter footer,
        @Nullable BlockVerifier verifier,
        BlockWorkers workers,
        LeakReports leaks)
        implements Payload {
    @Override
    public long size() {
        return file.payloadBytes();
    }

    @Override
    public Optional<PayloadChecksums> checksums() {
        return Optional.ofNullable(footer).map(known -> known.payload(file.layout()));
    }

    @Override
    public int read(ByteBuffer dst, long position) throws IOException {
        if (position < 0) {
            throw new IllegalArgumentException("position is " + position + "; it must not be negative");
        }
        requireOpen();
        if (position >= size()) {
            return -1;
        }
        int count = (int) Math.min(dst.remaining(), size() - position);
        if (verifier != null) {
            return verifier.read(dst, position, count);
        }
        return dst.isDirect() && count > BlockBuffers.BYTES
                ? readBlocks(dst, position, count)
                : file.readPayload(dst, position, count);
    }

    private int readBlocks(ByteBuffer dst, long position, int count) throws IOException {
        ByteBuffer blocks = dst.slice(dst.position(), count);
        workers.forEach(BlockWorkers.blocks(count), index -> {
            int start = index * BlockBuffers.BYTES;
            ByteBuffer block = blocks.slice(start, Math.min(BlockBuffers.BYTES, count - start));
            while (block.hasRemaining()) {
                file.readPayload(block, position + start + block.position(), block.remaining());
            }
        });
        dst.position(dst.position() + count);
        return count;
    }

    /** Verified on read, in whole blocks: each read verifies a block, however small the reader's pieces are. */
    @Override
    public InputStream newInputStream() {
        InputStream stream = Payload.super.newInputStream();
        return verifier == null ? stream : new BufferedInputStream(stream, BlockBuffers.BYTES);
    }

    @Override
    public Mapping map() throws IOException {
        requireOpen();
        FileMapping mapping = new FileMapping(
                file.channel(), file.writable(), file.layout().payloadOffset(), size(), leaks, file.source());
        if (verifier != null && footer != null) {
            // By what the file has now: what a small one had when it was loaded is not what is mapped.
            verifyOrClose(
                    new BlockVerifier(ReaderAt.of(file.channel()), file.layout(), footer, workers, file.source()),
                    mapping);
        }
        return mapping;
    }

    private static void verifyOrClose(BlockVerifier verifier, FileMapping mapping) throws IOException {
        boolean verified = false;
        try {
            verifier.verify(mapping::present);
            verified = true;
        } finally {
            if (!verified) {
                mapping.close();
            }
        }
    }

    private void requireOpen() throws ClosedChannelException {
        if (!file.channel().isOpen()) {
            throw new ClosedChannelException();
        }
    }
}
