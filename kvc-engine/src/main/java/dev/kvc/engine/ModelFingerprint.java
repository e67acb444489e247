package dev.kvc.engine;

import dev.kvc.format.Namespace;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Everything that must be equal for one engine to use another's state, as a namespace: the weights, the numbers that
 * positions are encoded with, the engine's version. Two engines whose fingerprints differ in anything share no
 * snapshot.
 *
 * <p>A name or value in it is never stored, only a hash of all of them. Immutable, safe from any thread.
 */
public final class ModelFingerprint {
    private static final int HEX_DIGITS = 40;

    private final SortedMap<String, String> values;

    private ModelFingerprint(SortedMap<String, String> values) {
        this.values = values;
    }

    /** A fingerprint of nothing yet. */
    public static ModelFingerprint empty() {
        return new ModelFingerprint(new TreeMap<>());
    }

    /**
     * The same with one thing more; the order of things does not matter.
     *
     * @param name such as {@code weights} or {@code rope.freq_base}
     * @param value whatever tells it apart, taken as its text: a checksum, a number, a version
     * @throws IllegalArgumentException if there is a value of that name already
     */
    public ModelFingerprint with(String name, Object value) {
        SortedMap<String, String> more = new TreeMap<>(values);
        String old = more.put(name, value.toString());
        if (old != null) {
            throw new IllegalArgumentException(name + " was already set to " + old);
        }
        return new ModelFingerprint(more);
    }

    /** The namespace: the first 40 hex digits of a SHA-256 over names and values in the order of names. */
    public Namespace namespace() {
        MessageDigest digest = sha256();
        for (Map.Entry<String, String> entry : values.entrySet()) {
            add(digest, entry.getKey());
            add(digest, entry.getValue());
        }
        return Namespace.of(HexFormat.of().formatHex(digest.digest()).substring(0, HEX_DIGITS));
    }

    /** A text and its length, so that no two lists of texts are the same bytes. */
    private static void add(MessageDigest digest, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
            digest.update((byte) (bytes.length >> shift));
        }
        digest.update(bytes);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
