package dev.kvc.format;

import java.util.regex.Pattern;

/**
 * A part of a store that no lookup crosses: a model's fingerprint, a tenant.
 *
 * <p>A name matches {@code [a-z0-9][a-z0-9._-]{0,63}} and does not end in {@code .kv}, {@code .bad} or {@code .tmp}, so
 * that in a directory it can be neither a path nor mistaken for a file of ours. {@link #DEFAULT} has the empty name and
 * is the store itself.
 *
 * @param name the name, or the empty string for {@link #DEFAULT}
 */
public record Namespace(String name) implements Comparable<Namespace> {
    /** The namespace of a store that was not asked for another. */
    public static final Namespace DEFAULT = new Namespace("");

    private static final Pattern RULE = Pattern.compile("[a-z0-9][a-z0-9._-]{0,63}(?<!\\.(kv|bad|tmp))");

    /**
     * Checks the name.
     *
     * @throws IllegalArgumentException if {@code name} is neither empty nor valid
     */
    public Namespace {
        if (!name.isEmpty() && !isValid(name)) {
            throw new IllegalArgumentException(
                    "not a namespace: \"" + name
                            + "\" (1 to 64 of a-z 0-9 . _ -, beginning with a letter or digit, not ending in .kv, .bad or .tmp)");
        }
    }

    /**
     * The namespace of this name.
     *
     * @throws IllegalArgumentException if {@code name} breaks the rule above or is empty
     */
    public static Namespace of(String name) {
        if (name.isEmpty()) {
            throw new IllegalArgumentException("a namespace has a name; the store itself is Namespace.DEFAULT");
        }
        return new Namespace(name);
    }

    /** Whether {@code name} may name a namespace other than {@link #DEFAULT}. */
    public static boolean isValid(String name) {
        return RULE.matcher(name).matches();
    }

    /** Whether this is {@link #DEFAULT}. */
    public boolean isDefault() {
        return name.isEmpty();
    }

    @Override
    public int compareTo(Namespace other) {
        return name.compareTo(other.name);
    }

    @Override
    public String toString() {
        return name;
    }
}
