package dev.kvc.guice;

import java.io.Closeable;
import java.io.IOException;

/** Closes several things although some of them fail. */
final class Closing {
    private Closing() {}

    /** Closes all in order; the first failure is thrown, with the later ones suppressed in it. */
    static void all(Iterable<? extends Closeable> closeables) throws IOException {
        Exception first = null;
        for (Closeable closeable : closeables) {
            try {
                closeable.close();
            } catch (IOException | RuntimeException e) {
                if (first == null) {
                    first = e;
                } else {
                    first.addSuppressed(e);
                }
            }
        }
        if (first instanceof IOException io) {
            throw io;
        }
        if (first instanceof RuntimeException unchecked) {
            throw unchecked;
        }
    }

    /** Closes all in order because of {@code cause}, in which every failure is suppressed. */
    static void suppressed(Iterable<? extends Closeable> closeables, Exception cause) {
        try {
            all(closeables);
        } catch (IOException | RuntimeException e) {
            cause.addSuppressed(e);
        }
    }
}
