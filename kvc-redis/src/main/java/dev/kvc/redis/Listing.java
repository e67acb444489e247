package dev.kvc.redis;

import dev.kvc.store.SnapshotInfo;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** Snapshots a page at a time, each once. The first page is read at once, the others when they are reached. */
final class Listing implements Iterator<SnapshotInfo> {
    private final Pages pages;
    private final Set<String> seen = new HashSet<>();
    private final Deque<SnapshotInfo> next = new ArrayDeque<>();
    private boolean ended;
    private String cursor = "0";

    /** Reads pages. */
    @FunctionalInterface
    interface Pages {
        Catalog.Page read(String cursor) throws IOException;
    }

    private Listing(Pages pages) {
        this.pages = pages;
    }

    static Stream<SnapshotInfo> of(Pages pages) throws IOException {
        Listing listing = new Listing(pages);
        listing.readPage();
        return StreamSupport.stream(
                Spliterators.spliteratorUnknownSize(listing, Spliterator.DISTINCT | Spliterator.NONNULL), false);
    }

    private void readPage() throws IOException {
        Catalog.Page page = pages.read(cursor);
        page.present().stream().filter(info -> seen.add(info.key().hex())).forEach(next::add);
        cursor = page.cursor();
        ended = page.isLast();
    }

    @Override
    public boolean hasNext() {
        while (next.isEmpty() && !ended) {
            try {
                readPage();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return !next.isEmpty();
    }

    @Override
    public SnapshotInfo next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        return next.remove();
    }
}
