package dev.kvc.redis;

import dev.kvc.eviction.SnapshotId;
import dev.kvc.format.KvcKey;
import dev.kvc.format.Namespace;
import dev.kvc.store.SnapshotInfo;
import io.lettuce.core.output.ArrayOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The index of each namespace in Redis: which snapshots there are, how long their texts are, and how much they take.
 * The manifests are the truth. A manifest that Redis has dropped leaves its entry behind; whoever lists, and every save
 * for a few, looks whether what is noted is there, and forgets what is not.
 */
final class Catalog {
    private static final int PAGE = 512;

    private final Link link;
    private final Keys keys;
    private final Manifests manifests;

    Catalog(Link link, Keys keys, Manifests manifests) {
        this.link = link;
        this.keys = keys;
        this.manifests = manifests;
    }

    private byte[][] index(Namespace namespace) {
        return new byte[][] {
            keys.texts(namespace), keys.lengths(namespace), keys.sizes(namespace), keys.total(namespace)
        };
    }

    /** What notes a snapshot, to be sent along with others. */
    Link.Request<Long> note(SnapshotInfo info) {
        return Link.Request.number(
                CommandType.EVAL,
                Link.script(Scripts.NOTE, index(info.id().namespace()))
                        .add(info.key().hex())
                        .add(info.textBytes())
                        .add(info.storedBytes()));
    }

    /** What notes a namespace. */
    Link.Request<Long> noteNamespace(Namespace namespace) {
        return Link.Request.number(
                CommandType.SADD, Link.args().addKey(keys.namespaces()).add(namespace.name()));
    }

    /**
     * Forgets snapshots that are gone, unless one of them has been saved meanwhile.
     *
     * @return how many had been noted
     */
    int forget(Namespace namespace, List<KvcKey> gone) throws IOException {
        if (gone.isEmpty()) {
            return 0;
        }
        CommandArgs<byte[], ByteBuffer> args = Link.script(Scripts.FORGET, index(namespace));
        gone.forEach(key -> args.add(key.hex()));
        long forgotten = link.ask(Link.Request.number(CommandType.EVAL, args));
        List<Link.Request<Long>> again = new ArrayList<>();
        for (Manifests.Found found : manifests.findAll(ids(namespace, gone))) {
            if (found.isThere()) {
                again.add(note(found.info()));
            }
        }
        link.askAll(again);
        return (int) forgotten - again.size();
    }

    private static List<SnapshotId> ids(Namespace namespace, List<KvcKey> all) {
        return all.stream().map(key -> new SnapshotId(namespace, key)).toList();
    }

    /** The distinct lengths of texts from 1 to {@code max}, ascending. */
    int[] lengths(Namespace namespace, int max) throws IOException {
        List<ByteBuffer> lengths = link.ask(Link.Request.values(
                CommandType.ZRANGEBYSCORE,
                Link.args().addKey(keys.lengths(namespace)).add(1).add(max)));
        return lengths.stream().mapToInt(each -> Integer.parseInt(text(each))).toArray();
    }

    /** A look at a part of an index. */
    record Page(String cursor, List<SnapshotInfo> present, int forgotten) {
        /** Where a look at all of it begins. */
        static final Page BEFORE_FIRST = new Page("0", List.of(), 0);

        boolean isLast() {
            return cursor.equals("0");
        }
    }

    /**
     * Looks at the next snapshots, and forgets those that are gone. All pages together have every snapshot that was
     * there all the time at least once.
     *
     * @param cursor "0" for the first page
     */
    Page page(Namespace namespace, String cursor) throws IOException {
        List<Object> answer = link.ask(Link.Request.of(
                CommandType.ZSCAN,
                new ArrayOutput<>(BytesCodec.INSTANCE),
                Link.args()
                        .addKey(keys.texts(namespace))
                        .add(cursor)
                        .add("COUNT")
                        .add(PAGE)));
        List<KvcKey> noted = new ArrayList<>();
        List<?> members = (List<?>) answer.get(1);
        for (int i = 0; i < members.size(); i += 2) {
            KvcKey key = KvcKey.parseOrNull(text((ByteBuffer) members.get(i)));
            if (key != null) {
                noted.add(key);
            }
        }
        List<SnapshotInfo> present = new ArrayList<>();
        List<KvcKey> gone = new ArrayList<>();
        for (Manifests.Found found : manifests.findAll(ids(namespace, noted))) {
            if (found.isThere()) {
                present.add(found.info());
            } else if (found.isGone()) {
                gone.add(found.id().key());
            }
        }
        return new Page(text((ByteBuffer) answer.get(0)), present, forget(namespace, gone));
    }

    /** The namespaces that hold a snapshot, for all that the index knows. */
    Set<Namespace> namespaces() throws IOException {
        return counts().keySet();
    }

    /** How many snapshots each namespace holds, 1 or more. */
    private Map<Namespace, Long> counts() throws IOException {
        List<ByteBuffer> names =
                link.ask(Link.Request.values(CommandType.SMEMBERS, Link.args().addKey(keys.namespaces())));
        List<Namespace> all = new ArrayList<>();
        List<Link.Request<Long>> counts = new ArrayList<>();
        for (ByteBuffer name : names) {
            String text = text(name);
            if (text.isEmpty() || Namespace.isValid(text)) {
                Namespace namespace = text.isEmpty() ? Namespace.DEFAULT : Namespace.of(text);
                all.add(namespace);
                counts.add(count(namespace));
            }
        }
        List<Long> found = link.askAll(counts);
        Map<Namespace, Long> held = new HashMap<>();
        for (int i = 0; i < all.size(); i++) {
            if (found.get(i) > 0) {
                held.put(all.get(i), found.get(i));
            }
        }
        return held;
    }

    private Link.Request<Long> count(Namespace namespace) {
        return Link.Request.number(CommandType.ZCARD, Link.args().addKey(keys.texts(namespace)));
    }

    /** How many snapshots there are, and their bytes. */
    record Totals(long snapshots, long bytes) {}

    Totals totals() throws IOException {
        Map<Namespace, Long> counts = counts();
        List<Link.Request<List<ByteBuffer>>> totals = new ArrayList<>();
        for (Namespace namespace : counts.keySet()) {
            totals.add(Link.Request.values(CommandType.MGET, Link.args().addKey(keys.total(namespace))));
        }
        long bytes = 0;
        for (List<ByteBuffer> total : link.askAll(totals)) {
            bytes += total.get(0) == null ? 0 : Long.parseLong(text(total.get(0)));
        }
        return new Totals(counts.values().stream().mapToLong(Long::longValue).sum(), bytes);
    }

    static String text(ByteBuffer bytes) {
        return StandardCharsets.UTF_8.decode(bytes.duplicate()).toString();
    }
}
