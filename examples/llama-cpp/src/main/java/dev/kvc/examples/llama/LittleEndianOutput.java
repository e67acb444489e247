package dev.kvc.examples.llama;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;

/** Buffered numbers and strings as GGUF has them. The channel is its owner's to close. For one thread. */
final class LittleEndianOutput {
    private final WritableByteChannel channel;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 20).order(ByteOrder.LITTLE_ENDIAN);
    private long flushed;

    LittleEndianOutput(WritableByteChannel channel) {
        this.channel = channel;
    }

    void writeByte(int value) throws IOException {
        room(Byte.BYTES).put((byte) value);
    }

    void writeShort(short value) throws IOException {
        room(Short.BYTES).putShort(value);
    }

    void writeInt(int value) throws IOException {
        room(Integer.BYTES).putInt(value);
    }

    void writeLong(long value) throws IOException {
        room(Long.BYTES).putLong(value);
    }

    void writeFloat(float value) throws IOException {
        room(Float.BYTES).putFloat(value);
    }

    /** Length and UTF-8. */
    void writeString(String value) throws IOException {
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        writeLong(bytes.length);
        for (byte each : bytes) {
            writeByte(each);
        }
    }

    /** Zeros up to the next multiple of {@code alignment}. */
    void align(int alignment) throws IOException {
        while ((flushed + buffer.position()) % alignment != 0) {
            writeByte(0);
        }
    }

    void flush() throws IOException {
        buffer.flip();
        flushed += buffer.remaining();
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
        buffer.clear();
    }

    private ByteBuffer room(int bytes) throws IOException {
        if (buffer.remaining() < bytes) {
            flush();
        }
        return buffer;
    }
}
