package dev.kvc.store.internal.jfr;

import dev.kvc.store.MissReason;
import dev.kvc.store.Snapshot;

/** A load under way. One that ends without having found or missed anything has failed. */
public interface LoadSpan extends AutoCloseable {
    /** Nobody records it. */
    LoadSpan NONE = new LoadSpan() {};

    /** It found its snapshot. */
    default void found(Snapshot snapshot) {}

    /** It did not. */
    default void missed(MissReason reason) {}

    /** It has ended. */
    @Override
    default void close() {}
}
