package dev.kvc.format;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Tool calls and the blocks of text they stand for: the section announced by flag bit 0.
 *
 * <p>{@code KTM}, u8 version = 1, u32 count, then for each entry u32 idBytes (1 to 256), u32 blockBytes (1 to 512 MiB),
 * id, block.
 *
 * @param entries in file order
 */
public record ToolMap(List<Entry> entries) {
    private static final int MAGIC_AND_VERSION = 'K' | 'T' << 8 | 'M' << 16 | 1 << 24;
    private static final int FIXED_BYTES = 8;
    private static final int MAX_ID_BYTES = 256;
    private static final int MAX_BLOCK_BYTES = 512 << 20;

    /** Two lengths, an id of one byte and a block of one byte. */
    private static final int MIN_ENTRY_BYTES = 2 * Integer.BYTES + 2;

    /** Copies the list. */
    public ToolMap {
        entries = List.copyOf(entries);
    }

    /**
     * One tool call.
     *
     * @param id its id, 1 to 256 bytes; read-only, and each call gives a buffer of its own
     * @param block its text, 1 byte to 512 MiB; likewise
     */
    public record Entry(ByteBuffer id, ByteBuffer block) {
        /**
         * Takes the remaining bytes of both, without copying them: the caller leaves them as they are until a
         * {@link Trailer} has been made of the tool map, which copies.
         *
         * @throws IllegalArgumentException if a length is out of its range
         */
        public Entry {
            requireLength("id", id.remaining(), MAX_ID_BYTES);
            requireLength("block", block.remaining(), MAX_BLOCK_BYTES);
            id = id.slice().asReadOnlyBuffer();
            block = block.slice().asReadOnlyBuffer();
        }

        @Override
        public ByteBuffer id() {
            return id.duplicate();
        }

        @Override
        public ByteBuffer block() {
            return block.duplicate();
        }

        private static void requireLength(String field, int length, int max) {
            if (!isLength(length, max)) {
                throw new IllegalArgumentException(
                        "tool map " + field + " has " + length + " bytes; it must have 1 to " + max);
            }
        }
    }

    /** Bytes of the section. */
    int encodedBytes() {
        int total = FIXED_BYTES;
        for (Entry entry : entries) {
            total = Math.addExact(total, 2 * Integer.BYTES + entry.id.remaining() + entry.block.remaining());
        }
        return total;
    }

    /** Writes the section at the position of {@code out}, which is little-endian and advances. */
    void encode(ByteBuffer out) {
        out.putInt(MAGIC_AND_VERSION).putInt(entries.size());
        for (Entry entry : entries) {
            out.putInt(entry.id.remaining())
                    .putInt(entry.block.remaining())
                    .put(entry.id())
                    .put(entry.block());
        }
    }

    /** Reads a tool map at the position of {@code in}, which advances only if there is one. */
    static Optional<ToolMap> decode(ByteBuffer in) {
        int start = in.position();
        if (!skip(in)) {
            return Optional.empty();
        }
        ByteBuffer view = in.duplicate().position(start).order(ByteOrder.LITTLE_ENDIAN);
        int count = view.getInt(start + 4);
        view.position(start + FIXED_BYTES);
        List<Entry> entries = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            int idBytes = view.getInt();
            int blockBytes = view.getInt();
            entries.add(new Entry(take(view, idBytes), take(view, blockBytes)));
        }
        return Optional.of(new ToolMap(entries));
    }

    /**
     * Moves the position of {@code in} behind the tool map that stands there. If there is none, or a broken one, the
     * answer is false and the position stays. Allocates nothing, whatever the count says.
     */
    static boolean skip(ByteBuffer in) {
        ByteBuffer view = in.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        if (view.remaining() < FIXED_BYTES || view.getInt() != MAGIC_AND_VERSION) {
            return false;
        }
        long count = Integer.toUnsignedLong(view.getInt());
        if (count > view.remaining() / MIN_ENTRY_BYTES) {
            return false;
        }
        for (long i = 0; i < count; i++) {
            if (!skipEntry(view)) {
                return false;
            }
        }
        in.position(view.position());
        return true;
    }

    private static boolean skipEntry(ByteBuffer view) {
        if (view.remaining() < MIN_ENTRY_BYTES) {
            return false;
        }
        long idBytes = Integer.toUnsignedLong(view.getInt());
        long blockBytes = Integer.toUnsignedLong(view.getInt());
        if (!isLength(idBytes, MAX_ID_BYTES)
                || !isLength(blockBytes, MAX_BLOCK_BYTES)
                || idBytes + blockBytes > view.remaining()) {
            return false;
        }
        view.position(view.position() + (int) (idBytes + blockBytes));
        return true;
    }

    private static ByteBuffer take(ByteBuffer view, int count) {
        ByteBuffer part = view.slice(view.position(), count);
        view.position(view.position() + count);
        return part;
    }

    private static boolean isLength(long length, int max) {
        return length >= 1 && length <= max;
    }
}
