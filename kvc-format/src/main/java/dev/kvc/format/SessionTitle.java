package dev.kvc.format;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The title of a session: the section announced by flag bit 3, a u32 length and that many bytes.
 *
 * @param bytes the title, mostly UTF-8; read-only, and each call gives a buffer of its own
 */
public record SessionTitle(ByteBuffer bytes) {
    /**
     * Takes the remaining bytes of {@code bytes}, without copying them: the caller leaves them as they are until a
     * {@link Trailer} has been made of the title, which copies.
     */
    public SessionTitle {
        bytes = bytes.slice().asReadOnlyBuffer();
    }

    /**
     * A title from text.
     *
     * @throws IllegalArgumentException if {@code title} has an unpaired surrogate, which has no UTF-8 form
     */
    public static SessionTitle of(CharSequence title) {
        return new SessionTitle(KvcKey.utf8(title));
    }

    @Override
    public ByteBuffer bytes() {
        return bytes.duplicate();
    }

    /** The title as text; bytes that are not UTF-8 become U+FFFD. */
    public String text() {
        return StandardCharsets.UTF_8.decode(bytes()).toString();
    }

    /** Bytes of the section. */
    int encodedBytes() {
        return Math.addExact(Integer.BYTES, bytes.remaining());
    }

    /** Writes the section at the position of {@code out}, which is little-endian and advances. */
    void encode(ByteBuffer out) {
        out.putInt(bytes.remaining()).put(bytes());
    }

    /** Reads a title at the position of {@code in}, which advances only if there is one. */
    static Optional<SessionTitle> decode(ByteBuffer in) {
        ByteBuffer view = in.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        if (view.remaining() < Integer.BYTES) {
            return Optional.empty();
        }
        long count = Integer.toUnsignedLong(view.getInt());
        if (count > view.remaining()) {
            return Optional.empty();
        }
        ByteBuffer bytes = view.slice(view.position(), (int) count);
        in.position(view.position() + (int) count);
        return Optional.of(new SessionTitle(bytes));
    }
}
