package dev.kvc.redis;

import dev.kvc.eviction.SnapshotId;
import dev.kvc.format.KvcFormatException;
import dev.kvc.format.ReaderAt;
import dev.kvc.remote.RemoteCalls;
import io.lettuce.core.protocol.CommandType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** The file of a snapshot in its parts: each read asks for all parts that it needs at once. Safe from any thread. */
final class PartReader implements ReaderAt {
    private final Link link;
    private final RemoteCalls calls;
    private final Keys keys;
    private final SnapshotId id;
    private final Manifest manifest;
    private final PartLayout parts;

    PartReader(Link link, RemoteCalls calls, Keys keys, SnapshotId id, Manifest manifest) {
        this.link = link;
        this.calls = calls;
        this.keys = keys;
        this.id = id;
        this.manifest = manifest;
        this.parts = manifest.parts();
    }

    @Override
    public long size() {
        return parts.fileBytes();
    }

    /** @throws MissingPartException if a part is not there */
    @Override
    public int read(ByteBuffer dst, long position) throws IOException {
        if (position < 0) {
            throw new IllegalArgumentException("position is " + position + "; it must not be negative");
        } else if (position >= size()) {
            return -1;
        }
        int count = (int) Math.min(dst.remaining(), size() - position);
        if (count > 0) {
            calls.call("load", () -> fetch(dst.slice(dst.position(), count), position));
            dst.position(dst.position() + count);
        }
        return count;
    }

    /** A part on its way. */
    private record Fetching(int index, int wanted, BulkInto into, CompletableFuture<Integer> answer) {}

    private boolean fetch(ByteBuffer dst, long position) throws IOException {
        List<Fetching> fetching = new ArrayList<>();
        boolean done = false;
        try {
            int taken = 0;
            while (taken < dst.limit()) {
                Fetching part = begin(dst, taken, position + taken);
                fetching.add(part);
                taken += part.wanted;
            }
            for (Fetching part : fetching) {
                requireWhole(part, link.await(part.answer));
            }
            done = true;
            return done;
        } finally {
            if (!done) {
                fetching.forEach(part -> part.into.detach());
            }
        }
    }

    private Fetching begin(ByteBuffer dst, int taken, long at) throws IOException {
        int index = parts.indexOf(at);
        long start = parts.start(index);
        long length = parts.end(start) - start;
        int wanted = (int) Math.min(dst.limit() - taken, start + length - at);
        BulkInto into = new BulkInto(dst.slice(taken, wanted));
        byte[] key = keys.part(id, manifest.save(), index);
        Link.Request<Integer> request = wanted == length
                ? Link.Request.of(CommandType.GET, into, Link.args().addKey(key))
                : Link.Request.of(
                        CommandType.GETRANGE,
                        into,
                        Link.args().addKey(key).add(at - start).add(at - start + wanted - 1));
        try {
            return new Fetching(index, wanted, into, link.sendPart(request));
        } catch (IOException e) {
            into.detach(); // it may have been sent all the same
            throw e;
        }
    }

    private void requireWhole(Fetching part, int found) throws IOException {
        if (found <= 0) {
            throw new MissingPartException("part " + part.index + " of " + id + " is gone");
        } else if (found != part.wanted) {
            throw new KvcFormatException(
                    KvcFormatException.Kind.TRUNCATED,
                    id.toString(),
                    parts.start(part.index),
                    part.wanted + " bytes of part " + part.index,
                    found + " bytes");
        }
    }
}
