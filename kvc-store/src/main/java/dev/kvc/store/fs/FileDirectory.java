package dev.kvc.store.fs;

import dev.kvc.format.Namespace;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.attribute.BasicFileAttributeView;
import org.jspecify.annotations.Nullable;

/**
 * The directory of a namespace, for who has to do with many of its files. Where it can be held open, each file is found
 * in it without a walk along its path, and none in a directory, or behind a link, that has taken its place; if it is
 * moved meanwhile, so are its files. Where it cannot, or is not there, files are found by their paths. Safe from any
 * thread; who opened it closes it.
 */
final class FileDirectory implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger("dev.kvc.store.fs");

    private final StoreFiles files;
    private final Path path;
    private final @Nullable SecureDirectoryStream<Path> open;

    private FileDirectory(StoreFiles files, Path path, @Nullable SecureDirectoryStream<Path> open) {
        this.files = files;
        this.path = path;
        this.open = open;
    }

    /** Opens the directory of a namespace. */
    static FileDirectory open(StoreFiles files, Namespace namespace) {
        Path path = files.directory(namespace);
        try {
            FileStat stat = files.directoryStat(namespace);
            return new FileDirectory(files, path, stat != null && stat.isDirectory() ? tryOpen(path, stat) : null);
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, () -> path + " cannot be opened; its files are found by their paths", e);
            return new FileDirectory(files, path, null);
        }
    }

    /** The same, not held open: for who has to do with one of its files. */
    static FileDirectory byPath(StoreFiles files, Namespace namespace) {
        return new FileDirectory(files, files.directory(namespace), null);
    }

    /** {@code null} if it cannot be held open here, or is not the one that was looked at any more. */
    @SuppressWarnings("StreamResourceLeak") // what is found is closed with the directory
    private static @Nullable SecureDirectoryStream<Path> tryOpen(Path path, FileStat expected) throws IOException {
        DirectoryStream<Path> names = Files.newDirectoryStream(path);
        @Nullable SecureDirectoryStream<Path> found = null;
        try {
            if (names instanceof SecureDirectoryStream<Path> secure && isStill(secure, expected)) {
                found = secure;
            }
            return found;
        } finally {
            if (found == null) {
                names.close();
            }
        }
    }

    private static boolean isStill(SecureDirectoryStream<Path> open, FileStat expected) throws IOException {
        return FileStat.of(
                        open.getFileAttributeView(BasicFileAttributeView.class).readAttributes())
                .isSameDirectory(expected);
    }

    /** Whether it is held open. */
    boolean isHeld() {
        return open != null;
    }

    /** A name in it, as the file system has it. */
    Path name(String name) {
        return path.getFileSystem().getPath(name);
    }

    /**
     * What the file system says of a file; {@code null} if there is none.
     *
     * @param name its {@linkplain #name name}
     */
    @Nullable
    FileStat stat(Path name) throws IOException {
        if (open == null) {
            return files.stat(path.resolve(name));
        }
        try {
            return FileStat.of(open.getFileAttributeView(name, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                    .readAttributes());
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    /** Opens a file to be read; the caller closes it. */
    FileChannel openForReading(Path name) throws IOException {
        if (open == null) {
            return files.openForReading(path.resolve(name));
        }
        SeekableByteChannel channel = open.newByteChannel(name, StoreFiles.READ);
        if (channel instanceof FileChannel file) {
            return file;
        }
        channel.close();
        throw new IOException(path.resolve(name) + " is opened as " + channel.getClass() + ", which is no FileChannel");
    }

    /** Removes a file; {@code false} if there is none. */
    boolean deleteIfExists(Path name) throws IOException {
        if (open == null) {
            return Files.deleteIfExists(path.resolve(name));
        }
        try {
            open.deleteFile(name);
            return true;
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    @Override
    public void close() {
        try {
            if (open != null) {
                open.close();
            }
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, () -> path + " cannot be closed", e);
        }
    }
}
