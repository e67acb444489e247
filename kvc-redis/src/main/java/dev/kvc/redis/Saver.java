package dev.kvc.redis;

import dev.kvc.eviction.SnapshotId;
import dev.kvc.format.KvcKey;
import dev.kvc.format.Layout;
import dev.kvc.store.SaveResult.Outcome;
import dev.kvc.store.SnapshotInfo;
import dev.kvc.store.spi.FileImage;
import dev.kvc.store.spi.ImageWriter;
import io.lettuce.core.protocol.CommandType;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Saves, so that a reader sees all of a snapshot or nothing: parts under names of this save alone, which expire soon;
 * then, in one step, the manifest, which is the snapshot; and once it is there, the parts are given its time to live.
 * What breaks off before that leaves parts that are taken away, or expire.
 *
 * <p>A small file is put under a name of this save alone, which expires soon; then, in one step, it and its manifest
 * take the place of what is there. All of it is sent at once.
 */
final class Saver {
    private static final System.Logger LOG = System.getLogger("dev.kvc.redis");
    private static final int SAVE_BYTES = 8;
    /** The longest value in which a file lies beside its manifest. */
    static final int SMALL_BYTES = 4 << 20;
    /** Every so many saves look whether some of what the index has is still there. */
    private static final int SAVES_FOR_A_LOOK = 16;

    private final RedisSettings settings;
    private final Link link;
    private final Keys keys;
    private final Manifests manifests;
    private final Catalog catalog;
    private final ImageWriter writer;
    private final SecureRandom random = new SecureRandom();
    private final AtomicInteger saves = new AtomicInteger();
    private volatile String cursor = "0";

    Saver(RedisSettings settings, Link link, Keys keys, Manifests manifests, Catalog catalog) {
        this.settings = settings;
        this.link = link;
        this.keys = keys;
        this.manifests = manifests;
        this.catalog = catalog;
        this.writer = new ImageWriter(settings.partBytes(), settings.connections());
    }

    Outcome save(SnapshotId id, KvcKey textKey, FileImage image) throws IOException {
        SnapshotInfo info = image.info(id);
        Layout layout = new Layout(image.header(), info.textBytes(), image.bytes());
        String save = newSave();
        boolean isSmall = image.bytes() <= Math.min(SMALL_BYTES, settings.partBytes()) - save.length();
        Manifest manifest = new Manifest(save, layout, isSmall ? 0 : settings.partBytes(), textKey);
        Optional<Manifests.Old> old;
        if (isSmall) {
            old = writer.whole(
                    image, Manifests.behindFile(manifest), file -> publishWithFile(id, manifest, info, file));
        } else {
            sendAll(id, manifest, image);
            old = publish(id, manifest, info);
        }
        tidy(id, old);
        return old.isPresent() ? Outcome.REPLACED : Outcome.STORED;
    }

    private Optional<Manifests.Old> publishWithFile(
            SnapshotId id, Manifest manifest, SnapshotInfo info, ByteBuffer file) throws IOException {
        requireNotInterrupted(id);
        Manifests.WithFile sent = manifests.withFile(
                id,
                manifest,
                file,
                settings.orphanTtl().toMillis(),
                settings.ttl().toMillis());
        Link.Request<Long> note = catalog.note(info);
        Link.Request<Long> name = catalog.noteNamespace(id.namespace());
        link.sendInOrder(List.of(sent.put(), sent.publish(), note, name));
        link.settle(sent.put().command());
        List<ByteBuffer> answer = link.settle(sent.publish().command());
        link.settle(note.command());
        link.settle(name.command());
        if (answer.isEmpty()) {
            throw dropped(id);
        }
        return manifests.old(id, answer);
    }

    private static void requireNotInterrupted(SnapshotId id) throws InterruptedIOException {
        if (Thread.currentThread().isInterrupted()) {
            throw new InterruptedIOException("interrupted before " + id + " was whole");
        }
    }

    private IOException dropped(SnapshotId id) throws IOException {
        catalog.forget(id.namespace(), List.of(id.key()));
        return new IOException(settings + " dropped a part of " + id + " while it was being saved");
    }

    private void sendAll(SnapshotId id, Manifest manifest, FileImage image) throws IOException {
        AtomicInteger sent = new AtomicInteger();
        boolean complete = false;
        try {
            writer.write(image, manifest.parts()::end, (index, part) -> {
                sent.incrementAndGet();
                return send(id, manifest.save(), index, part);
            });
            requireNotInterrupted(id);
            complete = true;
        } finally {
            if (!complete) {
                takeAway(id, manifest.save(), sent.get());
            }
        }
    }

    /** The save is done, whatever becomes of this: what is not let go expires with its own time to live. */
    private void tidy(SnapshotId id, Optional<Manifests.Old> old) {
        try {
            if (old.isPresent()) {
                letGo(id, old.get());
            }
            lookAtTheIndex(id);
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, () -> settings + " was not tidied after a save", e);
        }
    }

    private String newSave() {
        byte[] bytes = new byte[SAVE_BYTES];
        random.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    /** Nobody waits for it; what it does not reach expires. */
    private void takeAway(SnapshotId id, String save, int parts) {
        for (int i = 0; i < parts; i++) {
            link.tell(Link.Request.number(CommandType.UNLINK, Link.args().addKey(keys.part(id, save, i))));
        }
    }

    private CompletionStage<?> send(SnapshotId id, String save, int index, ByteBuffer part) throws IOException {
        CompletableFuture<String> answer = link.sendPart(Manifests.put(
                keys.part(id, save, index), part, settings.orphanTtl().toMillis()));
        return answer.handle((word, failure) -> {
            if (failure != null) {
                throw new CompletionException(link.failure(failure));
            }
            return word;
        });
    }

    private Optional<Manifests.Old> publish(SnapshotId id, Manifest manifest, SnapshotInfo info) throws IOException {
        CompletableFuture<List<ByteBuffer>> published =
                link.send(manifests.publish(id, manifest, settings.ttl().toMillis()));
        CompletableFuture<Long> noted = link.send(catalog.note(info));
        CompletableFuture<Long> named = link.send(catalog.noteNamespace(id.namespace()));
        Optional<Manifests.Old> old = manifests.old(id, link.settle(published));
        link.settle(noted);
        link.settle(named);
        if (!keep(id, manifest)) {
            manifests.retract(id, manifest.save());
            throw dropped(id);
        }
        return old;
    }

    /** Gives the parts the time to live that the manifest has; whether all of them are there. */
    private boolean keep(SnapshotId id, Manifest manifest) throws IOException {
        long ttl = settings.ttl().toMillis();
        List<Link.Request<Long>> requests = new ArrayList<>();
        for (int i = 0; i < manifest.partCount(); i++) {
            byte[] part = keys.part(id, manifest.save(), i);
            requests.add(
                    ttl > 0
                            ? Link.Request.number(
                                    CommandType.PEXPIRE,
                                    Link.args().addKey(part).add(ttl))
                            : Link.Request.number(
                                    CommandType.PERSIST, Link.args().addKey(part)));
        }
        return link.settleAll(requests).stream().allMatch(found -> found == 1);
    }

    /** Lets the parts of a save expire that is not served any more: soon, but not under who is reading them. */
    void letGo(SnapshotId id, Manifests.Old old) throws IOException {
        List<Link.Request<Long>> requests = new ArrayList<>();
        for (int i = 0; i < old.parts(); i++) {
            requests.add(Link.Request.number(
                    CommandType.PEXPIRE,
                    Link.args()
                            .addKey(keys.part(id, old.save(), i))
                            .add(settings.grace().toMillis())));
        }
        link.settleAll(requests);
    }

    private void lookAtTheIndex(SnapshotId id) throws IOException {
        if (saves.incrementAndGet() % SAVES_FOR_A_LOOK == 0) {
            cursor = catalog.page(id.namespace(), cursor).cursor();
        }
    }
}
