package dev.kvc.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvc.store.Payload;
import dev.kvc.store.PayloadSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;

/**
 * A payload made of its seed, so that no test keeps the bytes that it saved: whoever knows seed and size knows every
 * byte at every position, and a mix of two payloads is equal to neither.
 *
 * @param seed makes the bytes
 * @param size how many there are
 */
record SeededPayload(long seed, long size) implements PayloadSource {
    private static final int PIECE_BYTES = 1 << 16;

    /** A payload of about three thousand bytes that belongs to a text. */
    static SeededPayload of(String text) {
        return new SeededPayload(text.hashCode(), 3_000 + text.length());
    }

    @Override
    public void writeTo(WritableByteChannel out) throws IOException {
        ByteBuffer piece = ByteBuffer.allocate((int) Math.min(PIECE_BYTES, size));
        for (long at = 0; at < size; at += piece.limit()) {
            piece.clear().limit((int) Math.min(PIECE_BYTES, size - at));
            fill(piece, at);
            out.write(piece.flip());
        }
    }

    @Override
    public boolean isRepeatable() {
        return true;
    }

    /** Fills {@code target} with the bytes from {@code position}. */
    void fill(ByteBuffer target, long position) {
        long at = position;
        while (target.hasRemaining()) {
            int offset = (int) (at % Long.BYTES);
            long word = word(at / Long.BYTES) >>> (offset * Byte.SIZE);
            int count = Math.min(Long.BYTES - offset, target.remaining());
            for (int i = 0; i < count; i++) {
                target.put((byte) (word >>> (i * Byte.SIZE)));
            }
            at += count;
        }
    }

    /** The bytes from {@code position}. */
    byte[] bytes(long position, int count) {
        ByteBuffer bytes = ByteBuffer.allocate(count);
        fill(bytes, position);
        return bytes.array();
    }

    /** All bytes. */
    byte[] bytes() {
        return bytes(0, Math.toIntExact(size));
    }

    /** Fails unless {@code payload} has these bytes and no others. */
    void assertIs(Payload payload) throws IOException {
        assertThat(payload.size()).as("payload size").isEqualTo(size);
        ByteBuffer piece = ByteBuffer.allocate((int) Math.min(PIECE_BYTES, size));
        for (long at = 0; at < size; at += piece.limit()) {
            piece.clear().limit((int) Math.min(PIECE_BYTES, size - at));
            payload.readFully(piece, at);
            assertIs(piece.flip(), at);
        }
    }

    /** Fails unless the remaining bytes of {@code piece} stand at {@code position}. */
    void assertIs(ByteBuffer piece, long position) {
        int mismatch = piece.mismatch(ByteBuffer.wrap(bytes(position, piece.remaining())));
        assertThat(mismatch < 0 ? -1 : position + mismatch)
                .as("first byte that differs from %s", this)
                .isEqualTo(-1);
    }

    /** One step of SplitMix64; its lowest byte comes first. */
    private long word(long index) {
        long word = seed + (index + 1) * 0x9E3779B97F4A7C15L;
        word = (word ^ (word >>> 30)) * 0xBF58476D1CE4E5B9L;
        word = (word ^ (word >>> 27)) * 0x94D049BB133111EBL;
        return word ^ (word >>> 31);
    }
}
