package dev.kvc.store.internal;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * A text as a {@link TextTree} sees it: the CRC-32C of each whole block of 512 bytes, and that of any piece of it when
 * asked.
 *
 * <p>The text is used in place and must not change while this is in use. For one thread.
 */
public final class TextBlocks {
    /** Bytes in a block. */
    public static final int BYTES = 512;

    private final ByteBuffer text;
    private final int[] checksums;
    private final CRC32C crc = new CRC32C();

    private TextBlocks(ByteBuffer text) {
        this.text = text;
        this.checksums = new int[text.capacity() / BYTES];
        for (int i = 0; i < checksums.length; i++) {
            checksums[i] = checksum(i * BYTES, (i + 1) * BYTES);
        }
    }

    /** The blocks of the remaining bytes of {@code text}, whose position is left as it is. */
    public static TextBlocks of(ByteBuffer text) {
        return new TextBlocks(text.slice());
    }

    /** Length of the text in bytes. */
    public int bytes() {
        return text.capacity();
    }

    /** How many whole blocks it has. */
    int count() {
        return checksums.length;
    }

    /** The checksum of one whole block. */
    int block(int index) {
        return checksums[index];
    }

    /** The checksums of the whole blocks from {@code from} on. */
    int[] blocksFrom(int from) {
        return Arrays.copyOfRange(checksums, from, checksums.length);
    }

    /** The checksum of the bytes from {@code from} on, as far as {@code to}. */
    int checksum(int from, int to) {
        crc.reset();
        crc.update(text.clear().limit(to).position(from));
        return (int) crc.getValue();
    }
}
