package dev.kvc.store.fs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What the file system says of a name, symbolic links not followed.
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

    /** {@code null} if nothing has that name. */
    static @Nullable FileStat of(Path path) throws IOException {
        return read(path, LinkOption.NOFOLLOW_LINKS);
    }

    /** The same of what a link leads to, where the name is one. */
    static @Nullable FileStat following(Path path) throws IOException {
        return read(path);
    }

    private static @Nullable FileStat read(Path path, LinkOption... options) throws IOException {
        try {
            BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class, options);
            return new FileStat(
                    attributes.isRegularFile(),
                    attributes.isDirectory(),
                    attributes.size(),
                    attributes.lastModifiedTime().toMillis(),
                    attributes.fileKey());
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    /** The file key in four bytes, for an index of many files. */
    int identity() {
        return Objects.hashCode(fileKey);
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
