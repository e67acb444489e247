package dev.kvc.store.fs;

import java.nio.file.Path;
import java.util.List;

/**
 * What a store found in its directory when it was opened.
 *
 * @param snapshots how many snapshots it can serve
 * @param bytes bytes in the directory, everything that counts against the budget included
 * @param unreadable files named as snapshots whose header cannot be read; the first to be evicted
 * @param otherVersions files named as snapshots that another version of the format may read; evicted next
 * @param setAside files set aside earlier as damaged or rejected; the first to be evicted too
 * @param removedTemporaries temporaries of dead writers, which were removed: nothing else is removed at open
 * @param otherFiles files that are none of ours: counted, never deleted
 */
public record OpenReport(
        long snapshots,
        long bytes,
        int unreadable,
        int otherVersions,
        int setAside,
        List<Path> removedTemporaries,
        List<Path> otherFiles) {
    /** Copies both lists. */
    public OpenReport {
        removedTemporaries = List.copyOf(removedTemporaries);
        otherFiles = List.copyOf(otherFiles);
    }
}
