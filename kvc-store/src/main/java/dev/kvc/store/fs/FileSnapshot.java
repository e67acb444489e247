package dev.kvc.store.fs;

import dev.kvc.format.IntegrityFooter;
import dev.kvc.format.KvcCodec;
import dev.kvc.format.Layout;
import dev.kvc.format.ReaderAt;
import dev.kvc.format.Tail;
import dev.kvc.format.Trailer;
import dev.kvc.store.Mapping;
import dev.kvc.store.Payload;
import dev.kvc.store.Snapshot;
import dev.kvc.store.SnapshotInfo;
import dev.kvc.store.Verification;
import dev.kvc.store.internal.BlockBuffers;
import dev.kvc.store.internal.LeakReports;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** A snapshot in a file, which its own channel holds open whatever becomes of the name. */
final class FileSnapshot implements Snapshot {
    /** Sets the file of a snapshot aside. */
    interface Rejection {
        void reject(FileSnapshot snapshot) throws IOException;
    }

    private final OpenFile file;
    private final SnapshotInfo info;
    private final Tail tail;
    private final Verification verification;
    private final Payload payload;
    private final Rejection rejection;
    private final AtomicBoolean rejected = new AtomicBoolean();
    private final LeakReports.Watch watch;

    FileSnapshot(
            OpenFile file,
            SnapshotInfo info,
            Tail tail,
            Verification verification,
            Rejection rejection,
            LeakReports leaks) {
        this.file = file;
        this.info = info;
        this.tail = tail;
        this.verification = verification;
        this.rejection = rejection;
        this.payload = new FilePayload(
                file,
                verification == Verification.ON_READ
                        ? new BlockVerifier(file, file.reader(), tail.footer().orElseThrow())
                        : null,
                leaks);
        this.watch = leaks.watch(this, file.source());
    }

    /**
     * A file that a load has opened.
     *
     * @param channel open for this snapshot alone
     * @param writable whether hits can be counted in it
     * @param stat what the file system said of the name just before it was opened
     * @param layout header and lengths
     * @param text the text
     * @param source its name, for messages
     */
    record OpenFile(
            FileChannel channel, boolean writable, FileStat stat, Layout layout, ByteBuffer text, String source) {
        ReaderAt reader() {
            return ReaderAt.of(channel);
        }
    }

    OpenFile file() {
        return file;
    }

    @Override
    public SnapshotInfo info() {
        return info;
    }

    @Override
    public ByteBuffer text() {
        return file.text().asReadOnlyBuffer();
    }

    @Override
    public Payload payload() {
        return payload;
    }

    @Override
    public Trailer trailer() throws IOException {
        return KvcCodec.readTrailer(file.reader(), file.layout(), tail, file.source());
    }

    @Override
    public Verification verification() {
        return verification;
    }

    @Override
    public void reject() throws IOException {
        if (rejected.compareAndSet(false, true)) {
            rejection.reject(this);
        }
    }

    @Override
    public void close() throws IOException {
        watch.closed();
        file.channel().close();
    }

    /** The payload's part of the file. */
    private record FilePayload(OpenFile file, @Nullable BlockVerifier verifier, LeakReports leaks) implements Payload {
        @Override
        public long size() {
            return file.layout().header().payloadBytes();
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
            return readRaw(file, dst, position, count);
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
            if (verifier != null && !FileMapping.FAULTS_ARE_ERRORS_AT_ONCE) {
                verifier.verifyAll();
            }
            FileMapping mapping =
                    new FileMapping(file.channel(), file.layout().payloadOffset(), size(), leaks, file.source());
            if (verifier != null && FileMapping.FAULTS_ARE_ERRORS_AT_ONCE) {
                verifyOrClose(verifier, mapping);
            }
            return mapping;
        }

        private static void verifyOrClose(BlockVerifier verifier, FileMapping mapping) throws IOException {
            boolean verified = false;
            try {
                verifier.verify(mapping);
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

    /** Reads up to {@code count} bytes of the payload as they are. */
    private static int readRaw(OpenFile file, ByteBuffer dst, long position, int count) throws IOException {
        int limit = dst.limit();
        dst.limit(dst.position() + count);
        try {
            int read = file.reader().read(dst, file.layout().payloadOffset() + position);
            if (read < 0) {
                throw new IOException(file.source() + " was cut while it was read: no byte at payload offset "
                        + position + " of " + file.layout().header().payloadBytes());
            }
            return read;
        } finally {
            dst.limit(limit);
        }
    }

    /** Reads payload blocks and compares their checksums before it hands out a byte of them. */
    static final class BlockVerifier {
        private final OpenFile file;
        private final ReaderAt reader;
        private final IntegrityFooter footer;

        BlockVerifier(OpenFile file, ReaderAt reader, IntegrityFooter footer) {
            this.file = file;
            this.reader = reader;
            this.footer = footer;
        }

        void verifyAll() throws IOException {
            try (BlockBuffers.Lease lease = BlockBuffers.lease()) {
                for (int index = 0; index < footer.blocks(); index++) {
                    block(index, lease);
                }
            }
        }

        /** Verifies the mapped pages themselves: no byte is copied. */
        void verify(FileMapping mapping) throws IOException {
            for (int index = 0; index < footer.blocks(); index++) {
                ByteBuffer block = mapping.slice(start(index), length(index));
                mapping.touch(block);
                footer.verifyBlock(index, block, file.layout(), file.source());
            }
        }

        int read(ByteBuffer dst, long position, int count) throws IOException {
            int index = (int) (position / BlockBuffers.BYTES);
            int start = (int) (position % BlockBuffers.BYTES);
            if (start == 0 && count >= length(index) && dst.isDirect() && !dst.isReadOnly()) {
                return readInPlace(index, dst);
            }
            try (BlockBuffers.Lease lease = BlockBuffers.lease()) {
                ByteBuffer block = block(index, lease);
                int part = Math.min(count, block.remaining() - start);
                dst.put(block.slice(start, part));
                return part;
            }
        }

        /** Reads a whole block to where it is wanted, and leaves nothing there if it is damaged. */
        private int readInPlace(int index, ByteBuffer dst) throws IOException {
            ByteBuffer block = dst.slice(dst.position(), length(index));
            boolean verified = false;
            try {
                fill(index, block);
                verified = true;
            } finally {
                if (!verified) {
                    block.clear();
                    while (block.hasRemaining()) {
                        block.put((byte) 0);
                    }
                }
            }
            dst.position(dst.position() + block.remaining());
            return block.remaining();
        }

        private ByteBuffer block(int index, BlockBuffers.Lease lease) throws IOException {
            ByteBuffer block = lease.bufferFor(file.layout().payloadOffset() + start(index));
            fill(index, block.limit(length(index)));
            return block;
        }

        private void fill(int index, ByteBuffer block) throws IOException {
            reader.readFully(
                    block, file.layout().payloadOffset() + start(index), "payload block " + index, file.source());
            block.flip();
            footer.verifyBlock(index, block, file.layout(), file.source());
        }

        private static long start(int index) {
            return (long) index * BlockBuffers.BYTES;
        }

        private int length(int index) {
            return (int) Math.min(BlockBuffers.BYTES, file.layout().header().payloadBytes() - start(index));
        }
    }
}
