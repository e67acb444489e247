package dev.kvc.examples.llama;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A model file to be written, with metadata and tensors in the order in which they were added.
 *
 * <p>The format is GGUF, version 3, little-endian, as {@code docs/gguf.md} of ggml has it: magic, version, the counts
 * of tensors and metadata; key, type and value of each metadatum; name, dimensions, type and offset of each tensor;
 * then the numbers of each tensor, which begin at a multiple of 32.
 */
final class Gguf {
    private static final int MAGIC = 0x4655_4747;
    private static final int VERSION = 3;
    private static final int ALIGNMENT = 32;

    // enum gguf_metadata_value_type
    private static final int UINT32 = 4;
    private static final int INT32 = 5;
    private static final int FLOAT32 = 6;
    private static final int BOOL = 7;
    private static final int STRING = 8;
    private static final int ARRAY = 9;

    private final List<Part> metadata = new ArrayList<>();
    private final List<Tensor> tensors = new ArrayList<>();

    /** Writes itself. */
    @FunctionalInterface
    private interface Part {
        void writeTo(LittleEndianOutput out) throws IOException;
    }

    /** Where the numbers of a tensor come from: each is asked for once, row by row. */
    @FunctionalInterface
    interface Numbers {
        float next();
    }

    /** How they are kept, with the codes of {@code enum ggml_type}. */
    enum Type {
        F32(0, Float.BYTES) {
            @Override
            void write(float number, LittleEndianOutput out) throws IOException {
                out.writeFloat(number);
            }
        },
        F16(1, Short.BYTES) {
            @Override
            void write(float number, LittleEndianOutput out) throws IOException {
                out.writeShort(Float.floatToFloat16(number));
            }
        };

        private final int code;
        private final int bytes;

        Type(int code, int bytes) {
            this.code = code;
            this.bytes = bytes;
        }

        abstract void write(float number, LittleEndianOutput out) throws IOException;
    }

    private record Tensor(String name, Type type, int columns, int rows, Numbers numbers) {
        long count() {
            return (long) columns * rows;
        }

        long alignedBytes() {
            return (count() * type.bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
        }

        void writeInfo(long offset, LittleEndianOutput out) throws IOException {
            out.writeString(name);
            out.writeInt(2);
            out.writeLong(columns);
            out.writeLong(rows);
            out.writeInt(type.code);
            out.writeLong(offset);
        }

        void writeNumbers(LittleEndianOutput out) throws IOException {
            for (long i = 0; i < count(); i++) {
                type.write(numbers.next(), out);
            }
            out.align(ALIGNMENT);
        }
    }

    Gguf add(String key, String value) {
        return add(key, STRING, out -> out.writeString(value));
    }

    /** An unsigned number. */
    Gguf add(String key, int value) {
        return add(key, UINT32, out -> out.writeInt(value));
    }

    Gguf add(String key, float value) {
        return add(key, FLOAT32, out -> out.writeFloat(value));
    }

    Gguf add(String key, boolean value) {
        return add(key, BOOL, out -> out.writeByte(value ? 1 : 0));
    }

    Gguf add(String key, List<String> values) {
        return addArray(key, STRING, values.size(), out -> {
            for (String value : values) {
                out.writeString(value);
            }
        });
    }

    Gguf add(String key, float[] values) {
        return addArray(key, FLOAT32, values.length, out -> {
            for (float value : values) {
                out.writeFloat(value);
            }
        });
    }

    /** Signed numbers. */
    Gguf add(String key, int[] values) {
        return addArray(key, INT32, values.length, out -> {
            for (int value : values) {
                out.writeInt(value);
            }
        });
    }

    private Gguf addArray(String key, int type, int length, Part values) {
        return add(key, ARRAY, out -> {
            out.writeInt(type);
            out.writeLong(length);
            values.writeTo(out);
        });
    }

    private Gguf add(String key, int type, Part value) {
        metadata.add(out -> {
            out.writeString(key);
            out.writeInt(type);
            value.writeTo(out);
        });
        return this;
    }

    /** A matrix that makes {@code rows} numbers out of {@code columns}; a vector is one row. */
    Gguf addTensor(String name, Type type, int columns, int rows, Numbers numbers) {
        tensors.add(new Tensor(name, type, columns, rows, numbers));
        return this;
    }

    /**
     * Writes the file, in place of one that is there.
     *
     * @throws IOException if it cannot be written
     */
    void writeTo(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, WRITE, CREATE, TRUNCATE_EXISTING)) {
            LittleEndianOutput out = new LittleEndianOutput(channel);
            writeHead(out);
            for (Tensor tensor : tensors) {
                tensor.writeNumbers(out);
            }
            out.flush();
        }
    }

    private void writeHead(LittleEndianOutput out) throws IOException {
        out.writeInt(MAGIC);
        out.writeInt(VERSION);
        out.writeLong(tensors.size());
        out.writeLong(metadata.size());
        for (Part each : metadata) {
            each.writeTo(out);
        }
        long offset = 0;
        for (Tensor tensor : tensors) {
            tensor.writeInfo(offset, out);
            offset += tensor.alignedBytes();
        }
        out.align(ALIGNMENT);
    }
}
