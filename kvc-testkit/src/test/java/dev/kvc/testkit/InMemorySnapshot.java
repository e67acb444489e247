package dev.kvc.testkit;

import dev.kvc.eviction.SnapshotId;
import dev.kvc.format.KvcHeader;
import dev.kvc.format.Trailer;
import dev.kvc.store.Mapping;
import dev.kvc.store.Payload;
import dev.kvc.store.PayloadSource;
import dev.kvc.store.Snapshot;
import dev.kvc.store.SnapshotDraft;
import dev.kvc.store.SnapshotInfo;
import dev.kvc.store.Verification;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.WritableByteChannel;
import java.util.List;
import java.util.function.Consumer;

/** A loaded snapshot of {@link InMemoryKvStore}: its content, until it is closed. */
final class InMemorySnapshot implements Snapshot, Payload {
    private final Content content;
    private final SnapshotInfo info;
    private final Consumer<Content> reject;
    private volatile boolean closed;

    InMemorySnapshot(Content content, Consumer<Content> reject) {
        this.content = content;
        this.info = content.info();
        this.reject = reject;
    }

    @Override
    public SnapshotInfo info() {
        return info;
    }

    @Override
    public ByteBuffer text() {
        return content.text();
    }

    @Override
    public Payload payload() {
        return this;
    }

    @Override
    public Trailer trailer() {
        return Trailer.decode(info.header().extensionFlags(), content.trailer.duplicate());
    }

    @Override
    public Verification verification() {
        return Verification.UNVERIFIED;
    }

    @Override
    public void reject() {
        reject.accept(content);
    }

    @Override
    public void close() {
        closed = true;
    }

    @Override
    public long size() {
        return content.payload.remaining();
    }

    @Override
    public int read(ByteBuffer dst, long position) throws IOException {
        requireOpen();
        if (position < 0) {
            throw new IllegalArgumentException("position is " + position + "; it must not be negative");
        } else if (position >= size()) {
            return -1;
        }
        int count = (int) Math.min(dst.remaining(), size() - position);
        dst.put(content.payload.slice((int) position, count));
        return count;
    }

    @Override
    public Mapping map() throws IOException {
        requireOpen();
        List<ByteBuffer> slices = size() == 0 ? List.of() : List.of(content.payload.duplicate());
        return new Mapping() {
            @Override
            public List<ByteBuffer> slices() {
                return slices;
            }

            @Override
            public void close() {}
        };
    }

    private void requireOpen() throws ClosedChannelException {
        if (closed) {
            throw new ClosedChannelException();
        }
    }

    /** One saved snapshot, copied from its draft. Two are equal if they are the same. */
    static final class Content {
        private final ByteBuffer text;
        private final ByteBuffer payload;
        private final ByteBuffer trailer;
        private volatile SnapshotInfo info;

        private Content(SnapshotId id, KvcHeader header, ByteBuffer text, ByteBuffer payload, ByteBuffer trailer) {
            this.text = text;
            this.payload = payload;
            this.trailer = trailer;
            this.info = new SnapshotInfo(id, header, text.remaining(), bytes());
        }

        static Content copyOf(SnapshotId id, SnapshotDraft draft, long nowUnix) throws IOException {
            return new Content(
                    id,
                    draft.header(nowUnix),
                    copyOf(draft.text()),
                    copyOf(draft.payload()),
                    copyOf(draft.trailer().raw()));
        }

        private static ByteBuffer copyOf(ByteBuffer bytes) {
            return ByteBuffer.allocate(bytes.remaining()).put(bytes).flip().asReadOnlyBuffer();
        }

        private static ByteBuffer copyOf(PayloadSource source) throws IOException {
            ByteBuffer copy = ByteBuffer.allocate(Math.toIntExact(source.size()));
            source.writeTo(new Filler(copy));
            if (copy.hasRemaining()) {
                throw new IOException("the payload ended " + copy.remaining() + " bytes before its size");
            }
            return copy.flip().asReadOnlyBuffer();
        }

        SnapshotInfo info() {
            return info;
        }

        ByteBuffer text() {
            return text.duplicate();
        }

        long bytes() {
            return (long) text.remaining() + payload.remaining() + trailer.remaining();
        }

        synchronized void hit(long nowUnix) {
            KvcHeader old = info.header();
            KvcHeader header = old.toBuilder()
                    .hitCount(Math.min(KvcHeader.MAX_HIT_COUNT, old.hitCount() + 1))
                    .lastUsedUnix(nowUnix)
                    .build();
            info = new SnapshotInfo(info.id(), header, info.textBytes(), info.storedBytes());
        }
    }

    /** Takes the bytes that a payload source writes. */
    record Filler(ByteBuffer target) implements WritableByteChannel {
        @Override
        public int write(ByteBuffer src) throws IOException {
            int count = src.remaining();
            if (count > target.remaining()) {
                throw new IOException("the payload is longer than its size, " + target.capacity() + " bytes");
            }
            target.put(src);
            return count;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {}
    }
}
