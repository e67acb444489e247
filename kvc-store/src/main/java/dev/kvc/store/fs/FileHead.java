package dev.kvc.store.fs;

import dev.kvc.format.ReaderAt;
import dev.kvc.store.internal.Loan;
import dev.kvc.store.spi.BufferPool;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/**
 * How a file begins, in memory that is used again: all of a small file, of which nothing else is read then, and at
 * least the header of others. Close it when nobody reads the file any more, or what is needed has been copied.
 */
final class FileHead implements Closeable {
    /** As much as is read at most. A file that is shorter is small: one byte more is asked for, to find its end. */
    static final int MAX_BYTES = 64 << 10;

    /** The memory of more is the collector's. */
    private static final int MOST_POOLED = 64;

    /** For all stores: as {@link dev.kvc.store.internal.BlockBuffers}, but small, since many may be open at once. */
    private static final BufferPool MEMORY = new BufferPool(MAX_BYTES, MOST_POOLED);

    private final ByteBuffer bytes;
    private final Loan loan;
    private final ReaderAt channel;
    private final ReaderAt reader;
    private final long fileBytes;
    private final boolean isSmall;
    private final boolean isLonger;

    private FileHead(ByteBuffer bytes, Loan loan, ReaderAt channel, long fileBytes, boolean isLonger) {
        this.bytes = bytes;
        this.loan = loan;
        this.channel = channel;
        this.fileBytes = fileBytes;
        this.isSmall = isSmall(fileBytes);
        this.isLonger = isLonger;
        this.reader = isSmall ? loan.guard(ReaderAt.of(bytes)) : channel;
    }

    private static boolean isSmall(long fileBytes) {
        return fileBytes < MAX_BYTES;
    }

    /**
     * Reads the beginning of a file.
     *
     * @param fileBytes how long the file is said to be
     * @param wanted how much of it to read if it is not small
     * @param source what it is called, for messages
     * @throws dev.kvc.format.KvcFormatException {@code TRUNCATED} if it ends before that
     */
    static FileHead read(FileChannel channel, long fileBytes, long wanted, String source) throws IOException {
        boolean isSmall = isSmall(fileBytes);
        int length = (int) Math.min(MAX_BYTES, isSmall ? fileBytes : wanted);
        ByteBuffer memory = MEMORY.take(isSmall ? length + 1 : length);
        Loan loan = new Loan(() -> MEMORY.give(memory));
        boolean done = false;
        try {
            ReaderAt file = ReaderAt.of(channel);
            ByteBuffer bytes = memory.duplicate();
            boolean isLonger = file.read(bytes, 0) > length;
            bytes.limit(length);
            file.readFully(bytes, bytes.position(), "the header", source);
            FileHead head = new FileHead(bytes.flip(), loan, file, fileBytes, isLonger);
            done = true;
            return head;
        } finally {
            if (!done) {
                loan.close();
            }
        }
    }

    /** What has been read. */
    ByteBuffer bytes() {
        return bytes.duplicate();
    }

    /** Whether that is all of a small file. */
    boolean isAll() {
        return isSmall;
    }

    /** Whether the file is as long as it was said to be: of its last byte and the next, there is one. */
    boolean endsAsSaid() throws IOException {
        return isSmall ? !isLonger : channel.read(ByteBuffer.allocate(2), fileBytes - 1) == 1;
    }

    /** The file: what is in memory already until this is closed, or else the channel. */
    ReaderAt reader() {
        return reader;
    }

    @Override
    public void close() throws IOException {
        loan.close();
    }
}
