package dev.kvc.store.fs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvc.format.KvcKey;
import dev.kvc.store.DataSize;
import dev.kvc.store.Mapping;
import dev.kvc.store.SaveResult.Outcome;
import dev.kvc.store.Snapshot;
import dev.kvc.store.internal.LeakReports;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A snapshot that nobody closes is reported with the place that loaded it, if asked, and stands in nobody's way. */
@Timeout(60)
class LeakReportsTest {
    private final Logger logger = Logger.getLogger("dev.kvc.store");
    private final BlockingQueue<LogRecord> reports = new LinkedBlockingQueue<>();
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord line) {
            if (line.getMessage().contains("was not closed")) {
                reports.add(line);
            }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };
    private Level level;

    @TempDir
    private Path directory;

    @BeforeEach
    void listen() {
        System.setProperty(LeakReports.PROPERTY, "on");
        level = logger.getLevel();
        logger.setLevel(Level.WARNING);
        logger.setUseParentHandlers(false);
        logger.addHandler(handler);
    }

    @AfterEach
    void listenNoMore() {
        System.clearProperty(LeakReports.PROPERTY);
        logger.removeHandler(handler);
        logger.setLevel(level);
        logger.setUseParentHandlers(true);
    }

    private FileSystemKvStore open() throws IOException {
        return FileSystemKvStore.builder(directory)
                .budget(DataSize.ofBytes(20_000))
                .open();
    }

    private static void forgetASnapshot(FileSystemKvStore store, String text) throws IOException {
        assertThat(store.load(KvcKey.of(text))).isPresent();
    }

    private static void forgetAMapping(FileSystemKvStore store, String text) throws IOException {
        try (Snapshot snapshot = store.load(KvcKey.of(text)).orElseThrow()) {
            assertThat(snapshot.payload().map().slices()).hasSize(1);
        }
    }

    /** The next report; makes the collector look for leaks until there is one. */
    private LogRecord next() throws InterruptedException {
        LogRecord report = null;
        while (report == null) {
            System.gc();
            report = reports.poll(10, TimeUnit.MILLISECONDS);
        }
        return report;
    }

    @Test
    void u29_forgotten_snapshot_is_reported_with_the_stack_that_loaded_it() throws Exception {
        try (FileSystemKvStore store = open()) {
            store.save(Fixtures.draft("one", 1000));
            forgetASnapshot(store, "one");
            LogRecord report = next();
            assertThat(report.getMessage()).contains(KvcKey.of("one").hex());
            assertThat(report.getThrown().getStackTrace())
                    .anyMatch(frame -> frame.getMethodName().equals("forgetASnapshot"));
        }
    }

    @Test
    void forgotten_mapping_is_reported() throws Exception {
        try (FileSystemKvStore store = open()) {
            store.save(Fixtures.draft("one", 1000));
            forgetAMapping(store, "one");
            assertThat(next().getMessage())
                    .contains("mapping")
                    .contains(KvcKey.of("one").hex());
        }
    }

    @Test
    void forgotten_snapshot_does_not_hinder_its_eviction() throws Exception {
        try (FileSystemKvStore store = open()) {
            store.save(Fixtures.draft("one", 15_000));
            forgetASnapshot(store, "one");
            assertThat(store.save(Fixtures.draft("two", 15_000)).outcome()).isEqualTo(Outcome.STORED);
            assertThat(store.contains(KvcKey.of("one"))).isFalse();
            next();
        }
    }

    @Test
    void closed_snapshots_and_mappings_are_not_reported() throws Exception {
        try (FileSystemKvStore store = open()) {
            store.save(Fixtures.draft("closed", 1000));
            store.save(Fixtures.draft("forgotten", 1000));
            try (Snapshot snapshot = store.load(KvcKey.of("closed")).orElseThrow();
                    Mapping mapping = snapshot.payload().map()) {
                assertThat(mapping.slices()).hasSize(1);
            }
            forgetASnapshot(store, "forgotten");
            assertThat(next().getMessage()).contains(KvcKey.of("forgotten").hex());
            assertThat(reports).isEmpty();
        }
    }
}
