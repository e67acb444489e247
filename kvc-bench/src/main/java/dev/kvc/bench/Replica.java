package dev.kvc.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** The system calls of other programs, in Java: the reference implementation, and ds4's prefix lookup. */
final class Replica {
    private static final int HEADER = 48;
    private static final int FIXED = 52;
    private static final int SMALL_WRITE = 8 << 10;

    private Replica() {}

    /** The reference's load: everything to the end, into fresh memory; then the header again, by its path. */
    static ByteBuffer load(Path file) throws IOException {
        ByteBuffer fixed = ByteBuffer.allocate(FIXED).order(ByteOrder.LITTLE_ENDIAN);
        ByteBuffer payload;
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            readFully(channel, fixed.limit(HEADER));
            readFully(channel, fixed.limit(FIXED));
            readFully(channel, ByteBuffer.allocate(fixed.getInt(HEADER)));
            payload = ByteBuffer.allocateDirect((int) fixed.getLong(40));
            readFully(channel, payload);
        }
        fixed.putInt(12, fixed.getInt(12) + 1).putLong(32, System.currentTimeMillis() / 1000);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            writeFully(channel, fixed.slice(0, HEADER));
        }
        return payload;
    }

    /** The reference's save: header, text length and text through a buffer, payload as it is, rename. */
    static void save(Path name, byte[] text, ByteBuffer payload) throws IOException {
        Path temporary = name.resolveSibling(name.getFileName() + ".1-1.kv.tmp");
        ByteBuffer head = ByteBuffer.allocate(Math.max(SMALL_WRITE, FIXED + text.length))
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt('K' | 'V' << 8 | 'C' << 16 | 1 << 24)
                .putLong(40, payload.capacity())
                .putInt(HEADER, text.length)
                .position(FIXED)
                .put(text)
                .flip();
        try (FileChannel channel = FileChannel.open(
                temporary, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            writeFully(channel, head);
            writeFully(channel, payload.duplicate().clear());
        }
        Files.move(temporary, name, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /**
     * ds4's lookup: each file is opened, 52 bytes are read, and where its text is no longer than the prompt, the SHA-1
     * of as much of the prompt is compared with its name.
     */
    static int lookup(Path directory, byte[] prompt) throws IOException {
        int longest = 0;
        ByteBuffer fixed = ByteBuffer.allocateDirect(FIXED).order(ByteOrder.LITTLE_ENDIAN);
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*.kv")) {
            for (Path file : files) {
                try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
                    readFully(channel, fixed.clear());
                }
                int textBytes = fixed.getInt(HEADER);
                if (textBytes <= prompt.length && file.endsWith(sha1(prompt, textBytes) + ".kv")) {
                    longest = Math.max(longest, textBytes);
                }
            }
        }
        return longest;
    }

    /** The reference's eviction while the budget holds: lists all, asks for the size of each, reads each header. */
    static long evictWithinBudget(Path directory) throws IOException {
        long total = 0;
        ByteBuffer header = ByteBuffer.allocateDirect(HEADER);
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*.kv")) {
            for (Path file : files) {
                total += Files.size(file);
                try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
                    readFully(channel, header.clear());
                }
            }
        }
        return total;
    }

    private static String sha1(byte[] prompt, int bytes) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-1");
            digest.update(prompt, 0, bytes);
            return java.util.HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-1", e);
        }
    }

    private static void readFully(FileChannel channel, ByteBuffer buffer) throws IOException {
        while (buffer.hasRemaining()) {
            if (channel.read(buffer) < 0) {
                throw new IOException("a file is too short");
            }
        }
    }

    private static void writeFully(WritableByteChannel channel, ByteBuffer buffer) throws IOException {
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
    }
}
