package dev.kvc.cli;

import dev.kvc.format.IntegrityFooter;
import dev.kvc.format.KvcCodec;
import dev.kvc.format.KvcFormatException;
import dev.kvc.format.KvcKey;
import dev.kvc.format.Layout;
import dev.kvc.format.ReaderAt;
import dev.kvc.format.Tail;
import dev.kvc.format.Trailer;
import dev.kvc.store.KvStore;
import dev.kvc.store.PayloadSource;
import dev.kvc.store.SnapshotDraft;
import dev.kvc.store.fs.FileSystemKvStore;
import dev.kvc.store.spi.StoredFiles;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
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

    private final Closeable opened;
    private final ReaderAt reader;
    private final String source;
    private final Layout layout;

    private SnapshotFile(Closeable opened, ReaderAt reader, String source) throws IOException {
        this.opened = opened;
        this.source = source;
        this.reader = reader;
        layout = KvcCodec.readLayout(reader, Integer.MAX_VALUE - 8, source);
    }

    /**
     * Opens a file.
     *
     * @throws KvcFormatException if header or lengths break a rule of the format
     */
    static SnapshotFile open(Path path) throws IOException {
        FileChannel channel = FileChannel.open(path, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS));
        return opened(channel, () -> new SnapshotFile(channel, ReaderAt.of(channel), path.toString()));
    }

    /** Makes a file of a channel, which is closed if that fails. */
    private interface Opening {
        SnapshotFile open() throws IOException;
    }

    private static SnapshotFile opened(FileChannel channel, Opening opening) throws IOException {
        boolean opened = false;
        try {
            SnapshotFile file = opening.open();
            opened = true;
            return file;
        } finally {
            if (!opened) {
                channel.close();
            }
        }
    }

    /**
     * Opens the file of a snapshot, wherever its store keeps it; empty if there is none.
     *
     * @throws KvcFormatException if header or lengths break a rule of the format
     */
    static Optional<SnapshotFile> find(KvStore store, KvcKey key) throws IOException {
        if (store instanceof FileSystemKvStore directory) {
            Optional<Path> path = directory.file(key);
            return path.isPresent() ? Optional.of(open(path.get())) : Optional.empty();
        } else if (store instanceof StoredFiles elsewhere) {
            Optional<ReaderAt> file = elsewhere.file(key);
            return file.isPresent() ? Optional.of(far(file.get(), store.id(key) + " in " + store)) : Optional.empty();
        }
        throw new IOException(store + " does not give the files of its snapshots");
    }

    private static SnapshotFile far(ReaderAt file, String source) throws IOException {
        return new SnapshotFile(() -> {}, new ReadAhead(file), source);
    }

    /** Bytes from somewhere. */
    @FunctionalInterface
    interface Bytes {
        void writeTo(WritableByteChannel out) throws IOException;
    }

    /**
     * A file on its way from or to somewhere far away, copied to this disk, for the owner alone; it is gone when it is
     * closed.
     *
     * @throws KvcFormatException if header or lengths break a rule of the format
     */
    static SnapshotFile spool(Bytes bytes, String source) throws IOException {
        FileChannel channel = FileChannel.open(
                Files.createTempFile("kvc", ".kv"),
                StandardOpenOption.READ,
                StandardOpenOption.WRITE,
                StandardOpenOption.DELETE_ON_CLOSE);
        return opened(channel, () -> {
            bytes.writeTo(channel);
            return new SnapshotFile(channel, ReaderAt.of(channel), source);
        });
    }

    String source() {
        return source;
    }

    Layout layout() {
        return layout;
    }

    ByteBuffer text() throws IOException {
        return KvcCodec.readText(reader, layout, source);
    }

    /** The text, verified if there are checksums; so is what stands behind the payload. */
    ByteBuffer soundText() throws IOException {
        ByteBuffer text = text();
        Optional<IntegrityFooter> footer = tail().footer();
        if (footer.isPresent()) {
            footer.get().verifyText(text, source);
        }
        return text;
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
        write(0, layout.fileBytes(), out);
    }

    private void write(long from, long to, WritableByteChannel out) throws IOException {
        ByteBuffer block = ByteBuffer.allocateDirect((int) Math.min(BLOCK_BYTES, to - from));
        for (long at = from; at < to; at += block.limit()) {
            block.clear().limit((int) Math.min(BLOCK_BYTES, to - at));
            reader.readFully(block, at, "the file", source);
            KvcCodec.writeFully(block.flip(), out);
        }
    }

    /** What makes this file again when it is saved; to be saved while the file is open. */
    SnapshotDraft draft() throws IOException {
        Tail tail = tail();
        SnapshotDraft.Builder draft = SnapshotDraft.builder()
                .header(tail.effective(layout.header()))
                .text(text())
                .payload(new FilePayload())
                .trailer(trailer(tail));
        return (tail.footer().isPresent() ? draft : draft.unverified()).build();
    }

    /** The payload's part of the file. */
    private final class FilePayload implements PayloadSource {
        @Override
        public long size() {
            return layout.header().payloadBytes();
        }

        @Override
        public void writeTo(WritableByteChannel out) throws IOException {
            write(layout.payloadOffset(), layout.payloadEnd(), out);
        }

        @Override
        public boolean isRepeatable() {
            return true;
        }
    }

    @Override
    public void close() throws IOException {
        opened.close();
    }
}
