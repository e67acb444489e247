package dev.kvc.store.fs;

import dev.kvc.format.KvcKey;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The names of a directory: what ours look like, and what a name that we find there says.
 *
 * <p>Temporaries of other writers: {@code <sha1>.<pid>-<seq>.kv.tmp} (the reference implementation),
 * {@code <sha1>.kv.tmp.<anything>} (ds4).
 */
final class FileNames {
    static final String LOCK = ".kvc.lock";

    private static final String SNAPSHOT_SUFFIX = ".kv";
    private static final String SET_ASIDE_SUFFIX = ".kv.bad";
    private static final Pattern OUR_TEMPORARY = Pattern.compile("([0-9a-f]{40})\\.[0-9a-f]{16}\\.kvc\\.tmp");
    private static final Pattern OTHER_TEMPORARY =
            Pattern.compile("([0-9a-fA-F]{40})\\.(\\d+-\\d+\\.kv\\.tmp|kv\\.tmp\\.[0-9A-Za-z]+)");

    private FileNames() {}

    /** What a name says of its file. */
    enum Kind {
        SNAPSHOT,
        SET_ASIDE,
        OUR_TEMPORARY,
        OTHER_TEMPORARY,
        LOCK,
        OTHER
    }

    /**
     * What a name says. A name that follows from it is not kept: a listing may hold a million.
     *
     * @param key for all kinds but {@code LOCK} and {@code OTHER}
     * @param otherName the name, but for a snapshot, or one set aside, with the name that we give to its key
     */
    record Parsed(Kind kind, @Nullable KvcKey key, @Nullable String otherName) {
        /** Whether it is the name that we give to a snapshot of this key, or to one set aside. */
        boolean isCanonical() {
            return otherName == null;
        }

        String name() {
            return otherName == null ? canonical(kind, Objects.requireNonNull(key)) : otherName;
        }
    }

    private static String canonical(Kind kind, KvcKey key) {
        return kind == Kind.SET_ASIDE ? setAside(key) : snapshot(key);
    }

    static String snapshot(KvcKey key) {
        return key.hex() + SNAPSHOT_SUFFIX;
    }

    static String setAside(KvcKey key) {
        return key.hex() + SET_ASIDE_SUFFIX;
    }

    /** A name that nobody has used before. */
    static String temporary(KvcKey key) {
        return key + "."
                + HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong()) + ".kvc.tmp";
    }

    static Parsed parse(String name) {
        if (name.equals(LOCK)) {
            return new Parsed(Kind.LOCK, null, name);
        }
        KvcKey key =
                name.length() < KvcKey.HEX_DIGITS ? null : KvcKey.parseOrNull(name.substring(0, KvcKey.HEX_DIGITS));
        if (key == null) {
            return new Parsed(Kind.OTHER, null, name);
        }
        Kind kind = kind(name);
        boolean follows = (kind == Kind.SNAPSHOT || kind == Kind.SET_ASIDE) && isLowerCase(name);
        return new Parsed(kind, key, follows ? null : name);
    }

    private static boolean isLowerCase(String name) {
        return name.equals(name.toLowerCase(Locale.ROOT));
    }

    private static Kind kind(String name) {
        if (continues(name, SNAPSHOT_SUFFIX)) {
            return Kind.SNAPSHOT;
        }
        return continues(name, SET_ASIDE_SUFFIX) ? Kind.SET_ASIDE : temporary(name);
    }

    /** Whether this is all that stands behind the key. */
    private static boolean continues(String name, String suffix) {
        return name.length() == KvcKey.HEX_DIGITS + suffix.length() && name.endsWith(suffix);
    }

    private static Kind temporary(String name) {
        if (OUR_TEMPORARY.matcher(name).matches()) {
            return Kind.OUR_TEMPORARY;
        }
        return OTHER_TEMPORARY.matcher(name).matches() ? Kind.OTHER_TEMPORARY : Kind.OTHER;
    }
}
