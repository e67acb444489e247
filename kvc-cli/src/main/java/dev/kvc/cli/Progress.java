package dev.kvc.cli;

import dev.kvc.cli.text.Units;
import java.io.PrintStream;

/** One line that says how far long work is, written over itself on a terminal; nothing anywhere else. */
final class Progress implements AutoCloseable {
    private static final long INTERVAL_NANOS = 100_000_000;
    private static final String ERASE = "\r\u001b[K";

    private final PrintStream err;
    private final boolean isShown;
    private final String what;
    private long lastNanos = System.nanoTime() - INTERVAL_NANOS;
    private boolean isDirty;

    /** Progress of {@code what}, such as {@code verifying}. */
    Progress(Terminal terminal, String what) {
        err = terminal.err();
        isShown = terminal.showsProgress();
        this.what = what;
    }

    /** So many files have been done. */
    void at(long files, long bytes) {
        long now = System.nanoTime();
        if (isShown && now - lastNanos >= INTERVAL_NANOS) {
            lastNanos = now;
            isDirty = true;
            err.print(ERASE + what + ": " + Units.count(files, "file") + ", " + Units.size(bytes));
            err.flush();
        }
    }

    /** Clears the line. */
    @Override
    public void close() {
        if (isDirty) {
            err.print(ERASE);
            err.flush();
        }
    }
}
