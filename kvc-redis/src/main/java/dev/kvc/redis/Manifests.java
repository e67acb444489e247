package dev.kvc.redis;

import dev.kvc.eviction.SnapshotId;
import dev.kvc.format.KvcFormatException;
import dev.kvc.format.KvcHeader;
import dev.kvc.store.SnapshotInfo;
import io.lettuce.core.protocol.CommandType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** The manifests in Redis, with the hits that have been counted beside them. */
final class Manifests {
    private static final ByteBuffer ZERO = ByteBuffer.wrap(new byte[] {'0'}).asReadOnlyBuffer();

    private final Link link;
    private final Keys keys;
    private final int maxTextBytes;

    Manifests(Link link, Keys keys, int maxTextBytes) {
        this.link = link;
        this.keys = keys;
        this.maxTextBytes = maxTextBytes;
    }

    /**
     * What is under a key.
     *
     * @param manifestOrNull {@code null} if there is none, or none that can be read
     * @param damageOrNull what is wrong with what is there
     * @param fileOrNull what lies beside the manifest, if it was asked for: a file, and behind it the save it is of
     * @param hits counted since it was saved
     * @param usedUnix when it was last hit; 0 for never
     */
    record Found(
            SnapshotId id,
            @Nullable Manifest manifestOrNull,
            @Nullable KvcFormatException damageOrNull,
            @Nullable ByteBuffer fileOrNull,
            String save,
            long hits,
            long usedUnix) {
        boolean isThere() {
            return manifestOrNull != null;
        }

        boolean isGone() {
            return manifestOrNull == null && damageOrNull == null;
        }

        /**
         * The file that lies beside the manifest.
         *
         * @throws MissingPartException if it is not there, or is of another save, which came in between
         * @throws KvcFormatException if it has another length, perhaps for the same reason
         */
        ByteBuffer file() throws IOException {
            if (fileOrNull == null || manifestOrNull == null) {
                throw new MissingPartException("the file of " + id + " is gone");
            }
            ByteBuffer behind = ByteBuffer.wrap(behindFile(manifestOrNull));
            int length = fileOrNull.remaining() - behind.remaining();
            long expected = manifestOrNull.layout().fileBytes();
            if (length != expected) {
                throw new KvcFormatException(
                        KvcFormatException.Kind.TRUNCATED, id.toString(), 0, expected + " bytes", length + " bytes");
            } else if (!fileOrNull.slice(length, behind.remaining()).equals(behind)) {
                throw new MissingPartException("the file of " + id + " is another save's");
            }
            return fileOrNull.slice(0, length);
        }

        /** What a store says of it, hits included. */
        SnapshotInfo info() {
            if (manifestOrNull == null) {
                throw new IllegalStateException(id + " has no manifest");
            }
            SnapshotInfo saved = manifestOrNull.info(id);
            return hits == 0 && usedUnix == 0 ? saved : saved.used(hits, usedUnix);
        }
    }

    private Link.Request<List<ByteBuffer>> request(SnapshotId id) {
        return Link.Request.values(
                CommandType.HMGET,
                Link.args().addKey(keys.manifest(id)).add("s").add("m").add("h").add("u"));
    }

    Found find(SnapshotId id) throws IOException {
        return found(id, link.ask(request(id)), null);
    }

    /**
     * The same, and the file with it if it lies there: one trip for both.
     *
     * @param memory gives a buffer for a file of so many bytes
     */
    Found findWithFile(SnapshotId id, IntFunction<ByteBuffer> memory) throws IOException {
        Link.Request<List<ByteBuffer>> manifest = request(id);
        Link.Request<Optional<ByteBuffer>> file = Link.Request.of(
                CommandType.GET, new ValueInto(memory), Link.args().addKey(keys.file(id)));
        link.sendInOrder(List.of(manifest, file));
        Optional<ByteBuffer> value = link.await(file.command()); // the last of both: one wait
        return found(id, link.await(manifest.command()), value.orElse(null));
    }

    /** Whether a file lies where a small one does. */
    boolean hasFile(SnapshotId id) throws IOException {
        return link.ask(Link.Request.number(CommandType.EXISTS, Link.args().addKey(keys.file(id)))) > 0;
    }

    /** Looks at many at once, in one trip. */
    List<Found> findAll(List<SnapshotId> ids) throws IOException {
        List<List<ByteBuffer>> answers =
                link.askAll(ids.stream().map(this::request).toList());
        List<Found> all = new ArrayList<>();
        for (int i = 0; i < answers.size(); i++) {
            all.add(found(ids.get(i), answers.get(i), null));
        }
        return all;
    }

    private Found found(SnapshotId id, List<ByteBuffer> fields, @Nullable ByteBuffer file) {
        @Nullable ByteBuffer save = fields.get(0);
        @Nullable ByteBuffer bytes = fields.get(1);
        if (save == null || bytes == null) {
            return new Found(id, null, null, file, "", 0, 0);
        }
        String saved = Catalog.text(save);
        try {
            Manifest manifest = Manifest.decode(saved, bytes, maxTextBytes, id.toString());
            return new Found(id, manifest, null, file, saved, hits(fields.get(2)), number(fields.get(3)));
        } catch (KvcFormatException e) {
            return new Found(id, null, e, file, saved, 0, 0);
        }
    }

    private static long hits(@Nullable ByteBuffer counted) {
        return Math.min(number(counted), KvcHeader.MAX_HIT_COUNT);
    }

    private static long number(@Nullable ByteBuffer digits) {
        return digits == null ? 0 : Math.max(0, Long.parseLong(Catalog.text(digits)));
    }

    /** What puts a manifest in the place of what is there; see {@link #old}. */
    Link.Request<List<ByteBuffer>> publish(SnapshotId id, Manifest manifest, long ttlMillis) {
        return publish(manifest, ttlMillis, keys.manifest(id), keys.file(id));
    }

    private static Link.Request<List<ByteBuffer>> publish(Manifest manifest, long ttlMillis, byte[]... names) {
        return Link.Request.values(
                CommandType.EVAL,
                Link.script(Scripts.PUBLISH, names)
                        .add(manifest.save())
                        .addValue(manifest.encode())
                        .add(ttlMillis));
    }

    /**
     * What puts a manifest and its file in the place of what is there, in this order and over one connection.
     *
     * @param file the file, and behind it {@link #behindFile}
     */
    WithFile withFile(SnapshotId id, Manifest manifest, ByteBuffer file, long orphanMillis, long ttlMillis) {
        byte[] prepared = keys.prepared(id, manifest.save());
        return new WithFile(
                put(prepared, file, orphanMillis),
                publish(manifest, ttlMillis, keys.manifest(id), keys.file(id), prepared));
    }

    /**
     * A manifest and a file on their way. A script would copy the file three times, and so it is not one that takes it;
     * a hash would copy it once more, and so it is not a field of the manifest's.
     *
     * @param publish answers with what {@link #old} reads, or an empty list if what was put is gone
     */
    record WithFile(Link.Request<String> put, Link.Request<List<ByteBuffer>> publish) {}

    /** What stands behind a file that lies beside its manifest: it tells whether both are of one save. */
    static byte[] behindFile(Manifest manifest) {
        return Keys.bytes(manifest.save());
    }

    /** What stores a value until it expires. */
    static Link.Request<String> put(byte[] name, ByteBuffer value, long millis) {
        return Link.Request.word(
                CommandType.SET,
                Link.args().addKey(name).addValue(value).add("PX").add(millis));
    }

    /**
     * Takes a manifest away.
     *
     * @param save the save that it must be of; empty for any
     * @return what was there
     */
    Optional<Old> retract(SnapshotId id, String save) throws IOException {
        return old(
                id,
                link.ask(Link.Request.values(
                        CommandType.EVAL,
                        Link.script(Scripts.RETRACT, keys.manifest(id), keys.file(id))
                                .add(save))));
    }

    /**
     * A save that is not served any more.
     *
     * @param parts how many it has; 0 if that cannot be read
     */
    record Old(String save, int parts) {}

    /** What a script says that it has replaced or taken away. */
    Optional<Old> old(SnapshotId id, List<ByteBuffer> answer) {
        if (answer.size() < 2 || answer.get(0) == null) {
            return Optional.empty();
        }
        ByteBuffer nothing = ByteBuffer.allocate(0);
        ByteBuffer manifest = answer.get(1) == null ? nothing : answer.get(1);
        Found found = found(id, List.of(answer.get(0), manifest, ZERO, ZERO), null);
        int parts = found.manifestOrNull() == null ? 0 : found.manifestOrNull().partCount();
        return Optional.of(new Old(found.save(), parts));
    }

    /**
     * What counts hits, if the snapshot is there.
     *
     * @param save the save that they are of; empty for any
     */
    Link.Request<Long> hit(SnapshotId id, String save, long hits, long atUnix) {
        return Link.Request.number(
                CommandType.EVAL,
                Link.script(Scripts.HIT, keys.manifest(id))
                        .add(save)
                        .add(Math.min(hits, KvcHeader.MAX_HIT_COUNT))
                        .add(atUnix));
    }
}
