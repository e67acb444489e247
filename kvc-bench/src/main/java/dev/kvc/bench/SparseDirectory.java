package dev.kvc.bench;

import dev.kvc.format.KvcCodec;
import dev.kvc.format.KvcHeader;
import dev.kvc.format.KvcKey;
import dev.kvc.store.fs.IndexProbe;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A directory of many snapshots without payload: a header, and a text of zeros that takes no room on the disk. Each has
 * a text of another length, up to 256 KiB where there are not more; none of them begins any prompt.
 *
 * @param path the directory
 * @param count how many there are
 */
record SparseDirectory(Path path, int count) {
    private static final int MAX_TEXT_BYTES = 1 << 18;
    private static final long OLDEST_UNIX = 1_700_000_000L;

    /** The one of this size that all scenarios of a run share; made by {@link #make}. */
    static SparseDirectory of(Lab lab, int count) {
        return new SparseDirectory(lab.directory().resolveSibling("sparse-" + count), count);
    }

    /** Makes the files, unless they are there. */
    void make() throws IOException {
        if (Files.exists(path)) {
            return;
        }
        WorkDirectory.make(path);
        for (int i = 0; i < count; i++) {
            write(i);
        }
    }

    /** Makes the least recently used {@code oldest} files again where they are missing. */
    void refill(int oldest) throws IOException {
        for (int i = 0; i < oldest; i++) {
            if (!Files.exists(file(i))) {
                write(i);
            }
        }
    }

    KvcKey key(int index) {
        return IndexProbe.key(index);
    }

    Path file(int index) {
        return path.resolve(key(index).hex() + ".kv");
    }

    /** Bytes that the files have, the part that is not on the disk included. */
    long bytes(int first, int end) {
        long bytes = 0;
        for (int i = first; i < end; i++) {
            bytes += KvcCodec.FIXED_BYTES + textBytes(i);
        }
        return bytes;
    }

    /** Spread over all lengths, each once before any comes again. */
    private int textBytes(int index) {
        int step = Math.max(1, MAX_TEXT_BYTES / count);
        return 1 + (int) ((long) index * step % MAX_TEXT_BYTES);
    }

    private void write(int index) throws IOException {
        KvcHeader header = KvcHeader.builder()
                .tokenCount(1)
                .createdUnix(OLDEST_UNIX)
                .lastUsedUnix(OLDEST_UNIX + index)
                .build();
        int textBytes = textBytes(index);
        ByteBuffer fixed = ByteBuffer.allocate(KvcCodec.FIXED_BYTES);
        KvcCodec.encodeFixed(header, textBytes, fixed);
        try (FileChannel channel = FileChannel.open(file(index), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            channel.write(fixed.flip());
            channel.write(ByteBuffer.allocate(1), (long) KvcCodec.FIXED_BYTES + textBytes - 1);
        }
    }
}
