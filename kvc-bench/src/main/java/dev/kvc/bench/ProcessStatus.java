package dev.kvc.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the kernel says of this process; 0 where there is no {@code /proc}. */
final class ProcessStatus {
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final Path STAT = Path.of("/proc/self/stat");
    private static final int MINOR_FAULTS_BEHIND_NAME = 8;

    private ProcessStatus() {}

    /** The most memory that the process had, in bytes, mapped files included. */
    static long peakBytes() {
        return field("VmHWM:");
    }

    /** The memory that it has now and that is no file's, in bytes. */
    static long anonymousBytes() {
        return field("RssAnon:");
    }

    private static long field(String name) {
        try {
            for (String line : Files.readAllLines(STATUS)) {
                if (line.startsWith(name)) {
                    return Long.parseLong(line.replaceAll("[^0-9]", "")) << 10;
                }
            }
        } catch (IOException e) {
            return 0; // another system
        }
        return 0;
    }

    /** Page faults that needed no disk, since the process began. */
    static long minorFaults() {
        try {
            String stat = Files.readString(STAT);
            String[] behindName = stat.substring(stat.lastIndexOf(')') + 1).split(" ", -1);
            return Long.parseLong(behindName[MINOR_FAULTS_BEHIND_NAME]);
        } catch (IOException e) {
            return 0; // another system
        }
    }
}
