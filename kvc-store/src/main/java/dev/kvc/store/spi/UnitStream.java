package dev.kvc.store.spi;

import dev.kvc.store.internal.BlockBuffers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * A part of a payload in order, a unit at a time: while the reader works on one, the next are fetched. For one thread.
 */
final class UnitStream implements AutoCloseable {
    private final ImageReader owner;
    private final ImagePayload payload;
    private final long end;
    private final ArrayDeque<Fetching> fetching = new ArrayDeque<>();
    private long nextAt;
    private @Nullable ByteBuffer inUse;

    UnitStream(ImageReader owner, ImagePayload payload, long start, long end) {
        this.owner = owner;
        this.payload = payload;
        this.nextAt = start;
        this.end = end;
    }

    /** A unit under way, and the buffer that it comes into. */
    private record Fetching(CompletableFuture<ByteBuffer> bytes, ByteBuffer buffer) {}

    /** The next bytes, which are good until the call after this one; {@code null} at the end. */
    @Nullable
    ByteBuffer next() throws IOException {
        giveBack();
        while (nextAt < end && fetching.size() < owner.ahead()) {
            fetchAhead();
        }
        @Nullable Fetching first = fetching.poll();
        if (first == null) {
            return null;
        }
        inUse = first.buffer;
        return join(first);
    }

    private void fetchAhead() {
        long from = nextAt;
        long to = Math.min(end, from - from % owner.unitBytes() + owner.unitBytes());
        long first = from - from % BlockBuffers.BYTES;
        long last = Math.min(payload.size(), to + Math.floorMod(-to, BlockBuffers.BYTES));
        ByteBuffer buffer = owner.buffers().take((int) (last - first));
        boolean isLast = to == end && fetching.isEmpty();
        CompletableFuture<ByteBuffer> bytes = isLast
                ? CompletableFuture.supplyAsync(() -> fetch(buffer, first, from, to), Runnable::run)
                : owner.workers().begin(() -> fetch(buffer, first, from, to));
        fetching.add(new Fetching(bytes, buffer));
        nextAt = to;
    }

    /** Fetches the whole blocks that these bytes lie in, of which the first begins at {@code first}. */
    private ByteBuffer fetch(ByteBuffer buffer, long first, long from, long to) {
        try {
            payload.fetch(buffer, first, buffer.limit());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return buffer.slice((int) (from - first), (int) (to - from));
    }

    private static ByteBuffer join(Fetching unit) throws IOException {
        try {
            return unit.bytes.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof UncheckedIOException io && io.getCause() != null) {
                throw io.getCause();
            } else if (e.getCause() instanceof RuntimeException bug) {
                throw bug;
            }
            throw e;
        }
    }

    private void giveBack() {
        if (inUse != null) {
            owner.buffers().give(inUse);
            inUse = null;
        }
    }

    /** Waits for what is still being fetched: its buffers are not ours before. */
    @Override
    public void close() {
        giveBack();
        for (Fetching unit : fetching) {
            unit.bytes.handle((bytes, failure) -> true).join();
            owner.buffers().give(unit.buffer);
        }
    }
}
