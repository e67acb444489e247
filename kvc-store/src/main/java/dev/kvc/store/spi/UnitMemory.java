package dev.kvc.store.spi;

import dev.kvc.format.PayloadChecksums;
import dev.kvc.store.internal.HeldPayload;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Memory for a payload that is fetched, cut into the units in which it is: buffers of a pool, if that has enough for
 * all of it, which are used again; else arrays of the heap, of several units each.
 */
final class UnitMemory {
    private final BufferPool pool;
    private final List<ByteBuffer> lent;
    private final List<ByteBuffer> units;

    private UnitMemory(BufferPool pool, List<ByteBuffer> lent, List<ByteBuffer> units) {
        this.pool = pool;
        this.lent = lent;
        this.units = units;
    }

    /**
     * Memory for so many bytes.
     *
     * @throws IOException if there is none
     */
    static UnitMemory of(long bytes, BufferPool pool) throws IOException {
        int unit = pool.bytes();
        List<ByteBuffer> lent = pool.takeAll(Math.toIntExact(units(bytes, unit)));
        List<ByteBuffer> units = new ArrayList<>();
        for (ByteBuffer buffer : lent) {
            units.add(buffer.slice(0, (int) Math.min(unit, bytes - (long) units.size() * unit)));
        }
        return new UnitMemory(pool, lent, lent.isEmpty() ? ofHeap(bytes, unit) : units);
    }

    /** How many units so many bytes make. */
    static long units(long bytes, int unit) {
        return bytes / unit + (bytes % unit == 0 ? 0 : 1);
    }

    private static List<ByteBuffer> ofHeap(long bytes, int unit) throws IOException {
        List<ByteBuffer> units = new ArrayList<>();
        int step = Math.max(unit, HeldPayload.CHUNK_BYTES / unit * unit);
        for (ByteBuffer chunk : HeldPayload.allocateAll(bytes, step)) {
            for (int start = 0; start < chunk.limit(); start += unit) {
                units.add(chunk.slice(start, Math.min(unit, chunk.limit() - start)));
            }
        }
        return units;
    }

    /** How many units there are, the last of which may be shorter. */
    int units() {
        return units.size();
    }

    /** A unit, to be written to. */
    ByteBuffer unit(int index) {
        return units.get(index).duplicate();
    }

    /** What has been written, with its checksums, if they are known. */
    HeldPayload payload(Optional<PayloadChecksums> checksums) {
        return HeldPayload.ofChunks(units, checksums);
    }

    /** Gives back what is lent. Called once, when nobody uses it any more. */
    void giveBack() {
        lent.forEach(pool::give);
    }
}
