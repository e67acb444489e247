package dev.kvc.format;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * The name of a snapshot: 20 bytes, usually the SHA-1 of its text.
 *
 * <p>The key is a name and no promise about the text: session files are named after their title and creation time. Only
 * a prefix match relies on the key being the text's hash, and proves it. Since a key is 20 bytes and nothing else, no
 * key can name a file outside its directory.
 *
 * <p>Keys order as their bytes do, unsigned, which is the order of their hex forms.
 */
public final class KvcKey implements Comparable<KvcKey> {
    /** Length of a key in bytes. */
    public static final int BYTES = 20;

    /** Length of a key's hex form in characters. */
    public static final int HEX_DIGITS = 2 * BYTES;

    private static final byte[] DIGITS = "0123456789abcdef".getBytes(StandardCharsets.ISO_8859_1);

    private final long high;
    private final long middle;
    private final int low;

    private KvcKey(long high, long middle, int low) {
        this.high = high;
        this.middle = middle;
        this.low = low;
    }

    /** The SHA-1 of {@code text}. */
    public static KvcKey of(byte[] text) {
        return of(ByteBuffer.wrap(text));
    }

    /** The SHA-1 of the remaining bytes of {@code text}, whose position is left as it is. */
    public static KvcKey of(ByteBuffer text) {
        return new Hasher().update(text.duplicate()).key();
    }

    /**
     * The SHA-1 of {@code text} in UTF-8.
     *
     * @throws IllegalArgumentException if {@code text} has an unpaired surrogate, which has no UTF-8 form
     */
    public static KvcKey of(CharSequence text) {
        return new Hasher().update(text).key();
    }

    /**
     * Reads the hex form of a key.
     *
     * @param hex 40 hex digits, lower or upper case
     * @throws IllegalArgumentException if it is anything else
     */
    public static KvcKey parse(CharSequence hex) {
        KvcKey key = parseOrNull(hex);
        if (key == null) {
            throw new IllegalArgumentException("not a key: " + quote(hex) + " (a key is 40 hex digits)");
        }
        return key;
    }

    /** As {@link #parse}, but {@code null} for anything that is not 40 hex digits: for names in a directory. */
    public static @Nullable KvcKey parseOrNull(CharSequence hex) {
        if (hex.length() != HEX_DIGITS) {
            return null;
        }
        for (int i = 0; i < HEX_DIGITS; i++) {
            if (!HexFormat.isHexDigit(hex.charAt(i))) {
                return null;
            }
        }
        return new KvcKey(
                HexFormat.fromHexDigitsToLong(hex, 0, 16),
                HexFormat.fromHexDigitsToLong(hex, 16, 32),
                HexFormat.fromHexDigits(hex, 32, 40));
    }

    /**
     * The key made of these bytes, as they are.
     *
     * @param bytes exactly 20 bytes
     * @throws IllegalArgumentException if there are more or fewer
     */
    public static KvcKey ofBytes(byte[] bytes) {
        if (bytes.length != BYTES) {
            throw new IllegalArgumentException("a key has 20 bytes, not " + bytes.length);
        }
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        return new KvcKey(buffer.getLong(), buffer.getLong(), buffer.getInt());
    }

    /** A hasher that takes a text in pieces. */
    public static Hasher hasher() {
        return new Hasher();
    }

    /** The 20 bytes, in a new array. */
    public byte[] toBytes() {
        return ByteBuffer.allocate(BYTES)
                .putLong(high)
                .putLong(middle)
                .putInt(low)
                .array();
    }

    /** The 40 lower-case hex digits that name the snapshot's file. */
    public String hex() {
        byte[] hex = new byte[HEX_DIGITS];
        putDigits(high, hex, 0, 16);
        putDigits(middle, hex, 16, 32);
        putDigits(low, hex, 32, HEX_DIGITS);
        return new String(hex, StandardCharsets.ISO_8859_1);
    }

    private static void putDigits(long value, byte[] hex, int from, int to) {
        long rest = value;
        for (int i = to - 1; i >= from; i--) {
            hex[i] = DIGITS[(int) rest & 0xF];
            rest >>>= 4;
        }
    }

    @Override
    public int compareTo(KvcKey other) {
        int order = Long.compareUnsigned(high, other.high);
        if (order == 0) {
            order = Long.compareUnsigned(middle, other.middle);
        }
        return order == 0 ? Integer.compareUnsigned(low, other.low) : order;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof KvcKey that && high == that.high && middle == that.middle && low == that.low;
    }

    /** The last four bytes: they are a hash already. */
    @Override
    public int hashCode() {
        return low;
    }

    /** Same as {@link #hex()}. */
    @Override
    public String toString() {
        return hex();
    }

    private static String quote(CharSequence text) {
        int shown = Math.min(text.length(), 64);
        return "\"" + text.subSequence(0, shown) + (shown < text.length() ? "…\"" : "\"") + " of length "
                + text.length();
    }

    /**
     * Computes keys of a text that arrives in pieces. {@link #key()} may be asked at any point and does not end the
     * hash, so that one pass over a prompt gives the keys of all its beginnings.
     *
     * <p>Not safe for use by several threads.
     */
    public static final class Hasher {
        private final MessageDigest digest = sha1();

        private Hasher() {}

        /** Adds all of {@code bytes}. */
        public Hasher update(byte[] bytes) {
            digest.update(bytes);
            return this;
        }

        /** Adds the remaining bytes of {@code bytes} and advances its position to its limit. */
        public Hasher update(ByteBuffer bytes) {
            digest.update(bytes);
            return this;
        }

        /**
         * Adds {@code text} in UTF-8.
         *
         * @throws IllegalArgumentException if {@code text} has an unpaired surrogate, which has no UTF-8 form
         */
        public Hasher update(CharSequence text) {
            return update(utf8(text));
        }

        /** The key of all bytes added so far. */
        public KvcKey key() {
            try {
                return ofBytes(((MessageDigest) digest.clone()).digest());
            } catch (CloneNotSupportedException e) {
                throw new IllegalStateException("the SHA-1 of " + digest.getProvider() + " cannot be cloned", e);
            }
        }

        private static MessageDigest sha1() {
            try {
                return MessageDigest.getInstance("SHA-1");
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every Java platform has SHA-1", e);
            }
        }
    }

    /**
     * {@code text} in UTF-8.
     *
     * @throws IllegalArgumentException if it has an unpaired surrogate
     */
    static ByteBuffer utf8(CharSequence text) {
        try {
            return StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("text has an unpaired surrogate, which has no UTF-8 form", e);
        }
    }
}
