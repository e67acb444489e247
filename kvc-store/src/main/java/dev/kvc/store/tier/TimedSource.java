package dev.kvc.store.tier;

import dev.kvc.format.BlockChecksums;
import dev.kvc.format.PayloadChecksums;
import dev.kvc.store.PayloadSource;
import dev.kvc.store.SnapshotDraft;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.time.Duration;
import java.util.Optional;

/**
 * A payload that a store must take within a time: after that, its next piece is a failure. So a save ends on the thread
 * that saves, which may free its memory then, and not in the middle of a piece, for which the store's own timeouts
 * stand.
 */
final class TimedSource implements PayloadSource {
    private static final int PIECE_BYTES = BlockChecksums.BLOCK_BYTES;

    private final PayloadSource origin;
    private final Duration time;
    private final long start = System.nanoTime();

    private TimedSource(PayloadSource origin, Duration time) {
        this.origin = origin;
        this.time = time;
    }

    /** The same draft, whose time begins now. */
    static SnapshotDraft limit(SnapshotDraft draft, Duration time) {
        return draft.withPayload(new TimedSource(draft.payload(), time));
    }

    @Override
    public long size() {
        return origin.size();
    }

    @Override
    public Optional<PayloadChecksums> checksums() {
        return origin.checksums();
    }

    @Override
    public boolean isRepeatable() {
        return origin.isRepeatable();
    }

    @Override
    public void writeTo(WritableByteChannel out) throws IOException {
        origin.writeTo(new TimedChannel(out));
    }

    private void requireTime() throws IOException {
        if (Duration.ofNanos(System.nanoTime() - start).compareTo(time) > 0) {
            throw new IOException("not saved within the deadline of " + time);
        }
    }

    private final class TimedChannel implements WritableByteChannel {
        private final WritableByteChannel out;

        TimedChannel(WritableByteChannel out) {
            this.out = out;
        }

        @Override
        public int write(ByteBuffer src) throws IOException {
            int count = src.remaining();
            int end = src.limit();
            while (src.position() < end) {
                requireTime();
                src.limit(src.position() + Math.min(PIECE_BYTES, end - src.position()));
                while (src.hasRemaining()) {
                    out.write(src);
                }
            }
            src.limit(end);
            return count;
        }

        @Override
        public boolean isOpen() {
            return out.isOpen();
        }

        @Override
        public void close() throws IOException {
            out.close();
        }
    }
}
