package dev.kvc.store.fs;

import dev.kvc.eviction.SnapshotId;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A file under a temporary name that its writer holds locked, so that others can tell it from one whose writer died.
 *
 * <p>Between the moment it is made and the moment it is locked, a sweep of another process may take it for dead. So the
 * writer looks whether it is still there when it has the lock, and otherwise begins again.
 */
final class Temporary implements AutoCloseable {
    private static final int ATTEMPTS = 16;

    private final SharedDirectory shared;
    private final Path path;
    private final FileChannel channel;
    private final int unit;
    private @Nullable FileStat stat;
    private boolean published;

    private Temporary(SharedDirectory shared, Path path, StoreFiles.Created file) {
        this.shared = shared;
        this.path = path;
        this.channel = file.channel();
        this.unit = file.unit();
    }

    /**
     * Makes and locks one for the file of a snapshot.
     *
     * @param pastCache whether what is written need not stay in the page cache
     */
    static Temporary create(StoreFiles files, SharedDirectory shared, SnapshotId id, boolean pastCache)
            throws IOException {
        Path directory = files.directory(id.namespace());
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Path path = directory.resolve(FileNames.temporary(id.key()));
            @Nullable Temporary temporary = tryCreate(files, shared, path, pastCache);
            if (temporary != null) {
                return temporary;
            }
        }
        throw new IOException(directory + ": no temporary could be made and locked in " + ATTEMPTS + " attempts");
    }

    /** Makes and locks a file; {@code null} if the name is taken, or a sweeper had it first. */
    private static @Nullable Temporary tryCreate(StoreFiles files, SharedDirectory shared, Path path, boolean pastCache)
            throws IOException {
        shared.liveTemporaries().add(path);
        Temporary temporary;
        try {
            temporary = new Temporary(shared, path, pastCache ? files.createPastCache(path) : files.create(path));
        } catch (IOException | RuntimeException e) {
            shared.liveTemporaries().remove(path);
            if (e instanceof FileAlreadyExistsException) {
                return null; // 64 random bits that are taken: try others
            }
            throw e;
        }
        boolean ours = false;
        try {
            ours = temporary.isOurs();
            return ours ? temporary : null;
        } finally {
            if (!ours) {
                temporary.close();
            }
        }
    }

    private boolean isOurs() throws IOException {
        stat = SharedDirectory.tryLock(channel) == null ? null : FileStat.of(path);
        return stat != null;
    }

    FileChannel channel() {
        return channel;
    }

    /** Bytes of which what is written must be a multiple, in length and in place. */
    int unit() {
        return unit;
    }

    /** What the file system said of it when it was made. Its identity stays when it is renamed. */
    FileStat stat() {
        return Objects.requireNonNull(stat, "it is ours");
    }

    /** Gives the file its final name, at once, in the place of a file that has it. */
    void publishAs(Path name) throws IOException {
        StoreFiles.rename(path, name);
        published = true;
    }

    /** Closes the file, and removes it unless it was published. */
    @Override
    public void close() throws IOException {
        try {
            channel.close();
        } finally {
            removeUnlessPublished();
        }
    }

    /** From now on it is a file like any other; where it cannot be removed, it is counted, and swept later. */
    private void removeUnlessPublished() throws IOException {
        try {
            if (!published) {
                Files.deleteIfExists(path);
            }
        } finally {
            shared.liveTemporaries().remove(path);
        }
    }
}
