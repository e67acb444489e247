package dev.kvc.format;

import java.io.IOException;
import java.nio.ByteBuffer;

/** A file in memory that remembers the longest buffer it was asked to fill. */
final class LongestBuffer implements ReaderAt {
    private final ReaderAt file;
    private int longest;

    LongestBuffer(ByteBuffer file) {
        this.file = ReaderAt.of(file);
    }

    int bytes() {
        return longest;
    }

    @Override
    public long size() throws IOException {
        return file.size();
    }

    @Override
    public int read(ByteBuffer dst, long position) throws IOException {
        longest = Math.max(longest, dst.capacity());
        return file.read(dst, position);
    }
}
