package dev.kvc.store.spi;

import dev.kvc.format.ReaderAt;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import org.jspecify.annotations.Nullable;

/** A file in memory that is its owner's again once this has been closed: no read is under way then, and none begins. */
final class LentFile implements ReaderAt {
    private final long size;
    private @Nullable ReaderAt file;

    LentFile(ByteBuffer file) {
        this.size = file.remaining();
        this.file = ReaderAt.of(file);
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public synchronized int read(ByteBuffer dst, long position) throws IOException {
        if (file == null) {
            throw new ClosedChannelException();
        }
        return file.read(dst, position);
    }

    synchronized void close() {
        file = null;
    }
}
