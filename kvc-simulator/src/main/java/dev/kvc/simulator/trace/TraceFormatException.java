package dev.kvc.simulator.trace;

import java.io.IOException;

/** A trace is not of its format. The message, of one line, names the file, the line, and what was expected there. */
public final class TraceFormatException extends IOException {
    private static final long serialVersionUID = 1;

    /** With that message. */
    public TraceFormatException(String message) {
        super(message);
    }
}
