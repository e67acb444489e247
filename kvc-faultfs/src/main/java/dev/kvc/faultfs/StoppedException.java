package dev.kvc.faultfs;

import java.io.IOException;

/** The world has stopped: nothing reaches the disk any more. */
final class StoppedException extends IOException {
    private static final long serialVersionUID = 1L;

    StoppedException(String what) {
        super(what + ": the world has stopped");
    }
}
