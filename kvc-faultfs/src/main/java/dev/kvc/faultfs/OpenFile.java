package dev.kvc.faultfs;

import java.nio.file.Path;

/**
 * A file, or a listing of a directory, that is open.
 *
 * @param path what it was opened as, in the real file system
 * @param opener where it was opened: its stack trace says so
 */
public record OpenFile(Path path, Throwable opener) {}
