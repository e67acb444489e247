package dev.kvc.simulator.trace;

import java.io.Closeable;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Gives the events of a trace in order. For one thread; who opened it closes it. */
public interface TraceReader extends Closeable {
    /**
     * The next event, or {@code null} at the end.
     *
     * @throws TraceFormatException if the trace is not of its format; the message names the file and the line
     */
    @Nullable
    TraceEvent next() throws IOException;
}
