package dev.kvc.store.internal.jfr;

import dev.kvc.store.SaveResult;

/** A save under way. One that ends without a result has failed. */
public interface SaveSpan extends AutoCloseable {
    /** Nobody records it. */
    SaveSpan NONE = new SaveSpan() {};

    /** How it ended; returns the same. */
    default SaveResult ended(SaveResult result) {
        return result;
    }

    /** It has ended. */
    @Override
    default void close() {}
}
