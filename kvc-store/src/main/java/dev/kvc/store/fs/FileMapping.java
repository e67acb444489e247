package dev.kvc.store.fs;

import dev.kvc.store.Mapping;
import dev.kvc.store.internal.LeakReports;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/** Maps a part of a file in slices, since one mapping holds at most 2 GiB on the platforms we build for. */
final class FileMapping implements Mapping {
    private static final long SLICE_BYTES = 1L << 30;

    private final List<MappedByteBuffer> mapped = new ArrayList<>();
    private final List<ByteBuffer> slices;
    private final AtomicBoolean closed = new AtomicBoolean();
    private final LeakReports.Watch watch;

    FileMapping(FileChannel channel, long offset, long bytes, LeakReports leaks, String source) throws IOException {
        watch = leaks.watch(this, "a mapping of " + source);
        try {
            // Mapping beyond its end would make the file longer, with zeros, if the channel can write.
            if (channel.size() - offset < bytes) {
                throw new IOException(source + " was cut before it was mapped: it has " + channel.size()
                        + " bytes, and the payload ends at " + (offset + bytes));
            }
            for (long at = 0; at < bytes; at += SLICE_BYTES) {
                mapped.add(channel.map(FileChannel.MapMode.READ_ONLY, offset + at, Math.min(SLICE_BYTES, bytes - at)));
            }
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
        slices = List.copyOf(mapped);
    }

    @Override
    public List<ByteBuffer> slices() {
        if (closed.get()) {
            throw new IllegalStateException("the mapping is closed");
        }
        return slices;
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            watch.closed();
            mapped.forEach(Unmapper::unmap);
        }
    }
}
