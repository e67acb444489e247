package dev.kvc.store.fs;

import dev.kvc.eviction.SnapshotId;
import dev.kvc.format.KvcCodec;
import dev.kvc.format.KvcHeader;
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
    private final SharedDirectory shared;

    HitCounter(SharedDirectory shared) {
        this.shared = shared;
    }

    /**
     * Adds hits to what the file says.
     *
     * @param channel open for reading and writing
     * @return the new hit count
     */
    long count(SnapshotId id, FileChannel channel, long hits, long nowUnix) throws IOException {
        ReentrantLock lock = shared.counting(id);
        lock.lock();
        try {
            ByteBuffer field = ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            readFully(channel, field, KvcCodec.HIT_COUNT_OFFSET);
            long count = Math.min(KvcHeader.MAX_HIT_COUNT, Integer.toUnsignedLong(field.getInt(0)) + hits);
            ByteBuffer fields = ByteBuffer.allocate(Integer.BYTES + Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            fields.putInt((int) count).putLong(nowUnix).flip();
            writeFully(channel, fields.slice(0, Integer.BYTES), KvcCodec.HIT_COUNT_OFFSET);
            writeFully(channel, fields.slice(Integer.BYTES, Long.BYTES), KvcCodec.LAST_USED_OFFSET);
            return count;
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
