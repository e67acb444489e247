package dev.kvc.bench;

import dev.kvc.store.fs.Unmapping;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;

/** What the machine must do and no more: no header is looked at, no name is checked, nothing is counted. */
final class Bare {
    /** Bytes that are handled at once: a block of a payload. */
    static final int BLOCK = 1 << 20;

    private Bare() {}

    /** Maps a part of a file, computes its checksum where asked, unmaps it. */
    static long map(Path file, long offset, int bytes, boolean check) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            MappedByteBuffer mapped = channel.map(FileChannel.MapMode.READ_ONLY, offset, bytes);
            long sum = check ? crc(mapped) : 0;
            Unmapping.unmap(mapped);
            return sum;
        }
    }

    /** Reads a part of a file into {@code buffer}, block by block, with the checksum of each where asked. */
    static long read(Path file, long offset, ByteBuffer buffer, boolean check) throws IOException {
        buffer.clear();
        long sum = 0;
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            while (buffer.position() < buffer.capacity()) {
                int start = buffer.position();
                buffer.limit(check ? Math.min(buffer.capacity(), start + BLOCK) : buffer.capacity());
                while (buffer.hasRemaining()) {
                    channel.read(buffer, offset + buffer.position());
                }
                sum += check ? crc(buffer.slice(start, buffer.limit() - start)) : 0;
            }
        }
        return sum;
    }

    /** Maps a part of a file and copies it into {@code buffer}, block by block, likewise. */
    static long mapAndCopy(Path file, long offset, ByteBuffer buffer, boolean check) throws IOException {
        buffer.clear();
        long sum = 0;
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            MappedByteBuffer mapped = channel.map(FileChannel.MapMode.READ_ONLY, offset, buffer.capacity());
            while (buffer.hasRemaining()) {
                int start = buffer.position();
                int count = Math.min(BLOCK, buffer.remaining());
                buffer.put(mapped.slice(start, count));
                sum += check ? crc(buffer.slice(start, count)) : 0;
            }
            Unmapping.unmap(mapped);
        }
        return sum;
    }

    /**
     * Writes {@code head} and {@code payload} to a new file, the payload by blocks, with the checksum of each where
     * asked, and renames it.
     */
    static long write(Path name, ByteBuffer head, ByteBuffer payload, boolean check, Flush flush) throws IOException {
        Path temporary = name.resolveSibling(name.getFileName() + ".tmp");
        long sum = 0;
        try (FileChannel channel = FileChannel.open(
                temporary, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            ByteBuffer first = head.duplicate().clear();
            for (int at = 0; at < payload.capacity(); at += BLOCK) {
                ByteBuffer block = payload.slice(at, Math.min(BLOCK, payload.capacity() - at));
                sum += check ? crc(block) : 0;
                while (block.hasRemaining()) {
                    channel.write(new ByteBuffer[] {first, block});
                }
            }
            if (flush != Flush.NONE) {
                channel.force(true);
            }
        }
        Files.move(temporary, name, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        if (flush == Flush.FILE_AND_NAME) {
            try (FileChannel directory = FileChannel.open(name.getParent(), StandardOpenOption.READ)) {
                directory.force(true);
            }
        }
        return sum;
    }

    /** What is flushed to the disk. */
    enum Flush {
        NONE,
        FILE,
        FILE_AND_NAME
    }

    /** The checksums of all of {@code bytes}, block by block, added up. */
    static long crcs(ByteBuffer bytes) {
        long sum = 0;
        for (int at = 0; at < bytes.capacity(); at += BLOCK) {
            sum += crc(bytes.slice(at, Math.min(BLOCK, bytes.capacity() - at)));
        }
        return sum;
    }

    private static long crc(ByteBuffer bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes.duplicate().clear());
        return crc.getValue();
    }
}
