package dev.kvc.format;

import java.nio.ByteBuffer;

/**
 * The beginning of a file: header, lengths and text.
 *
 * @param layout header and checked lengths
 * @param text the text; read-only, and each call gives a buffer of its own
 */
public record Prelude(Layout layout, ByteBuffer text) {
    /**
     * Checks that the text has the announced length.
     *
     * @throws IllegalArgumentException if it has not
     */
    public Prelude {
        if (text.remaining() != layout.textBytes()) {
            throw new IllegalArgumentException(
                    "text has " + text.remaining() + " bytes; the layout says " + layout.textBytes());
        }
        text = text.slice().asReadOnlyBuffer();
    }

    @Override
    public ByteBuffer text() {
        return text.duplicate();
    }
}
