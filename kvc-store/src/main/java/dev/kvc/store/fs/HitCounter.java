package dev.kvc.store.fs;

import dev.kvc.eviction.SnapshotId;
import dev.kvc.format.KvcCodec;
import dev.kvc.format.KvcHeader;
import dev.kvc.format.UnixTime;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import org.jspecify.annotations.Nullable;

/**
 * Counts hits where they survive a restart: in the 4 bytes of the hit count and the 8 bytes of the last-used time, in
 * place, through the channel that read the snapshot. So they reach the file that was hit, even when its name belongs to
 * another one by now, and no other byte of it is touched.
 */
final class HitCounter {
    /** Where the last-used time stands behind the hit count: both are read at once. */
    private static final int LAST_USED = KvcCodec.LAST_USED_OFFSET - KvcCodec.HIT_COUNT_OFFSET;

    private final SharedDirectory shared;

    HitCounter(SharedDirectory shared) {
        this.shared = shared;
    }

    /** What a file says of its use. */
    record Use(long hitCount, long lastUsedUnix) {}

    /** The moment before a file is read, for {@link #count}. */
    long now(SnapshotId id) {
        return shared.counting(id).counts();
    }

    /**
     * What was just read of a file.
     *
     * @param since the moment before
     */
    record Reading(Use use, long since) {}

    /**
     * Adds hits to what the file says.
     *
     * @param channel open for reading and writing
     * @param reading what it said a moment ago, which is believed if nobody here has counted hits since; or
     *     {@code null}, and it is read
     * @param atUnix the time of the last one; does not turn back the time that the file has
     * @return what it says now
     */
    Use count(SnapshotId id, FileChannel channel, @Nullable Reading reading, long hits, long atUnix)
            throws IOException {
        SharedDirectory.HitLock lock = shared.counting(id);
        lock.lock();
        try {
            Use before = reading != null && reading.since == lock.counts() ? reading.use : read(channel);
            Use now = new Use(
                    Math.min(KvcHeader.MAX_HIT_COUNT, before.hitCount + hits),
                    UnixTime.advanced(before.lastUsedUnix, atUnix));
            write(channel, before, now);
            return now;
        } finally {
            lock.counted();
            lock.unlock();
        }
    }

    private static Use read(FileChannel channel) throws IOException {
        ByteBuffer fields = ByteBuffer.allocate(LAST_USED + Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        readFully(channel, fields, KvcCodec.HIT_COUNT_OFFSET);
        return new Use(Integer.toUnsignedLong(fields.getInt(0)), fields.getLong(LAST_USED));
    }

    private static void write(FileChannel channel, Use before, Use now) throws IOException {
        ByteBuffer field = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        writeFully(channel, field.putInt((int) now.hitCount).flip(), KvcCodec.HIT_COUNT_OFFSET);
        if (now.lastUsedUnix != before.lastUsedUnix) { // the file has seconds: one write for each, not for each hit
            writeFully(channel, field.clear().putLong(now.lastUsedUnix).flip(), KvcCodec.LAST_USED_OFFSET);
        }
    }

    private static void readFully(FileChannel channel, ByteBuffer dst, long position) throws IOException {
        while (dst.hasRemaining()) {
            if (channel.read(dst, position + dst.position()) < 0) {
                throw new IOException("the file was cut to nothing while a hit was counted");
            }
        }
    }

    private static void writeFully(FileChannel channel, ByteBuffer src, long position) throws IOException {
        while (src.hasRemaining()) {
            channel.write(src, position + src.position());
        }
    }
}
