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
import org.jspecify.annotations.Nullable;

/** Maps a part of a file in slices, since one mapping holds at most 2 GiB on the platforms we build for. */
final class FileMapping implements Mapping {
    /**
     * Whether the JDK throws an error just where a page is touched that cannot be had. Java 17 does so at some later
     * time, so that machine code may touch the page first, which ends the process. Seen to be right on 25.
     */
    private static final boolean FAULTS_ARE_ERRORS_AT_ONCE = Runtime.version().feature() >= 25;

    private static final long SLICE_BYTES = 1L << 30;
    private static final int PAGE_BYTES = 4096;

    private final List<MappedRegion> mapped = new ArrayList<>();
    private final List<ByteBuffer> slices;
    private final FileChannel channel;
    private final long offset;
    private final boolean isToldWhatIsLoaded;
    private final AtomicBoolean closed = new AtomicBoolean();
    private final LeakReports.Watch watch;
    private final String source;

    /**
     * Maps the part of a file that begins at {@code offset}.
     *
     * @param writable whether this process may write the file: of others Linux says that all pages are in memory
     */
    FileMapping(FileChannel channel, boolean writable, long offset, long bytes, LeakReports leaks, String source)
            throws IOException {
        this.channel = channel;
        this.offset = offset;
        this.isToldWhatIsLoaded = writable;
        this.source = source;
        watch = leaks.watch(this, "a mapping of " + source);
        try {
            requireNotCut(bytes); // mapping beyond its end would make it longer, with zeros, if the channel can write
            for (long at = 0; at < bytes; at += SLICE_BYTES) {
                mapped.add(MappedRegion.map(channel, offset + at, Math.min(SLICE_BYTES, bytes - at)));
            }
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
        slices = mapped.stream().map(MappedRegion::buffer).toList();
    }

    private void requireNotCut(long end) throws IOException {
        long there = channel.size() - offset;
        if (there < end) {
            throw new IOException(
                    source + " was cut: " + Math.max(0, there) + " bytes of the " + end + " to be mapped are left");
        }
    }

    @Override
    public List<ByteBuffer> slices() {
        if (closed.get()) {
            throw new IllegalStateException("the mapping is closed");
        }
        return slices;
    }

    /**
     * A part of one slice, all of which is in memory. A page that cannot be had, because the file has been cut or the
     * disk fails, would end the process in the machine code that computes checksums. So each is touched before, if
     * {@link #FAULTS_ARE_ERRORS_AT_ONCE}; or else the kernel is asked for the file's length, and whether it has them.
     * The channel must be open. What is cut off just then still ends the process.
     *
     * @return {@code null} if some of it may not be there
     * @throws IOException if some of it cannot be had
     */
    @Nullable
    ByteBuffer present(long start, int length) throws IOException {
        ByteBuffer part = slices.get((int) (start / SLICE_BYTES)).slice((int) (start % SLICE_BYTES), length);
        if (FAULTS_ARE_ERRORS_AT_ONCE) {
            touch(part);
            return part;
        }
        requireNotCut(start + length); // what has been cut off may be in memory still
        boolean isLoaded = isToldWhatIsLoaded && part instanceof MappedByteBuffer pages && pages.isLoaded();
        return isLoaded ? part : null;
    }

    private void touch(ByteBuffer part) throws IOException {
        int sum = 0;
        try {
            for (int at = 0; at < part.limit(); at += PAGE_BYTES) {
                sum += part.get(at);
            }
            sum += part.get(part.limit() - 1);
        } catch (InternalError e) {
            throw new IOException(source + " was cut, or cannot be read, while it was mapped", e);
        }
        requireOpen(sum); // asked for, so that the compiler does not leave the reads out
    }

    private void requireOpen(int touched) {
        if (closed.get()) {
            throw new IllegalStateException("the mapping is closed" + (touched == 0 ? "" : " after it was read"));
        }
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            watch.closed();
            unmapAll(mapped);
        }
    }

    /** Each of them, also where one cannot be. */
    private static void unmapAll(List<MappedRegion> regions) {
        if (!regions.isEmpty()) {
            try {
                regions.get(0).unmap();
            } finally {
                unmapAll(regions.subList(1, regions.size()));
            }
        }
    }
}
