package dev.kvc.store;

import dev.kvc.store.internal.BlockBuffers;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** The sources that {@link PayloadSource} makes. */
final class PayloadSources {
    private PayloadSources() {}

    static PayloadSource ofBuffers(ByteBuffer... buffers) {
        ByteBuffer[] slices = new ByteBuffer[buffers.length];
        long size = 0;
        for (int i = 0; i < buffers.length; i++) {
            slices[i] = buffers[i].slice();
            size += slices[i].remaining();
        }
        return new Source(size, true, out -> {
            for (ByteBuffer slice : slices) {
                out.write(slice.duplicate());
            }
        });
    }

    static PayloadSource ofFile(Path file) throws IOException {
        long size = Files.size(file);
        return new Source(size, true, out -> copy(file, size, out));
    }

    static PayloadSource ofWriter(long size, PayloadSource.PayloadWriter writer) {
        if (size < 0) {
            throw new IllegalArgumentException("a payload has " + size + " bytes; it must not be negative");
        }
        return new Source(size, false, writer);
    }

    private static void copy(Path file, long size, WritableByteChannel out) throws IOException {
        try (FileChannel in = FileChannel.open(file, StandardOpenOption.READ);
                BlockBuffers.Lease lease = BlockBuffers.lease()) {
            ByteBuffer buffer = lease.buffer();
            for (long at = 0; at < size; at += buffer.limit()) {
                buffer.clear().limit((int) Math.min(buffer.capacity(), size - at));
                if (in.read(buffer, at) < 0) {
                    throw new EOFException(file + " ended at byte " + at + " of " + size);
                }
                out.write(buffer.flip());
            }
        }
    }

    private record Source(long size, boolean isRepeatable, PayloadWriter writer) implements PayloadSource {
        @Override
        public void writeTo(WritableByteChannel out) throws IOException {
            writer.writeTo(out);
        }
    }
}
