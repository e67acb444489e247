package dev.kvc.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;

/** Files about prompts, which are private: for their owner alone, and never written through a link. */
final class PrivateFile {
    private PrivateFile() {}

    /**
     * Writes a file, all at once or not at all.
     *
     * @param force whether a file that is there is replaced
     * @throws CommandException if one is there and may not be, or what is there is no file
     */
    static void write(Path file, String content, boolean force) throws IOException, CommandException {
        requireFree(file, force);
        Path directory = Objects.requireNonNullElse(file.toAbsolutePath().getParent(), file);
        Path temporary = directory.resolve("." + UUID.randomUUID() + ".tmp");
        try {
            try (OutputStream out = create(temporary)) {
                out.write(content.getBytes(StandardCharsets.UTF_8));
            }
            if (force) {
                Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
            } else {
                publish(temporary, file);
            }
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    /** Says so before long work is done for nothing. */
    static void requireFree(Path file, boolean force) throws CommandException {
        if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            return;
        } else if (!force) {
            throw CommandException.usage(file + " is there already; give another name, or --force to replace it");
        } else if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            throw CommandException.usage(file + " is there and is no regular file; give another name");
        }
    }

    /** A new file, empty. */
    static OutputStream create(Path file) throws IOException {
        boolean posix = file.getFileSystem().supportedFileAttributeViews().contains("posix");
        FileAttribute<?>[] owner = posix
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                }
                : new FileAttribute<?>[0];
        Set<StandardOpenOption> fresh = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        return Channels.newOutputStream(Files.newByteChannel(file, fresh, owner));
    }

    /** A hard link fails where something has come in its place meanwhile, which a move would replace. */
    private static void publish(Path temporary, Path file) throws IOException, CommandException {
        try {
            Files.createLink(file, temporary);
        } catch (FileAlreadyExistsException e) {
            throw CommandException.usage(file + " has come there meanwhile; give another name, or --force");
        } catch (UnsupportedOperationException e) {
            Files.move(temporary, file);
        }
    }
}
