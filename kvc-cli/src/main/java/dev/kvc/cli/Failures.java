package dev.kvc.cli;

import dev.kvc.format.KvcFormatException;
import dev.kvc.simulator.trace.TraceFormatException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What a failure means to the user: one line that says what to do, and the code to end with. */
final class Failures {
    private Failures() {}

    static int exitCode(Exception e) {
        if (e instanceof CommandException known) {
            return known.exitCode();
        }
        boolean isUsage = e instanceof IllegalArgumentException || e instanceof TraceFormatException;
        return isUsage ? Kvc.USAGE : Kvc.FAILED;
    }

    static String explain(Exception e) {
        if (e instanceof UncheckedIOException unchecked) {
            return explain(Objects.requireNonNull(unchecked.getCause()));
        } else if (e instanceof AccessDeniedException denied) {
            return denied.getFile() + " may not be used" + because(denied) + "; run kvc as the owner of the directory";
        } else if (e instanceof NoSuchFileException missing) {
            return missing.getFile() + " does not exist" + because(missing) + "; check the path";
        } else if (e instanceof FileSystemException || e instanceof KvcFormatException) {
            return oneLine(e);
        } else if (e instanceof CommandException || e instanceof IllegalArgumentException) {
            return oneLine(e);
        } else if (e instanceof IOException) {
            return withCause(oneLine(e), e.getCause());
        }
        return "this should not happen: " + e.getClass().getSimpleName() + ": " + oneLine(e)
                + "; --verbose shows where";
    }

    private static String withCause(String message, @Nullable Throwable cause) {
        return cause == null || message.contains(oneLine(cause)) ? message : message + ": " + oneLine(cause);
    }

    private static String because(FileSystemException e) {
        return e.getReason() == null ? "" : " (" + e.getReason() + ")";
    }

    static String oneLine(Throwable e) {
        String message =
                e.getMessage() == null ? e.getClass().getSimpleName().toLowerCase(Locale.ROOT) : e.getMessage();
        return message.strip().replaceAll("\\s*\\R\\s*", "; ");
    }
}
