package dev.kvc.redis;

import dev.kvc.eviction.SnapshotId;
import dev.kvc.format.Namespace;
import java.nio.charset.StandardCharsets;

/**
 * Names of what lies in Redis. Manifests and parts are spread over the slots of a cluster, each by its whole name; what
 * belongs to the index of a namespace has that namespace as its hash tag, so that a script may change all of it.
 */
record Keys(String prefix) {
    /** A hash: {@code s} the save, {@code m} the manifest, {@code h} hits since, {@code u} the time of the last. */
    byte[] manifest(SnapshotId id) {
        return bytes(manifestName(id));
    }

    /** A string, in the same slot: the file if it is small, and behind it the save. */
    byte[] file(SnapshotId id) {
        return besideManifest(id, "f");
    }

    /** A string that is to become the file, in the same slot. */
    byte[] prepared(SnapshotId id, String save) {
        return besideManifest(id, save);
    }

    private byte[] besideManifest(SnapshotId id, String name) {
        return bytes("{" + manifestName(id) + "}:" + name);
    }

    private String manifestName(SnapshotId id) {
        return prefix + ":m:" + id.namespace().name() + ":" + id.key();
    }

    /** A string: bytes of the file. */
    byte[] part(SnapshotId id, String save, int index) {
        return bytes(prefix + ":d:" + id.namespace().name() + ":" + id.key() + ":" + save + ":" + index);
    }

    /** A set: namespaces that have held a snapshot. */
    byte[] namespaces() {
        return bytes(prefix + ":n");
    }

    /** A sorted set: the key of each snapshot, by the length of its text. */
    byte[] texts(Namespace namespace) {
        return index(namespace, 'k');
    }

    /** A sorted set: each distinct length of a text. */
    byte[] lengths(Namespace namespace) {
        return index(namespace, 'l');
    }

    /** A hash: the bytes of each snapshot. */
    byte[] sizes(Namespace namespace) {
        return index(namespace, 'b');
    }

    /** A number: their sum. */
    byte[] total(Namespace namespace) {
        return index(namespace, 't');
    }

    private byte[] index(Namespace namespace, char part) {
        return bytes("{" + prefix + ":" + namespace.name() + "}:" + part);
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
