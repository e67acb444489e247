package dev.kvc.cli;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Who may read the prompts in a directory, and whether its owner may write it. */
final class Permissions {
    private static final Set<PosixFilePermission> OWNER = PosixFilePermissions.fromString("rwx------");

    private Permissions() {}

    static void examine(Path directory, DoctorCommand.Diagnosis diagnosis) throws IOException {
        if (!Files.isWritable(directory)) {
            diagnosis.problem(
                    "permissions",
                    directory + " cannot be written: it serves hits, and nothing can be saved or counted");
        }
        if (!directory.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            diagnosis.fine("permissions", "this file system knows no modes");
            return;
        }
        Set<PosixFilePermission> mode = Files.getPosixFilePermissions(directory);
        if (OWNER.containsAll(mode)) {
            diagnosis.fine("permissions", "the directory is for its owner alone");
            return;
        }
        diagnosis.problem(
                "permissions",
                "mode " + PosixFilePermissions.toString(mode) + " lets others look into the directory, and prompts are"
                        + " private; 'chmod 700 " + directory + "'");
        List<String> open = open(directory);
        if (!open.isEmpty()) {
            diagnosis.report(true, "permissions", "others may read them, and the prompts in them; 'chmod 600'", open);
        }
    }

    /** Files of a directory that not their owner alone may read. */
    private static List<String> open(Path directory) throws IOException {
        List<String> open = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*.kv")) {
            for (Path file : files) {
                if (isOpen(file)) {
                    open.add(file.getFileName().toString());
                }
            }
        }
        open.sort(null);
        return open;
    }

    private static boolean isOpen(Path file) throws IOException {
        try {
            return !OWNER.containsAll(Files.getPosixFilePermissions(file, LinkOption.NOFOLLOW_LINKS));
        } catch (NoSuchFileException e) {
            return false; // evicted meanwhile
        }
    }
}
