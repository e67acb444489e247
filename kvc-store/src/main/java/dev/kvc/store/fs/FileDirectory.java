package dev.kvc.store.fs;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One directory, in which many files are to be looked at, read or removed. Where the platform can, it is open: then
 * each of them is found in it without a walk along its path, and none in a directory, or behind a link, that has taken
 * its place. Elsewhere they are found by their paths. Safe from any thread; who opened it closes it.
 */
final class FileDirectory implements Closeable {
    private static final Set<OpenOption> READ = Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);

    private final Path path;
    private final boolean isThere;
    private final @Nullable DirectoryStream<Path> names;
    private final @Nullable SecureDirectoryStream<Path> open;

    private FileDirectory(Path path, boolean isThere, @Nullable DirectoryStream<Path> names) {
        this.path = path;
        this.isThere = isThere;
        this.names = names;
        this.open = names instanceof SecureDirectoryStream<Path> secure ? secure : null;
    }

    /**
     * Opens a directory.
     *
     * @param expected what its name was found to be; no link
     * @throws NotDirectoryException if it is not that any more
     * @throws IOException if it is not there, or may not be read
     */
    @SuppressWarnings("StreamResourceLeak") // it is closed with the directory
    static FileDirectory open(Path path, FileStat expected) throws IOException {
        FileDirectory directory = new FileDirectory(path, true, Files.newDirectoryStream(path));
        boolean isThat = false;
        try {
            isThat = directory.isStill(expected);
            if (!isThat) {
                throw new NotDirectoryException(path + " has been replaced");
            }
            return directory;
        } finally {
            if (!isThat) {
                directory.close();
            }
        }
    }

    /** A directory that is not held open. */
    static FileDirectory at(Path path) {
        return new FileDirectory(path, true, null);
    }

    /** A directory that is not there, or not to be entered: it has no files. */
    static FileDirectory none(Path path) {
        return new FileDirectory(path, false, null);
    }

    private boolean isStill(FileStat expected) throws IOException {
        BasicFileAttributeView view = open == null ? null : open.getFileAttributeView(BasicFileAttributeView.class);
        return view == null || FileStat.of(view.readAttributes()).isSameDirectory(expected);
    }

    private Path resolve(String name) {
        return path.resolve(name);
    }

    private Path name(String name) {
        return path.getFileSystem().getPath(name);
    }

    /** What the file system says of a file; {@code null} if there is none. */
    @Nullable
    FileStat stat(String name) throws IOException {
        if (open == null) {
            return isThere ? FileStat.of(resolve(name)) : null;
        }
        try {
            return FileStat.of(attributes(open, name));
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    private BasicFileAttributes attributes(SecureDirectoryStream<Path> in, String name) throws IOException {
        return in.getFileAttributeView(name(name), BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                .readAttributes();
    }

    /** Opens a file to be read. */
    FileChannel openForReading(String name) throws IOException {
        if (!isThere) {
            throw new NoSuchFileException(resolve(name).toString());
        } else if (open == null) {
            return FileChannel.open(resolve(name), READ);
        }
        SeekableByteChannel channel = open.newByteChannel(name(name), READ);
        if (channel instanceof FileChannel file) {
            return file;
        }
        channel.close();
        return FileChannel.open(resolve(name), READ);
    }

    /** Removes a file; {@code false} if there is none. */
    boolean deleteIfExists(String name) throws IOException {
        if (open == null) {
            return isThere && Files.deleteIfExists(resolve(name));
        }
        try {
            open.deleteFile(name(name));
            return true;
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    @Override
    public void close() throws IOException {
        if (names != null) {
            names.close();
        }
    }
}
