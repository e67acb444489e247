package dev.kvc.engine;

import dev.kvc.format.PayloadChecksums;
import dev.kvc.store.PayloadSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.Optional;

/** A payload whose writing ends with its next piece once its save is cancelled. */
final class CancellableSource implements PayloadSource {
    /** Large enough to be written fast, and small enough for a cancelled save to end soon. */
    private static final int PIECE_BYTES = 8 << 20;

    private final PayloadSource source;
    private final SaveHandle handle;

    CancellableSource(PayloadSource source, SaveHandle handle) {
        this.source = source;
        this.handle = handle;
    }

    @Override
    public long size() {
        return source.size();
    }

    @Override
    public boolean isRepeatable() {
        return source.isRepeatable() && !handle.isCancelRequested();
    }

    @Override
    public Optional<PayloadChecksums> checksums() {
        return source.checksums();
    }

    @Override
    public void writeTo(WritableByteChannel out) throws IOException {
        requireWanted();
        source.writeTo(new Channel(out));
        requireWanted();
    }

    private void requireWanted() throws IOException {
        if (handle.isCancelRequested()) {
            throw new IOException("the save was cancelled");
        }
    }

    private final class Channel implements WritableByteChannel {
        private final WritableByteChannel out;

        Channel(WritableByteChannel out) {
            this.out = out;
        }

        /** Takes all that it is given, as sources rely on. */
        @Override
        public int write(ByteBuffer src) throws IOException {
            int begin = src.position();
            int end = src.limit();
            try {
                while (src.position() < end) {
                    requireWanted();
                    src.limit(src.position() + Math.min(PIECE_BYTES, end - src.position()));
                    out.write(src);
                }
            } finally {
                src.limit(end);
            }
            return end - begin;
        }

        @Override
        public boolean isOpen() {
            return out.isOpen() && !handle.isCancelRequested();
        }

        @Override
        public void close() throws IOException {
            out.close();
        }
    }
}
