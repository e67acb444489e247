package dev.kvc.store.spi;

import dev.kvc.store.Mapping;
import dev.kvc.store.internal.LeakReports;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/** A payload that is in memory, where it lies. */
final class MemoryMapping implements Mapping {
    private final List<ByteBuffer> slices;
    private final Closeable end;
    private final LeakReports.Watch watch;
    private final AtomicBoolean closed = new AtomicBoolean();

    /**
     * A mapping.
     *
     * @param end ends the use of the memory, when the mapping is closed
     */
    MemoryMapping(List<ByteBuffer> slices, Closeable end, LeakReports leaks, String source) {
        this.slices = slices;
        this.end = end;
        this.watch = leaks.watch(this, "a mapping of " + source);
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
            try {
                end.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
