package dev.kvc.store.fs;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Removes temporaries whose writers are dead: those named in our way that nobody has locked, and those of other writers
 * that nobody has touched for an hour.
 */
final class Sweeper {
    private static final System.Logger LOG = System.getLogger("dev.kvc.store.fs");
    private static final Duration OTHERS_LIFE = Duration.ofHours(1);

    private final StoreFiles files;
    private final SharedDirectory shared;
    private final Refresher refresher;
    private final InstantSource clock;

    Sweeper(StoreFiles files, SharedDirectory shared, Refresher refresher, InstantSource clock) {
        this.files = files;
        this.shared = shared;
        this.refresher = refresher;
        this.clock = clock;
    }

    /** Removes the dead among those that the last listing saw; returns their paths. */
    List<Path> sweep() {
        List<Path> removed = new ArrayList<>();
        for (Path temporary : refresher.temporaries()) {
            try {
                @Nullable FileStat stat = files.stat(temporary);
                if (stat == null) {
                    refresher.swept(temporary); // by its writer, who has given it its name or removed it
                } else if (stat.isRegular() && removeIfDead(temporary, stat)) {
                    refresher.swept(temporary);
                    removed.add(temporary);
                }
            } catch (IOException e) {
                LOG.log(System.Logger.Level.WARNING, () -> "cannot remove the dead temporary " + temporary, e);
            }
        }
        return removed;
    }

    /** The dead among those that the last listing saw. */
    List<Refresher.Other> dead() throws IOException {
        List<Refresher.Other> dead = new ArrayList<>();
        for (Path temporary : refresher.temporaries()) {
            @Nullable FileStat stat = files.stat(temporary);
            if (stat != null && stat.isRegular() && isDead(temporary, stat)) {
                dead.add(new Refresher.Other(temporary, stat.size()));
            }
        }
        return dead;
    }

    /** Removes a temporary, a regular file, if its writer is dead, and says whether it did. */
    boolean removeIfDead(Path temporary, FileStat stat) throws IOException {
        return ifDead(temporary, stat, Files::deleteIfExists);
    }

    /** Whether the writer of a temporary, a regular file, is dead. */
    boolean isDead(Path temporary, FileStat stat) throws IOException {
        return ifDead(temporary, stat, dead -> true);
    }

    @FunctionalInterface
    private interface Action {
        boolean on(Path dead) throws IOException;
    }

    private boolean ifDead(Path temporary, FileStat stat, Action action) throws IOException {
        String name = String.valueOf(temporary.getFileName());
        if (FileNames.parse(name).kind() == FileNames.Kind.OUR_TEMPORARY) {
            return ifUnlocked(temporary, action);
        }
        return clock.millis() - stat.modifiedMillis() > OTHERS_LIFE.toMillis() && action.on(temporary);
    }

    /**
     * Acts under the writer's lock, so that a writer that has just made the file and not yet locked it notices. Never
     * opens what this process writes: closing that would release its lock.
     */
    private boolean ifUnlocked(Path temporary, Action action) throws IOException {
        if (shared.liveTemporaries().contains(temporary)) {
            return false;
        }
        try {
            return ifUnlocked(files.openFile(temporary), temporary, action);
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    private static boolean ifUnlocked(StoreFiles.Opened opened, Path temporary, Action action) throws IOException {
        try (FileChannel channel = opened.channel()) {
            return SharedDirectory.tryLock(channel, !opened.writable()) != null && action.on(temporary);
        }
    }
}
