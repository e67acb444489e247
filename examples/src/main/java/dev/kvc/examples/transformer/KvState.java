package dev.kvc.examples.transformer;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.WritableByteChannel;
import java.util.Arrays;
import java.util.List;

/**
 * The keys and values of all tokens so far: what prefilling computes and resuming restores.
 *
 * <p>Serialized, it is for each layer: for each of the key's dimensions one row with a number for each token, then for
 * each token one row with the value's dimensions; little-endian floats, nothing else. The number of tokens is the
 * snapshot's token count.
 *
 * <p>Not safe for use by several threads.
 */
public final class KvState {
    private static final int FIRST_CAPACITY = 256;
    private static final int BUFFER_BYTES = 1 << 20;

    private final TransformerConfig config;
    private final LayerState[] layers;

    private int capacity;
    private int tokens;

    /** The state of no token. */
    public KvState(TransformerConfig config) {
        this.config = config;
        this.layers = new LayerState[config.layers()];
        Arrays.setAll(layers, i -> new LayerState(config.dimension()));
    }

    private KvState(KvState other) {
        config = other.config;
        layers = Arrays.stream(other.layers).map(LayerState::new).toArray(LayerState[]::new);
        capacity = other.capacity;
        tokens = other.tokens;
    }

    /** How many tokens it covers. */
    public int tokens() {
        return tokens;
    }

    /** Bytes of the serialized state of so many tokens. */
    public static long bytes(TransformerConfig config, int tokens) {
        return 2L * Float.BYTES * config.layers() * config.dimension() * tokens;
    }

    /**
     * Forgets the last tokens.
     *
     * @param count how many to keep, 0 to {@link #tokens}
     */
    public void truncate(int count) {
        if (count < 0 || count > tokens) {
            throw new IllegalArgumentException("cannot keep " + count + " of " + tokens + " tokens");
        }
        tokens = count;
    }

    /**
     * The state as it is now, for a thread that writes it while another one adds tokens. Nothing is copied: it is right
     * as long as its tokens are not {@linkplain #truncate forgotten} and others computed in their place.
     */
    public KvState beginning() {
        return new KvState(this);
    }

    LayerState layer(int index) {
        return layers[index];
    }

    /** Makes room for {@code count} tokens in all. */
    void reserve(int count) {
        if (count > capacity) {
            capacity = Math.max(FIRST_CAPACITY, Math.max(count, Math.min(config.contextSize(), capacity * 2)));
            for (LayerState layer : layers) {
                layer.widen(capacity);
            }
        }
    }

    void advance(int count) {
        tokens += count;
    }

    /** Writes the serialized state. */
    public void writeTo(WritableByteChannel out) throws IOException {
        FloatWriter writer = new FloatWriter(out);
        for (LayerState layer : layers) {
            for (float[] row : layer.keys) {
                writer.write(row, tokens);
            }
            for (int token = 0; token < tokens; token++) {
                writer.write(layer.values[token], config.dimension());
            }
        }
        writer.flush();
    }

    /**
     * Reads a serialized state, in the place of what was there.
     *
     * @param slices its bytes, such as the slices of a mapping; positions are left as they are
     * @param count how many tokens it covers, 0 to the context size
     * @throws IOException if there are more or fewer bytes than that many tokens take
     */
    public void readFrom(List<ByteBuffer> slices, int count) throws IOException {
        long found = slices.stream().mapToLong(ByteBuffer::remaining).sum();
        if (count < 0 || count > config.contextSize() || found != bytes(config, count)) {
            throw new IOException("a state of " + count + " tokens has " + bytes(config, Math.max(0, count))
                    + " bytes; there are " + found);
        }
        tokens = 0;
        reserve(count);
        FloatReader reader = new FloatReader(slices);
        for (LayerState layer : layers) {
            for (float[] row : layer.keys) {
                reader.read(row, count);
            }
            for (int token = 0; token < count; token++) {
                reader.read(layer.values[token], config.dimension());
            }
        }
        tokens = count;
    }

    /** Floats through one direct buffer, which a store can write from where it is. */
    private static final class FloatWriter {
        private final WritableByteChannel out;
        private final ByteBuffer buffer =
                ByteBuffer.allocateDirect(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN);

        FloatWriter(WritableByteChannel out) {
            this.out = out;
        }

        void write(float[] from, int count) throws IOException {
            for (int done = 0; done < count; ) {
                if (buffer.remaining() < Float.BYTES) {
                    flush();
                }
                int part = Math.min(count - done, buffer.remaining() / Float.BYTES);
                buffer.asFloatBuffer().put(from, done, part);
                buffer.position(buffer.position() + part * Float.BYTES);
                done += part;
            }
        }

        void flush() throws IOException {
            buffer.flip();
            while (buffer.hasRemaining()) {
                out.write(buffer);
            }
            buffer.clear();
        }
    }

    /** Floats from slices, the boundaries of which may lie anywhere between two floats. */
    private static final class FloatReader {
        private final List<ByteBuffer> slices;
        private int current;

        FloatReader(List<ByteBuffer> slices) {
            this.slices = slices.stream()
                    .map(slice -> slice.duplicate().order(ByteOrder.LITTLE_ENDIAN))
                    .toList();
        }

        void read(float[] to, int count) throws IOException {
            for (int done = 0; done < count; ) {
                ByteBuffer slice = slices.get(current);
                int part = Math.min(count - done, slice.remaining() / Float.BYTES);
                if (part == 0) {
                    next(slice);
                } else {
                    slice.asFloatBuffer().get(to, done, part);
                    slice.position(slice.position() + part * Float.BYTES);
                    done += part;
                }
            }
        }

        private void next(ByteBuffer slice) throws IOException {
            if (slice.hasRemaining() || ++current == slices.size()) {
                throw new EOFException("a float stands across the end of slice " + current);
            }
        }
    }
}
