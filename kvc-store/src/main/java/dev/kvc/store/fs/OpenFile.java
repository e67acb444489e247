package dev.kvc.store.fs;

import dev.kvc.format.Layout;
import dev.kvc.format.ReaderAt;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/**
 * A file that a load has opened.
 *
 * @param channel open for this snapshot alone
 * @param writable whether hits can be counted in it
 * @param identity which file it is
 * @param isBelieved whether it was taken for that, because it is as the index knows it, and not looked at
 * @param head what was read of it first
 * @param layout header and lengths
 * @param text the text
 * @param source its name, for messages
 */
record OpenFile(
        FileChannel channel,
        boolean writable,
        FileIdentity identity,
        boolean isBelieved,
        FileHead head,
        Layout layout,
        ByteBuffer text,
        String source)
        implements Closeable {
    ReaderAt reader() {
        return head.reader();
    }

    long payloadBytes() {
        return layout.header().payloadBytes();
    }

    /** The payload of a file whose {@link #head} is all of it; for as long as it is open. */
    ByteBuffer payloadInMemory() {
        return head.bytes().slice((int) layout.payloadOffset(), (int) payloadBytes());
    }

    /**
     * Reads up to {@code count} bytes of the payload as they are.
     *
     * @throws IOException also if the file has become so short that there is none
     */
    int readPayload(ByteBuffer dst, long position, int count) throws IOException {
        int limit = dst.limit();
        dst.limit(dst.position() + count);
        try {
            int read = reader().read(dst, layout.payloadOffset() + position);
            if (read < 0) {
                throw new IOException(source + " was cut while it was read: no byte at payload offset " + position
                        + " of " + payloadBytes());
            }
            return read;
        } finally {
            dst.limit(limit);
        }
    }

    @Override
    public void close() throws IOException {
        try (head) {
            channel.close();
        }
    }
}
