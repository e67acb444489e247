package dev.kvc.cli;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;

/**
 * The world around a command.
 *
 * @param in what is piped in
 * @param out what was asked for; buffered, flushed when the command ends
 * @param err everything else: problems, progress
 * @param environment the environment's variables
 * @param clock the time
 * @param showsProgress whether somebody is looking at {@code err} while it is written
 */
record Terminal(
        InputStream in,
        PrintStream out,
        PrintStream err,
        Map<String, String> environment,
        InstantSource clock,
        boolean showsProgress) {
    private static final int BUFFER_BYTES = 1 << 16;
    private static final String PROGRESS = "kvc.progress";

    /** The terminal, pipe or file that the process was started with. */
    static Terminal ofProcess() {
        FileOutputStream out = new FileOutputStream(FileDescriptor.out);
        return new Terminal(
                System.in,
                new PrintStream(new BufferedOutputStream(out, BUFFER_BYTES), false, StandardCharsets.UTF_8),
                new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8),
                System.getenv(),
                InstantSource.system(),
                isWatched());
    }

    /** The {@code kvc} script knows; Linux does, too; elsewhere nothing is shown. */
    private static boolean isWatched() {
        String told = System.getProperty(PROGRESS);
        return told == null ? isTerminal(Path.of("/proc/self/fd/2")) : Boolean.parseBoolean(told);
    }

    private static boolean isTerminal(Path descriptor) {
        try {
            String target = Files.readSymbolicLink(descriptor).toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty") || target.equals("/dev/console");
        } catch (IOException | UnsupportedOperationException e) {
            return false; // no Linux: nobody can tell
        }
    }

    long nowUnix() {
        return Math.max(0, clock.instant().getEpochSecond());
    }
}
