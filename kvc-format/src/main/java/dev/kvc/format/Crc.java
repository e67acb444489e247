package dev.kvc.format;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** CRC-32C of bytes in memory and of bytes that only stream by. */
final class Crc {
    private static final int COPY_BYTES = 64 << 10;

    private Crc() {}

    /** Of the remaining bytes of {@code bytes}, whose position is left as it is. */
    static int of(ByteBuffer bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes.duplicate());
        return (int) crc.getValue();
    }

    /** Of {@code count} bytes of {@code file}, through a buffer no longer than they are. */
    static int of(ReaderAt file, long position, long count, String what, String source) throws IOException {
        CRC32C crc = new CRC32C();
        ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(count, COPY_BYTES));
        for (long done = 0; done < count; done += buffer.limit()) {
            buffer.clear().limit((int) Math.min(buffer.capacity(), count - done));
            file.readFully(buffer, position + done, what, source);
            crc.update(buffer.flip());
        }
        return (int) crc.getValue();
    }
}
