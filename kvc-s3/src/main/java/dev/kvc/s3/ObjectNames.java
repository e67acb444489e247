package dev.kvc.s3;

import dev.kvc.eviction.SnapshotId;
import dev.kvc.format.KvcKey;
import dev.kvc.format.Namespace;
import org.jspecify.annotations.Nullable;

/**
 * Where what stands in a bucket.
 *
 * @param root what all names begin with: empty, or ending in {@code /}
 */
record ObjectNames(String root) {
    /** One folder deeper than the objects, and numbered, so that another layout of the index can stand beside it. */
    private static final String INDEX = ".kvc/1/";

    private static final String SUFFIX = ".kv";

    /** What the names of a namespace begin with. */
    String folder(Namespace namespace) {
        return namespace.isDefault() ? root : root + namespace.name() + "/";
    }

    String object(SnapshotId id) {
        return folder(id.namespace()) + id.key().hex() + SUFFIX;
    }

    /** What the names of a namespace's index begin with. */
    String index(Namespace namespace) {
        return folder(namespace) + INDEX;
    }

    String entry(Namespace namespace, IndexEntry entry) {
        return index(namespace) + entry.name();
    }

    /** A name behind those of the index and before those of any object. */
    String behindIndex(Namespace namespace) {
        return folder(namespace) + ".kvc0";
    }

    /** The key of an object in a namespace; {@code null} for an object that is no snapshot. */
    @Nullable
    KvcKey key(Namespace namespace, String name) {
        int from = folder(namespace).length();
        return name.length() == from + KvcKey.HEX_DIGITS + SUFFIX.length() && name.endsWith(SUFFIX)
                ? lowerCase(name.substring(from, from + KvcKey.HEX_DIGITS))
                : null;
    }

    /** Names of objects differ by case, and we ask for lower case alone. */
    private static @Nullable KvcKey lowerCase(String hex) {
        @Nullable KvcKey key = KvcKey.parseOrNull(hex);
        return key != null && key.hex().equals(hex) ? key : null;
    }

    /** The namespace of a folder directly below the root; {@code null} for another folder. */
    @Nullable
    Namespace namespace(String folder) {
        String name = folder.substring(root.length(), folder.length() - 1);
        return Namespace.isValid(name) && !name.isEmpty() ? Namespace.of(name) : null;
    }
}
