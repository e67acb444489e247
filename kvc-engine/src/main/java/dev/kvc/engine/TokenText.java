package dev.kvc.engine;

import dev.kvc.format.KvcKey;
import dev.kvc.store.PrefixQuery;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.util.Objects;

/**
 * Texts, keys and prompts of engines that match by tokens: token ids, four bytes each, little-endian. Tokens are copied
 * once, into the text.
 *
 * <p>A beginning in tokens is a beginning in bytes, so prefix lookup works as it does for words.
 */
public final class TokenText {
    /** The most tokens that a text can have: as many as fit an array of bytes. */
    public static final int MAX_TOKENS = (Integer.MAX_VALUE - 8) / Integer.BYTES;

    private TokenText() {}

    /**
     * The text of all {@code tokens}, in a buffer of its own.
     *
     * @throws IllegalArgumentException if there are more than {@link #MAX_TOKENS}
     */
    public static ByteBuffer of(int[] tokens) {
        return of(tokens, 0, tokens.length);
    }

    /**
     * The text of the tokens from index {@code from} up to, not including, {@code to}.
     *
     * @throws IndexOutOfBoundsException if the range is not within the array
     * @throws IllegalArgumentException if there are more than {@link #MAX_TOKENS}
     */
    public static ByteBuffer of(int[] tokens, int from, int to) {
        Objects.checkFromToIndex(from, to, tokens.length);
        return of(IntBuffer.wrap(tokens, from, to - from));
    }

    /**
     * The text of the remaining tokens of a buffer, such as a view of native memory; its position is left as it is.
     *
     * @throws IllegalArgumentException if there are more than {@link #MAX_TOKENS}
     */
    public static ByteBuffer of(IntBuffer tokens) {
        int count = tokens.remaining();
        if (count > MAX_TOKENS) {
            throw new IllegalArgumentException("a text of " + count + " tokens; there must be at most " + MAX_TOKENS);
        }
        ByteBuffer text = ByteBuffer.allocate(count * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        text.asIntBuffer().put(tokens.duplicate());
        return text;
    }

    /** The key of the text of the tokens from index {@code from} up to, not including, {@code to}. */
    public static KvcKey key(int[] tokens, int from, int to) {
        return KvcKey.of(of(tokens, from, to));
    }

    /** A query without gates yet, for the prompt of all {@code tokens}. */
    public static PrefixQuery.Builder prompt(int[] tokens) {
        return PrefixQuery.builder(of(tokens));
    }

    /**
     * How many whole tokens stand in so many bytes of text: for {@link Resumption#divergesAt} and
     * {@link Resumption#branchPoint}.
     */
    public static int count(int textBytes) {
        return textBytes / Integer.BYTES;
    }

    /**
     * The tokens of a text, whose position is left as it is.
     *
     * @throws IllegalArgumentException if it does not end after a whole token
     */
    public static int[] tokens(ByteBuffer text) {
        if (text.remaining() % Integer.BYTES != 0) {
            throw new IllegalArgumentException(
                    "a text of " + text.remaining() + " bytes is none of tokens; it must be a multiple of 4");
        }
        int[] tokens = new int[count(text.remaining())];
        text.slice().order(ByteOrder.LITTLE_ENDIAN).asIntBuffer().get(tokens);
        return tokens;
    }
}
