package dev.kvc.cli;

import dev.kvc.cli.DirectoryWatch.Change;
import dev.kvc.cli.DirectoryWatch.Event;
import dev.kvc.cli.text.Units;
import dev.kvc.format.KvcFormatException;
import dev.kvc.format.KvcHeader;
import dev.kvc.store.KvStore;
import dev.kvc.store.SnapshotInfo;
import dev.kvc.store.fs.FileSystemKvStore;
import dev.kvc.store.trace.TraceWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Writes what a {@link DirectoryWatch} sees as a trace. For one thread. */
final class Recorder {
    private final TraceWriter trace;
    private final DirectoryWatch watch = new DirectoryWatch();
    private long saves;
    private long hits;

    Recorder(TraceWriter trace) {
        this.trace = trace;
    }

    /**
     * Looks at a directory.
     *
     * @param store has just been opened, so that it knows what is there now
     * @param namespaces views of it
     */
    void look(FileSystemKvStore store, List<KvStore> namespaces, long nowMillis) throws IOException {
        List<SnapshotInfo> found = new ArrayList<>();
        for (KvStore namespace : namespaces) {
            try (Stream<SnapshotInfo> all = namespace.list()) {
                all.forEach(found::add);
            }
        }
        for (Change change : watch.look(found, nowMillis)) {
            write(store, change);
        }
        trace.flush();
    }

    private void write(FileSystemKvStore store, Change change) throws IOException {
        SnapshotInfo info = change.snapshot();
        Optional<Path> path = ((FileSystemKvStore) store.in(info.id().namespace())).file(info.key());
        if (path.isEmpty()) {
            return; // removed meanwhile
        }
        try (SnapshotFile file = SnapshotFile.open(path.get())) {
            write(change, file.text());
        } catch (NoSuchFileException | KvcFormatException e) {
            // removed meanwhile, or damaged: nobody can have hit it
        }
    }

    private void write(Change change, ByteBuffer text) throws IOException {
        SnapshotInfo info = change.snapshot();
        KvcHeader header = info.header();
        long[] path = trace.path(text);
        if (change.event() != Event.SAVED) {
            boolean hit = change.event() == Event.HIT;
            trace.lookup(
                    change.atMillis(),
                    info.id().namespace(),
                    text.remaining(),
                    header.tokenCount(),
                    path,
                    hit ? info.id() : null);
            hits += hit ? 1 : 0;
        }
        if (change.event() != Event.HIT) {
            trace.save(
                    change.atMillis(),
                    info.id(),
                    text.remaining(),
                    header.tokenCount(),
                    path,
                    info.storedBytes(),
                    header.saveReason(),
                    header.modelId());
            saves++;
        }
    }

    /** {@code 3 saves, 1 hit, 0 removals}. */
    String summary() {
        return Units.count(saves, "save") + ", " + Units.count(hits, "hit") + ", "
                + Units.count(watch.removals(), "removal");
    }
}
