package dev.kvc.store.fs;

import dev.kvc.format.KvcCodec;
import dev.kvc.format.Namespace;
import dev.kvc.store.internal.Daemons;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads what one directory holds, once. Where it is more than a few files, a second thread reads some while the first
 * one lists the others; then both read.
 */
final class DirectoryScan {
    /** So many files are handed over at a time. */
    private static final int BATCH = 64;
    /** With so many batches waiting, the thread that lists them reads, too: paths are not piled up in memory. */
    private static final int MAX_WAITING = 16;
    /** What is handed over behind the last ones: no other batch is empty. */
    private static final List<Named> END = List.of();

    private final FileStoreSettings settings;
    private final StoreFiles files;
    private final Scanner scanner;
    private final Namespace namespace;
    private final BooleanSupplier closed;
    private final BlockingQueue<List<Named>> batches = new LinkedBlockingQueue<>();
    private List<Named> batch = new ArrayList<>(BATCH);
    private @Nullable FutureTask<List<Entry>> helper;
    private volatile boolean stopped;

    /**
     * A scan of the directory of one namespace.
     *
     * @param closed whether nobody wants to know any more; asked again and again
     */
    DirectoryScan(
            FileStoreSettings settings,
            StoreFiles files,
            Scanner scanner,
            Namespace namespace,
            BooleanSupplier closed) {
        this.settings = settings;
        this.files = files;
        this.scanner = scanner;
        this.namespace = namespace;
        this.closed = closed;
    }

    private record Named(FileNames.Parsed name, Path fileName) {}

    /**
     * What a directory holds.
     *
     * @param listing the names
     * @param entries of the files that are named as snapshots, or as snapshots set aside; in few runs by
     *     {@linkplain Entry#byUse use}
     */
    record Result(Scanner.Listing listing, List<Entry> entries) {}

    /** Reads it all. */
    Result run() throws IOException {
        try (Reader reader = new Reader()) {
            Scanner.Listing listing = list(reader);
            List<Entry> entries = reader.readAll();
            if (helper != null) {
                entries.addAll(await(helper));
            }
            if (closed.getAsBoolean()) {
                throw new IOException(files.root() + " was closed while it was being read");
            }
            return new Result(listing, entries);
        } finally {
            stopped = true;
            batches.add(END); // for a helper that waits for more, where this thread has failed
        }
    }

    private Scanner.Listing list(Reader reader) throws IOException {
        try {
            Scanner.Listing listing =
                    scanner.list(namespace, (name, fileName) -> add(new Named(name, fileName), reader));
            if (!batch.isEmpty()) {
                batches.add(batch);
            }
            batches.add(END);
            return listing;
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private void add(Named file, Reader reader) {
        batch.add(file);
        if (batch.size() < BATCH) {
            return;
        }
        if (helper == null) {
            helper = new FutureTask<>(this::help);
            Daemons.thread("kvc-scan-helper", helper).start();
        }
        if (batches.size() < MAX_WAITING) {
            batches.add(batch);
            batch = new ArrayList<>(BATCH);
        } else {
            readNow(reader);
            batch.clear();
        }
    }

    private void readNow(Reader reader) {
        try {
            reader.read(batch);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<Entry> help() throws IOException {
        try (Reader reader = new Reader()) {
            return reader.readAll();
        } catch (IOException | RuntimeException | Error e) {
            stopped = true;
            throw e;
        }
    }

    /** Reads files, in one thread. */
    private final class Reader implements AutoCloseable {
        private final ByteBuffer buffer = ByteBuffer.allocateDirect(KvcCodec.FIXED_BYTES);
        private final List<Entry> entries = new ArrayList<>();
        /** Opened when it is needed, and so after the directory's time has been read. */
        private @Nullable FileDirectory directory;

        /** Reads until there are no more. */
        List<Entry> readAll() throws IOException {
            for (List<Named> some = take(); !some.isEmpty(); some = take()) {
                read(some);
            }
            batches.add(END); // for the other thread
            entries.sort(Entry.byUse(settings.nowUnix()));
            return entries;
        }

        void read(List<Named> some) throws IOException {
            if (directory == null) {
                directory = FileDirectory.open(files, namespace);
            }
            for (Named file : some) {
                Entry entry = isStopped() ? null : read(directory, file);
                if (entry != null) {
                    entries.add(entry);
                }
            }
        }

        private @Nullable Entry read(FileDirectory where, Named file) throws IOException {
            try {
                return scanner.entry(where, file.fileName, namespace, file.name, buffer);
            } catch (IOException e) {
                throw new IOException(files.directory(namespace).resolve(file.fileName) + " could not be read", e);
            }
        }

        @Override
        public void close() {
            if (directory != null) {
                directory.close();
            }
        }
    }

    private boolean isStopped() {
        return stopped || closed.getAsBoolean();
    }

    private List<Named> take() throws IOException {
        try {
            return batches.take();
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private List<Entry> await(FutureTask<List<Entry>> helper) throws IOException {
        try {
            return helper.get();
        } catch (InterruptedException e) {
            throw interrupted(e);
        } catch (ExecutionException e) {
            throw new IOException(files.directory(namespace) + " could not be read", e.getCause());
        }
    }

    private static IOException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new IOException("interrupted while a directory was being read", e);
    }
}
