package dev.kvc.cli;

import dev.kvc.format.IntegrityFooter;
import dev.kvc.format.KvcCodec;
import dev.kvc.format.KvcFormatException;
import dev.kvc.format.Layout;
import dev.kvc.format.ReaderAt;
import dev.kvc.format.Tail;
import dev.kvc.format.Trailer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Set;

/**
 * One snapshot's file, looked at as bytes and without a store: nothing is counted, set aside or changed. It stays the
 * same file whatever becomes of its name. For one thread.
 */
final class SnapshotFile implements AutoCloseable {
    private static final int BLOCK_BYTES = 1 << 20;

    private final FileChannel channel;
    private final ReaderAt reader;
    private final String source;
    private final Layout layout;

    private SnapshotFile(FileChannel channel, String source) throws IOException {
        this.channel = channel;
        this.source = source;
        reader = ReaderAt.of(channel);
        layout = KvcCodec.readLayout(reader, Integer.MAX_VALUE - 8, source);
    }

    /**
     * Opens a file.
     *
     * @throws KvcFormatException if header or lengths break a rule of the format
     */
    static SnapshotFile open(Path path) throws IOException {
        FileChannel channel = FileChannel.open(path, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS));
        boolean opened = false;
        try {
            SnapshotFile file = new SnapshotFile(channel, path.toString());
            opened = true;
            return file;
        } finally {
            if (!opened) {
                channel.close();
            }
        }
    }

    Layout layout() {
        return layout;
    }

    ByteBuffer text() throws IOException {
        return KvcCodec.readText(reader, layout, source);
    }

    /** Verifies and reads what stands behind the payload. */
    Tail tail() throws IOException {
        return KvcCodec.readTail(reader, layout, source);
    }

    Trailer trailer(Tail tail) throws IOException {
        return KvcCodec.readTrailer(reader, layout, tail, source);
    }

    /**
     * Verifies all that has a checksum.
     *
     * @return whether anything has
     * @throws KvcFormatException if something is damaged
     */
    boolean verify() throws IOException {
        Optional<IntegrityFooter> footer = tail().footer();
        if (footer.isEmpty()) {
            return false;
        }
        footer.get().verifyText(text(), source);
        ByteBuffer block = ByteBuffer.allocateDirect(
                (int) Math.min(BLOCK_BYTES, layout.header().payloadBytes()));
        long at = layout.payloadOffset();
        for (int index = 0; index < footer.get().blocks(); index++) {
            block.clear().limit((int) Math.min(BLOCK_BYTES, layout.payloadEnd() - at));
            reader.readFully(block, at, "payload block " + index, source);
            footer.get().verifyBlock(index, block.flip(), layout, source);
            at += BLOCK_BYTES;
        }
        return true;
    }

    /** Up to {@code count} bytes from {@code offset}; fewer at the end of the file. */
    ByteBuffer bytes(long offset, int count) throws IOException {
        long present = Math.max(0, Math.min(count, layout.fileBytes() - offset));
        ByteBuffer bytes = ByteBuffer.allocate((int) present);
        reader.readFully(bytes, offset, "the bytes", source);
        return bytes.flip();
    }

    /** Writes the whole file. */
    void writeTo(WritableByteChannel out) throws IOException {
        long at = 0;
        while (at < layout.fileBytes()) {
            long written = channel.transferTo(at, layout.fileBytes() - at, out);
            if (written <= 0) {
                throw new IOException(source + " was cut while it was read, at byte " + at);
            }
            at += written;
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
