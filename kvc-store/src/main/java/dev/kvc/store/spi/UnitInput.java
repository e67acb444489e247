package dev.kvc.store.spi;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A payload as a stream, however small its reader's pieces are: fetched in units, ahead of the reader. */
final class UnitInput extends InputStream {
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final ImageReader owner;
    private final ImagePayload payload;
    private @Nullable UnitStream units;
    private ByteBuffer unit = NOTHING;
    /** Where the bytes behind {@link #unit} begin. */
    private long nextAt;

    UnitInput(ImageReader owner, ImagePayload payload) {
        this.owner = owner;
        this.payload = payload;
    }

    @Override
    public int read() throws IOException {
        return hasNext() ? Byte.toUnsignedInt(unit.get()) : -1;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        if (length == 0) {
            return 0;
        } else if (!hasNext()) {
            return -1;
        }
        int count = Math.min(length, unit.remaining());
        unit.get(bytes, offset, count);
        return count;
    }

    private boolean hasNext() throws IOException {
        payload.requireOpen();
        if (unit.hasRemaining()) {
            return true;
        } else if (nextAt >= payload.size()) {
            close(); // who has read all often forgets to
            return false;
        }
        if (units == null) {
            units = new UnitStream(owner, payload, nextAt, payload.size());
        }
        unit = Objects.requireNonNull(units.next());
        nextAt += unit.remaining();
        return true;
    }

    /** What lies far ahead is not fetched in between. */
    @Override
    public long skip(long count) {
        long at = nextAt - unit.remaining();
        long skipped = Math.max(0, Math.min(count, payload.size() - at));
        if (skipped <= unit.remaining()) {
            unit.position(unit.position() + (int) skipped);
        } else {
            close();
            nextAt = at + skipped;
        }
        return skipped;
    }

    @Override
    public int available() {
        return unit.remaining();
    }

    @Override
    public void close() {
        unit = NOTHING;
        if (units != null) {
            units.close();
            units = null;
        }
    }
}
