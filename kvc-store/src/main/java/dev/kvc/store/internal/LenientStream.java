package dev.kvc.store.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** Streams of stores that fail half-way. */
public final class LenientStream {
    private LenientStream() {}

    /**
     * What {@code source} gives until it fails; closing it closes {@code source}. The failure goes to
     * {@code onFailure}.
     */
    public static <T> Stream<T> of(Stream<T> source, Consumer<IOException> onFailure) {
        Iterator<T> elements = new UntilFailure<>(source.iterator(), onFailure);
        return StreamSupport.stream(
                        Spliterators.spliteratorUnknownSize(elements, Spliterator.NONNULL | Spliterator.ORDERED), false)
                .onClose(() -> {
                    try {
                        source.close();
                    } catch (UncheckedIOException e) {
                        onFailure.accept(e.getCause());
                    }
                });
    }

    private static final class UntilFailure<T> implements Iterator<T> {
        private final Iterator<T> source;
        private final Consumer<IOException> onFailure;
        private @Nullable T next;
        private boolean ended;

        UntilFailure(Iterator<T> source, Consumer<IOException> onFailure) {
            this.source = source;
            this.onFailure = onFailure;
        }

        @Override
        public boolean hasNext() {
            if (next == null && !ended) {
                try {
                    next = source.hasNext() ? source.next() : null;
                } catch (UncheckedIOException e) {
                    onFailure.accept(e.getCause());
                }
                ended = next == null;
            }
            return next != null;
        }

        @Override
        public T next() {
            if (!hasNext() || next == null) {
                throw new NoSuchElementException();
            }
            T element = next;
            next = null;
            return element;
        }
    }
}
