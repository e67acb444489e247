package dev.kvc.s3;

import dev.kvc.eviction.SnapshotId;
import dev.kvc.format.KvcCodec;
import dev.kvc.format.Layout;
import dev.kvc.format.Namespace;
import dev.kvc.format.Tail;
import dev.kvc.store.SnapshotInfo;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Makes items of a catalog from what the service says. */
final class Items {
    private Items() {}

    static Catalog.Item of(SnapshotId id, ObjectHead head, Label label, long nowMillis) {
        SnapshotInfo info = new SnapshotInfo(id, label.header(), label.textBytes(), head.bytes());
        return new Catalog.Item(Etags.digest(head.etag()), nowMillis, null, label, info);
    }

    /** What an index entry says. */
    static Catalog.Item of(Namespace namespace, IndexEntry entry) {
        Label label = entry.label();
        SnapshotInfo info = new SnapshotInfo(
                new SnapshotId(namespace, entry.key()), label.header(), label.textBytes(), label.fileBytes());
        return new Catalog.Item(entry.etag(), entry.millis(), entry, label, info);
    }

    /**
     * Learns what an object is: by its label, or of one that somebody else put there by its header and its footer,
     * which has the model and the ABI where the header has lost them.
     *
     * @return {@code null} if there is none by now
     * @throws dev.kvc.format.KvcFormatException if it is no snapshot
     */
    static Catalog.@Nullable Item learn(Bucket bucket, String name, SnapshotId id, int maxTextBytes, long nowMillis)
            throws IOException {
        Optional<ObjectHead> head = bucket.head(name);
        return head.isEmpty() ? null : learn(bucket, name, id, head.get(), maxTextBytes, nowMillis);
    }

    /** The same of an object whose metadata are there. */
    static Catalog.@Nullable Item learn(
            Bucket bucket, String name, SnapshotId id, ObjectHead head, int maxTextBytes, long nowMillis)
            throws IOException {
        if (head.label() != null) {
            return of(id, head, head.label(), nowMillis);
        }
        try {
            ObjectReader object = ObjectReader.open(bucket, name, ByteBuffer.allocate(KvcCodec.FIXED_BYTES));
            return of(id, object.head(), label(object, maxTextBytes, bucket.uri(name)), nowMillis);
        } catch (ServiceException e) {
            if (e.isNotFound() || e.isOtherVersion()) {
                return null;
            }
            throw e;
        }
    }

    /** The label that an object should have. */
    private static Label label(ObjectReader object, int maxTextBytes, String source) throws IOException {
        Layout layout = KvcCodec.readLayout(object, maxTextBytes, source);
        Tail tail = KvcCodec.readTail(object, layout, source);
        return new Label(
                object.head().nonce(),
                tail.effective(layout.header()),
                layout.textBytes(),
                layout.fileBytes(),
                tail.footer().isPresent());
    }
}
