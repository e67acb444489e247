package dev.kvc.store.fs;

import java.io.IOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.spi.FileSystemProvider;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What the file system says of a name, symbolic links not followed.
 *
 * <p>That nothing has a name is what a cache hears often. From Java 20 on it is told without an exception, which takes
 * several times as long as the look, by a method that is found by its name, since what is compiled for 17 cannot call
 * it.
 *
 * @param isRegular whether it is a regular file: no directory, link, pipe or device
 * @param isDirectory whether it is a directory, and no link to one
 * @param size its length in bytes
 * @param modifiedMillis when its contents last changed
 * @param fileKey tells files apart that have had the same name, such as device and inode; {@code null} where the file
 *     system has none
 */
record FileStat(
        boolean isRegular,
        boolean isDirectory,
        long size,
        long modifiedMillis,
        @Nullable Object fileKey) {

    /** The first version that tells of what is not there without an exception. */
    private static final int IF_EXISTS_SINCE = 20;

    /** {@code (FileSystemProvider, Path, LinkOption[]) -> BasicFileAttributes}; {@code null} before that. */
    private static final @Nullable MethodHandle READ_IF_EXISTS =
            Runtime.version().feature() < IF_EXISTS_SINCE ? null : findReadIfExists();

    /** {@code null} if nothing has that name. */
    static @Nullable FileStat of(Path path) throws IOException {
        return read(path, LinkOption.NOFOLLOW_LINKS);
    }

    /** The same of what a link leads to, where the name is one. */
    static @Nullable FileStat following(Path path) throws IOException {
        return read(path);
    }

    private static @Nullable FileStat read(Path path, LinkOption... options) throws IOException {
        @Nullable
        BasicFileAttributes attributes =
                READ_IF_EXISTS == null ? tryToRead(path, options) : readIfExists(READ_IF_EXISTS, path, options);
        return attributes == null ? null : of(attributes);
    }

    static FileStat of(BasicFileAttributes attributes) {
        return new FileStat(
                attributes.isRegularFile(),
                attributes.isDirectory(),
                attributes.size(),
                attributes.lastModifiedTime().toMillis(),
                attributes.fileKey());
    }

    private static @Nullable BasicFileAttributes tryToRead(Path path, LinkOption... options) throws IOException {
        try {
            return Files.readAttributes(path, BasicFileAttributes.class, options);
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    private static @Nullable BasicFileAttributes readIfExists(MethodHandle read, Path path, LinkOption... options)
            throws IOException {
        try {
            return (BasicFileAttributes) read.invokeExact(path.getFileSystem().provider(), path, options);
        } catch (IOException | RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(path + " could not be looked at", e);
        }
    }

    private static MethodHandle findReadIfExists() {
        try {
            MethodHandle read = MethodHandles.publicLookup()
                    .findVirtual(
                            FileSystemProvider.class,
                            "readAttributesIfExists",
                            MethodType.methodType(
                                    BasicFileAttributes.class, Path.class, Class.class, LinkOption[].class));
            return MethodHandles.insertArguments(read.asFixedArity(), 2, BasicFileAttributes.class);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("Java " + Runtime.version() + " reads attributes of what exists", e);
        }
    }

    /** The file key in four bytes, for an index of many files. */
    int shortKey() {
        return Objects.hashCode(fileKey);
    }

    FileIdentity identity() {
        return new FileIdentity(size, shortKey());
    }

    /** Whether this is the same directory. */
    boolean isSameDirectory(FileStat other) {
        return isDirectory && other.isDirectory && Objects.equals(fileKey, other.fileKey);
    }

    /** Whether this is the same file with the same length. Times do not count: every hit moves them. */
    boolean isSameFile(@Nullable FileStat other) {
        return other != null
                && isRegular
                && other.isRegular
                && size == other.size
                && Objects.equals(fileKey, other.fileKey);
    }
}
