package dev.kvc.format;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** The bytes of a channel that somebody else closes. */
final class ChannelReaderAt implements ReaderAt {
    private static final int MAX_HEAP_READ_BYTES = 1 << 20;

    private final FileChannel channel;

    ChannelReaderAt(FileChannel channel) {
        this.channel = channel;
    }

    @Override
    public long size() throws IOException {
        return channel.size();
    }

    @Override
    public int read(ByteBuffer dst, long position) throws IOException {
        if (dst.isDirect() || dst.remaining() <= MAX_HEAP_READ_BYTES) {
            return channel.read(dst, position);
        }
        ByteBuffer part = dst.slice(dst.position(), MAX_HEAP_READ_BYTES);
        int read = channel.read(part, position);
        dst.position(dst.position() + part.position());
        return read;
    }
}
