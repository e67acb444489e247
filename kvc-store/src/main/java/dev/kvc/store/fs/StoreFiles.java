package dev.kvc.store.fs;

import dev.kvc.eviction.SnapshotId;
import dev.kvc.format.Namespace;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The directory as files: where they are, and the few ways in which they are touched. Files and directories that we
 * make belong to their owner alone; no symbolic link inside the directory is followed.
 */
final class StoreFiles {
    private static final System.Logger LOG = System.getLogger("dev.kvc.store.fs");
    private static final Set<PosixFilePermission> OWNER_DIRECTORY = PosixFilePermissions.fromString("rwx------");
    private static final Set<PosixFilePermission> OWNER_FILE = PosixFilePermissions.fromString("rw-------");
    /** How a file is opened to be read. */
    static final Set<OpenOption> READ = Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);

    private static final Set<OpenOption> READ_WRITE =
            Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);

    private static final Set<OpenOption> CREATE_NEW =
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, StandardOpenOption.READ);
    private static final @Nullable OpenOption DIRECT = findDirect();
    private static final int PAGE_BYTES = 4096;

    private final Path root;
    private final boolean writable;
    /** Whether the name of the directory itself is known to be on the disk. */
    private volatile boolean nameIsFlushed;

    private StoreFiles(Path root, boolean writable) {
        this.root = root;
        this.writable = writable;
    }

    /**
     * Opens the directory; where it is missing, to {@linkplain OpenMode#SERVE serve} it, makes it. Its own path may
     * hold symbolic links.
     *
     * @throws IOException if it is no directory, cannot be made or is not to be, or cannot be read
     */
    static StoreFiles open(Path directory, OpenMode mode) throws IOException {
        if (!Files.exists(directory)) {
            if (mode != OpenMode.SERVE) {
                throw new NoSuchFileException(directory.toString(), null, "there is no such directory");
            }
            make(directory);
        } else if (!Files.isDirectory(directory)) {
            throw new NotDirectoryException(directory + " is not a directory; a cache directory must be one");
        } else {
            reportMode(directory);
        }
        if (!Files.isReadable(directory) || !Files.isExecutable(directory)) {
            throw new AccessDeniedException(directory.toString(), null, "the cache directory cannot be read");
        }
        return new StoreFiles(directory.toRealPath(), mode != OpenMode.READ && Files.isWritable(directory));
    }

    /** Makes a directory and those above it, and flushes their names, so that what is flushed into it can be found. */
    private static void make(Path directory) throws IOException {
        Deque<Path> missing = new ArrayDeque<>();
        for (Path path = directory.toAbsolutePath(); path != null && !Files.exists(path); path = path.getParent()) {
            missing.push(path);
        }
        Files.createDirectories(directory, attributes(directory, OWNER_DIRECTORY));
        for (Path made : missing) {
            trySyncDirectory(Objects.requireNonNull(made.getParent(), "a root exists"));
        }
    }

    /** For who has not asked for more: a directory that cannot be flushed can be used. */
    private static void trySyncDirectory(Path directory) {
        try {
            syncDirectory(directory);
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, () -> "cannot flush " + directory, e);
        }
    }

    private static void reportMode(Path directory) throws IOException {
        if (!isPosix(directory)) {
            return;
        }
        Set<PosixFilePermission> mode = Files.getPosixFilePermissions(directory);
        if (!OWNER_DIRECTORY.containsAll(mode)) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "{0} has mode {1}; snapshots hold prompts, and others may see their names: rwx------ keeps them out",
                    directory,
                    PosixFilePermissions.toString(mode));
        }
    }

    private static boolean isPosix(Path path) {
        return path.getFileSystem().supportedFileAttributeViews().contains("posix");
    }

    private static FileAttribute<?>[] attributes(Path path, Set<PosixFilePermission> permissions) {
        return isPosix(path)
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(permissions)}
                : new FileAttribute<?>[0];
    }

    Path root() {
        return root;
    }

    /** Whether files can be made and removed. If not, hits are served and not counted. */
    boolean isWritable() {
        return writable;
    }

    Path directory(Namespace namespace) {
        return namespace.isDefault() ? root : root.resolve(namespace.name());
    }

    /**
     * What the file system says of the directory of a namespace; {@code null} if there is none. The store's own may
     * have been moved, and a link be in its place.
     */
    @Nullable
    FileStat directoryStat(Namespace namespace) throws IOException {
        Path directory = directory(namespace);
        return namespace.isDefault() ? FileStat.following(directory) : FileStat.of(directory);
    }

    /** Makes the directory of a namespace where it is missing. */
    void makeDirectory(Namespace namespace) throws IOException {
        Path directory = directory(namespace);
        FileStat stat = FileStat.of(directory);
        if (stat == null) {
            make(directory);
        } else if (!stat.isDirectory() && !namespace.isDefault()) {
            throw new NotDirectoryException(directory + " is not a directory; the namespace's files go there");
        }
    }

    Path snapshot(SnapshotId id) {
        return directory(id.namespace()).resolve(FileNames.snapshot(id.key()));
    }

    Path setAside(SnapshotId id) {
        return directory(id.namespace()).resolve(FileNames.setAside(id.key()));
    }

    /** Where the snapshot of a key is: under its canonical name, unless the index knows another that is still there. */
    Path file(SnapshotId id, @Nullable Entry known) throws IOException {
        if (known == null || known.otherName == null) {
            return snapshot(id);
        }
        Path other = file(known);
        return stat(other) == null ? snapshot(id) : other;
    }

    Path file(Entry entry) {
        return directory(entry.id.namespace()).resolve(entry.fileName());
    }

    /**
     * What the file system says of a file of ours; {@code null} if there is none, or if the directory of its namespace
     * is a symbolic link or anything else: what such a name leads to is not ours to read or to remove.
     */
    @Nullable
    FileStat stat(Path file) throws IOException {
        return isWhereItSeems(file) ? FileStat.of(file) : null;
    }

    /** Whether the directory of a file of ours is one, and no link to another. */
    boolean isWhereItSeems(Path file) throws IOException {
        Path directory = file.getParent();
        if (root.equals(directory) || directory == null) {
            return true;
        }
        FileStat stat = FileStat.of(directory);
        return stat != null && stat.isDirectory();
    }

    /**
     * Which file an open one is, if {@code path} is its name still. Of one that was taken for what the index knew,
     * locks tell that: with a name that is its own, it cannot be locked a second time, and can before and after.
     *
     * @return {@code null} if that is another file's name by now, or nobody's, or may be
     */
    @Nullable
    FileIdentity identity(OpenFile file, Path path) throws IOException {
        if (!file.isBelieved() || !file.channel().isOpen()) {
            return file.identity();
        }
        FileStat stat = stat(path);
        if (stat == null || !stat.isRegular()) {
            return null;
        }
        try (FileChannel named = openForReading(path)) {
            boolean isIts = canLock(named) && isLockedWith(named, file.channel()) && canLock(named);
            return isIts && stat.isSameFile(FileStat.of(path)) ? stat.identity() : null;
        }
    }

    private static boolean canLock(FileChannel channel) throws IOException {
        try (FileLock lock = SharedDirectory.tryLock(channel, true)) {
            return lock != null;
        }
    }

    private static boolean isLockedWith(FileChannel named, FileChannel other) throws IOException {
        try (FileLock lock = SharedDirectory.tryLock(other, true)) {
            return lock != null && !canLock(named);
        }
    }

    /** Removes a file that was replaced under the canonical name, where it had another one. */
    void removeRenamed(@Nullable Entry replaced) {
        if (replaced == null || replaced.otherName == null) {
            return;
        }
        Path path = file(replaced);
        try {
            FileStat stat = stat(path);
            if (replaced.file().isOf(stat)) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, () -> path + " has been replaced and cannot be removed", e);
        }
    }

    /**
     * An open file.
     *
     * @param channel to read it, and to write it too if permitted
     * @param writable whether it is
     */
    record Opened(FileChannel channel, boolean writable) {}

    /** Opens an existing file, for writing too where that can be: it may be immutable, or mounted read-only by now. */
    Opened openFile(Path path) throws IOException {
        @Nullable FileChannel channel = tryOpenForWriting(path);
        return channel == null ? new Opened(openForReading(path), false) : new Opened(channel, true);
    }

    /**
     * Opens a file for reading and writing; {@code null} if it is not there or cannot be written. Unlike opening to
     * read, this waits for nobody if the name is a pipe's.
     */
    @Nullable
    FileChannel tryOpenForWriting(Path path) throws IOException {
        if (!writable) {
            return null;
        }
        try {
            return openForWriting(path);
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, () -> path + " cannot be opened for writing", e);
            return null;
        }
    }

    FileChannel openForReading(Path path) throws IOException {
        return FileChannel.open(path, READ);
    }

    FileChannel openForWriting(Path path) throws IOException {
        return FileChannel.open(path, READ_WRITE);
    }

    /**
     * A file that was made.
     *
     * @param unit bytes of which what is written to it must be a multiple, in length and in place
     */
    record Created(FileChannel channel, int unit) {}

    /** Makes a file that must not exist, for its owner alone. */
    Created create(Path path) throws IOException {
        return new Created(FileChannel.open(path, CREATE_NEW, attributes(path, OWNER_FILE)), 1);
    }

    /** The same; what is written does not stay in the page cache, where the file system can do without. */
    Created createPastCache(Path path) throws IOException {
        try {
            if (DIRECT == null || PAGE_BYTES % Files.getFileStore(root).getBlockSize() != 0) {
                return create(path);
            }
            Set<OpenOption> options = new HashSet<>(CREATE_NEW);
            options.add(DIRECT);
            return new Created(FileChannel.open(path, options, attributes(path, OWNER_FILE)), PAGE_BYTES);
        } catch (FileAlreadyExistsException e) {
            throw e;
        } catch (FileSystemException | UnsupportedOperationException e) {
            LOG.log(System.Logger.Level.DEBUG, () -> path + " goes through the page cache", e);
            Files.deleteIfExists(path); // it is made before it is found out
            return create(path);
        }
    }

    /** The JDK's option for direct I/O, which is no part of Java; {@code null} where there is none. */
    private static @Nullable OpenOption findDirect() {
        try {
            Class<?> options = Class.forName("com.sun.nio.file.ExtendedOpenOption");
            return Stream.of(options.getEnumConstants())
                    .filter(option -> option.toString().equals("DIRECT"))
                    .map(OpenOption.class::cast)
                    .findAny()
                    .orElse(null);
        } catch (ClassNotFoundException e) {
            LOG.log(System.Logger.Level.DEBUG, "there is no direct I/O", e);
            return null;
        }
    }

    /** Opens a file for writing, making it for its owner alone where it is missing. */
    FileChannel openOrCreate(Path path) throws IOException {
        FileStat stat = FileStat.of(path);
        if (stat != null && !stat.isRegular()) { // the open would fail too, for a link, and not say of which file
            throw new FileSystemException(
                    path.toString(), null, "is no regular file; it cannot be opened to be locked");
        }
        return FileChannel.open(
                path,
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS),
                attributes(path, OWNER_FILE));
    }

    /** Gives a file another name at once, replacing a file that has it. */
    static void rename(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /**
     * Flushes the names in a namespace to the disk, and the name of its directory: whoever made that may not have lived
     * to flush it.
     *
     * @throws IOException if the disk fails; where directories cannot be flushed, nothing is done
     */
    void syncNames(Namespace namespace) throws IOException {
        syncDirectory(directory(namespace));
        if (!namespace.isDefault()) {
            syncDirectory(root);
        }
        Path parent = root.getParent();
        if (!nameIsFlushed && parent != null) {
            syncDirectory(parent);
            nameIsFlushed = true;
        }
    }

    /** Flushes names to the disk, where the platform can: Linux and macOS do, others have no way. */
    private static void syncDirectory(Path directory) throws IOException {
        FileChannel channel;
        try {
            channel = FileChannel.open(directory, StandardOpenOption.READ);
        } catch (FileSystemException | UnsupportedOperationException e) {
            LOG.log(System.Logger.Level.DEBUG, () -> "directories cannot be flushed here: " + directory, e);
            return;
        }
        try (channel) {
            channel.force(true);
        }
    }

    /** Bytes that may still be written to the file system of the directory. */
    long usableSpace() throws IOException {
        return Files.getFileStore(root).getUsableSpace();
    }
}
