package dev.kvc.faultfs;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What all paths and channels of one faulty file system share: each operation asks it before it is done.
 *
 * <p>Faults strike outside the lock, since they may block. Changes are made under it, so that none reaches the disk
 * once the world has stopped, and what is remembered of them is in their order.
 */
final class World {
    private static final int TRACE_LENGTH = 1_000;

    private final Path real;
    private final List<Fault> faults = new CopyOnWriteArrayList<>();
    private final Map<Operation, Long> counts = new EnumMap<>(Operation.class);
    private final Deque<String> trace = new ArrayDeque<>();
    private final Map<Closeable, OpenFile> open = new LinkedHashMap<>();
    private long changesLeft = Long.MAX_VALUE;
    private long spaceLimit = Long.MAX_VALUE;
    private boolean stopped;
    private @Nullable Unflushed unflushed;

    World(Path real) {
        this.real = real;
    }

    /** Something that may be done, or not. */
    @FunctionalInterface
    interface Step {
        void run() throws IOException;
    }

    /** The same, with a result. */
    @FunctionalInterface
    interface Action<T extends @Nullable Object> {
        T run() throws IOException;
    }

    /** Counts an operation and lets faults strike; returns one that wants a part of a write to be done. */
    @Nullable
    Fault before(Operation operation, Path path) throws IOException {
        synchronized (this) {
            requireRunning(operation, path);
            if (operation.isChange() && changesLeft-- <= 0) {
                stop();
                requireRunning(operation, path);
            }
            counts.merge(operation, 1L, Long::sum);
            if (trace.size() == TRACE_LENGTH) {
                trace.remove();
            }
            trace.add(operation + " " + path);
        }
        for (Fault fault : faults) {
            if (fault.wantsPart(operation, path)) {
                return fault;
            }
        }
        return null;
    }

    /** Does something that changes nothing. */
    <T extends @Nullable Object> T read(Operation operation, Path path, Action<T> action) throws IOException {
        before(operation, path);
        return action.run();
    }

    /** Changes something. */
    void change(Operation operation, Path path, Step step) throws IOException {
        before(operation, path);
        synchronized (this) {
            requireRunning(operation, path);
            step.run();
        }
    }

    /** Changes something that was asked for already. */
    synchronized <T extends @Nullable Object> T locked(Operation operation, Path path, Action<T> action)
            throws IOException {
        requireRunning(operation, path);
        return action.run();
    }

    private void requireRunning(Operation operation, Path path) throws StoppedException {
        if (stopped) {
            throw new StoppedException(operation + " " + path);
        }
    }

    /** What is remembered for a power cut; {@code null} if nothing is. Under the lock. */
    @Nullable
    Unflushed unflushed() {
        return unflushed;
    }

    synchronized void rememberUnflushed() {
        if (unflushed == null) {
            unflushed = new Unflushed();
        }
    }

    List<Fault> faults() {
        return faults;
    }

    synchronized long count(Operation operation) {
        return counts.getOrDefault(operation, 0L);
    }

    synchronized long changes() {
        return counts.entrySet().stream()
                .filter(entry -> entry.getKey().isChange())
                .mapToLong(Map.Entry::getValue)
                .sum();
    }

    synchronized List<String> trace() {
        return List.copyOf(trace);
    }

    // The end of the world

    synchronized void stopAfter(long changes) {
        changesLeft = changes;
    }

    synchronized boolean isStopped() {
        return stopped;
    }

    /** Closes what is open, as the end of a process does: so its locks are released too. */
    synchronized void stop() {
        stopped = true;
        for (Closeable each : List.copyOf(open.keySet())) {
            try {
                each.close();
            } catch (IOException e) {
                throw new IllegalStateException(open.get(each) + " cannot be closed", e);
            }
        }
        open.clear();
    }

    synchronized List<String> cut(PowerCut powerCut) throws IOException {
        if (unflushed == null) {
            throw new IllegalStateException("what is not flushed is not remembered: call rememberUnflushed() first");
        }
        stop();
        return unflushed.cut(powerCut);
    }

    // Files that are open

    synchronized void opened(Closeable each, Path path) {
        open.put(each, new OpenFile(path, new Throwable(path + " was opened here")));
    }

    synchronized void closed(Closeable each) {
        open.remove(each);
    }

    synchronized List<OpenFile> openFiles() {
        return new ArrayList<>(open.values());
    }

    // Space

    synchronized void limitSpace(long bytes) {
        spaceLimit = bytes;
    }

    synchronized boolean isLimited() {
        return spaceLimit != Long.MAX_VALUE;
    }

    /** The bytes by which files may still grow. */
    synchronized long freeSpace() throws IOException {
        return isLimited() ? Math.max(0, spaceLimit - usedSpace()) : Long.MAX_VALUE;
    }

    /** Throws if files may not grow by so much. */
    void requireSpace(Path path, long bytes) throws IOException {
        if (bytes > freeSpace()) {
            throw noSpace(path);
        }
    }

    static IOException noSpace(Path path) {
        return new FileSystemException(path.toString(), null, "No space left on device");
    }

    private long usedSpace() throws IOException {
        if (!Files.exists(real)) {
            return 0;
        }
        long bytes = 0;
        try (Stream<Path> files = Files.walk(real)) {
            for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
                bytes += size(file);
            }
        }
        return bytes;
    }

    private static long size(Path file) throws IOException {
        try {
            return Files.size(file);
        } catch (NoSuchFileException e) {
            return 0; // gone since it was listed
        }
    }
}
