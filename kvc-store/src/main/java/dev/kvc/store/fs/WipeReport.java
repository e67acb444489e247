package dev.kvc.store.fs;

import java.nio.file.Path;
import java.util.List;

/**
 * What {@link FileSystemKvStore#wipe} overwrote and deleted, or would.
 *
 * @param files the files
 * @param bytes their bytes
 * @param live temporaries that their writers are still at, which stay: wipe again when they have ended
 */
public record WipeReport(List<Path> files, long bytes, List<Path> live) {
    /** Copies both lists. */
    public WipeReport {
        files = List.copyOf(files);
        live = List.copyOf(live);
    }
}
