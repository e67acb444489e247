package dev.kvc.cli;

import dev.kvc.format.ReaderAt;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Reads what is far away in large pieces, and keeps the last: one request where there would be many. For one thread.
 */
final class ReadAhead implements ReaderAt {
    private static final int PIECE_BYTES = 8 << 20;

    private final ReaderAt far;
    private final long size;
    private final ByteBuffer piece;
    private long start;

    ReadAhead(ReaderAt far) throws IOException {
        this.far = far;
        size = far.size();
        piece = ByteBuffer.allocate((int) Math.min(PIECE_BYTES, size)).limit(0);
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public int read(ByteBuffer dst, long position) throws IOException {
        if (position >= size) {
            return -1;
        }
        if (position < start || position >= start + piece.limit()) {
            fetch(position - position % PIECE_BYTES);
        }
        int from = (int) (position - start);
        int count = Math.min(dst.remaining(), piece.limit() - from);
        dst.put(piece.slice(from, count));
        return count;
    }

    private void fetch(long from) throws IOException {
        piece.clear().limit(0); // nothing is in it if reading fails
        start = from;
        ByteBuffer fresh = piece.duplicate().limit((int) Math.min(PIECE_BYTES, size - from));
        far.readFully(fresh, from, "the file", far.toString());
        piece.limit(fresh.limit());
    }
}
