package dev.kvc.redis;

import java.nio.file.NoSuchFileException;

/** A part is not there: it was evicted, or the snapshot has been replaced or removed. */
final class MissingPartException extends NoSuchFileException {
    private static final long serialVersionUID = 1L;

    MissingPartException(String message) {
        super(message);
    }
}
