package dev.kvc.store.fs;

import dev.kvc.eviction.SnapshotId;
import dev.kvc.format.KvcCodec;
import dev.kvc.format.KvcHeader;
import dev.kvc.format.UnixTime;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.util.concurrent.locks.ReentrantLock;

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

    /**
     * Adds hits to what the file says.
     *
     * @param channel open for reading and writing
     * @param atUnix the time of the last one; does not turn back the time that the file has
     * @return what it says now
     */
    Use count(SnapshotId id, FileChannel channel, long hits, long atUnix) throws IOException {
        ReentrantLock lock = shared.counting(id);
        lock.lock();
        try {
            ByteBuffer fields = ByteBuffer.allocate(LAST_USED + Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            readFully(channel, fields, KvcCodec.HIT_COUNT_OFFSET);
            long count = Math.min(KvcHeader.MAX_HIT_COUNT, Integer.toUnsignedLong(fields.getInt(0)) + hits);
            long before = fields.getLong(LAST_USED);
            long lastUsed = UnixTime.advanced(before, atUnix);
            fields.putInt(0, (int) count).putLong(LAST_USED, lastUsed);
            writeFully(channel, fields.slice(0, Integer.BYTES), KvcCodec.HIT_COUNT_OFFSET);
            if (lastUsed != before) { // the file has seconds: one write for each, not for each hit
                writeFully(channel, fields.slice(LAST_USED, Long.BYTES), KvcCodec.LAST_USED_OFFSET);
            }
            return new Use(count, lastUsed);
        } finally {
            lock.unlock();
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
