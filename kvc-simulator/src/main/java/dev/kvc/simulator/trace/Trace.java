package dev.kvc.simulator.trace;

import java.io.IOException;

/** Traffic that can be replayed, from the beginning, any number of times. Safe from any thread. */
public interface Trace {
    /** What to call it in a report. */
    String name();

    /** A reader at the beginning. */
    TraceReader open() throws IOException;
}
