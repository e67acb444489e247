package dev.kvc.store.internal.jfr;

/** A look at what is stored, under way. For use by one thread. */
public interface RescanSpan extends AutoCloseable {
    /** Nobody records it. */
    RescanSpan NONE = new RescanSpan() {};

    /** One directory has been listed, with so many files that are named as snapshots. */
    default void listed(int files) {}

    /** The last directory has been listed. */
    default void complete() {}

    /** It has ended. */
    @Override
    default void close() {}
}
