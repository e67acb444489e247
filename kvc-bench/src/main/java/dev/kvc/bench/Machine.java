package dev.kvc.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;

/** Where a run took place. */
record Machine(String description) {
    static Machine of(Path work) throws IOException {
        return new Machine(String.format(
                "%s, %d cores, %s %s, %s, JDK %s",
                LocalDate.now(ZoneOffset.UTC),
                Runtime.getRuntime().availableProcessors(),
                System.getProperty("os.name"),
                System.getProperty("os.version"),
                Files.getFileStore(work).type(),
                Runtime.version()));
    }

    @Override
    public String toString() {
        return description;
    }
}
