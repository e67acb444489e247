package dev.kvc.store.internal;

import dev.kvc.format.PayloadChecksums;
import dev.kvc.store.Mapping;
import dev.kvc.store.Payload;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.WritableByteChannel;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** The payload of one loaded snapshot: bytes that are shared, open as long as that snapshot is. */
public final class HeldPayloadView implements Payload {
    private final HeldPayload held;
    private final BooleanSupplier isClosed;

    /**
     * A view of a payload.
     *
     * @param isClosed whether the snapshot has been closed
     */
    public HeldPayloadView(HeldPayload held, BooleanSupplier isClosed) {
        this.held = held;
        this.isClosed = isClosed;
    }

    HeldPayload held() throws ClosedChannelException {
        requireOpen();
        return held;
    }

    @Override
    public long size() {
        return held.size();
    }

    @Override
    public Optional<PayloadChecksums> checksums() {
        return held.checksums();
    }

    @Override
    public int read(ByteBuffer dst, long position) throws IOException {
        requireNotNegative(position);
        requireOpen();
        return held.read(dst, position);
    }

    @Override
    public long transferTo(long position, long count, WritableByteChannel target) throws IOException {
        requireNotNegative(position);
        requireOpen();
        return position >= held.size() ? 0 : held.transferTo(position, count, target);
    }

    @Override
    public Mapping map() throws IOException {
        requireOpen();
        return new HeldMapping(held.slices());
    }

    private void requireOpen() throws ClosedChannelException {
        if (isClosed.getAsBoolean()) {
            throw new ClosedChannelException();
        }
    }

    private static void requireNotNegative(long position) {
        if (position < 0) {
            throw new IllegalArgumentException("position is " + position + "; it must not be negative");
        }
    }

    /** Nothing is mapped, so there is nothing to give back. */
    private record HeldMapping(List<ByteBuffer> slices) implements Mapping {
        @Override
        public void close() {}
    }
}
