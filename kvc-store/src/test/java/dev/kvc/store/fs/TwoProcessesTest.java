package dev.kvc.store.fs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvc.format.KvcKey;
import dev.kvc.store.DataSize;
import dev.kvc.store.LoadOptions;
import dev.kvc.store.SaveResult.Outcome;
import dev.kvc.store.Snapshot;
import dev.kvc.store.SnapshotInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** U10, U13, U21: processes that share a directory, and one that is killed in the midst of a save. */
@Timeout(120)
class TwoProcessesTest {
    private static final long SEED = Long.getLong("kvc.seed", 42);
    private static final long AMPLE = 64 << 20;

    @TempDir
    Path directory;

    private ChildProcess start(String name, long budget) throws IOException {
        ChildProcess child = ChildProcess.start(directory, budget, name, SEED + name.hashCode());
        assertThat(child.hear()).isEqualTo("open");
        return child;
    }

    private FileSystemKvStore open(long budget) throws IOException {
        return FileSystemKvStore.builder(directory)
                .budget(DataSize.ofBytes(budget))
                .open();
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> !file.endsWith(".kvc.lock")).toList();
        }
    }

    private static long bytes(List<Path> files) throws IOException {
        long bytes = 0;
        for (Path file : files) {
            bytes += Files.size(file);
        }
        return bytes;
    }

    private static void assertServed(FileSystemKvStore store, String text) throws IOException {
        try (Snapshot snapshot = store.load(KvcKey.of(text)).orElseThrow()) {
            assertThat(snapshot.payload().toByteArray()).isEqualTo(ChildMain.payload(text));
        }
    }

    @Test
    void u21_what_one_process_saves_the_other_serves_and_neither_loses_anything() throws Exception {
        try (ChildProcess one = start("one", AMPLE);
                ChildProcess two = start("two", AMPLE)) {
            one.tell("save 150");
            two.tell("save 150");
            assertThat(one.hear()).isEqualTo("150");
            assertThat(two.hear()).isEqualTo("150");
            assertThat(one.ask("load two 150")).isEqualTo("150");
            assertThat(two.ask("load one 150")).isEqualTo("150");
        }
        assertThat(files()).hasSize(300);
    }

    @Test
    void u21_a_process_that_is_open_serves_what_this_one_saves_afterwards_and_the_other_way_round() throws Exception {
        try (ChildProcess child = start("child", AMPLE);
                FileSystemKvStore store = open(AMPLE)) {
            store.openReport();
            assertThat(child.ask("save 3")).isEqualTo("3");
            assertServed(store, ChildMain.text("child", 2));
            String ours = ChildMain.text("parent", 0);
            assertThat(store.save(Fixtures.draft(ours, ChildMain.payload(ours))).outcome())
                    .isEqualTo(Outcome.STORED);
            assertThat(child.ask("load parent 1")).isEqualTo("1");
            store.remove(KvcKey.of(ours));
            assertThat(child.ask("load parent 1")).isEqualTo("0");
        }
    }

    @Test
    void u10_u21_two_processes_in_a_small_budget_lose_nothing_but_what_they_evict() throws Exception {
        long budget = 1 << 20;
        int saves = 400;
        int[] sums = new int[3];
        try (ChildProcess one = start("one", budget);
                ChildProcess two = start("two", budget)) {
            one.tell("storm two " + saves);
            two.tell("storm one " + saves);
            for (ChildProcess child : List.of(one, two)) {
                int[] counts = Stream.of(child.hear().split(" ", -1))
                        .mapToInt(Integer::parseInt)
                        .toArray();
                Arrays.setAll(sums, i -> sums[i] + counts[i]);
            }
        }
        List<Path> left = files();
        assertThat(left)
                .as("seed %d: no temporary, nothing set aside", SEED)
                .allMatch(file -> file.toString().endsWith(".kv"));
        assertThat(sums[2]).as("files set aside").isZero();
        assertThat(left)
                .as("seed %d: stored %d, evicted %d", SEED, sums[0], sums[1])
                .hasSize(sums[0] - sums[1]);
        assertThat(sums[1]).isPositive();
        assertWithinBudgetAndWhole(budget);
    }

    private void assertWithinBudgetAndWhole(long budget) throws IOException {
        try (FileSystemKvStore store = open(budget)) {
            store.evictToBudget();
            assertThat(store.stats().bytes()).isEqualTo(bytes(files())).isLessThanOrEqualTo(budget);
            try (Stream<SnapshotInfo> list = store.list()) {
                for (SnapshotInfo info : list.toList()) {
                    store.load(info.key(), LoadOptions.DEFAULT.requiringVerified())
                            .orElseThrow()
                            .close();
                }
            }
            assertThat(store.stats().snapshots()).isPositive();
        }
    }

    @Test
    void u13_a_process_that_is_killed_while_it_saves_leaves_a_dead_temporary_and_all_it_saved_before()
            throws Exception {
        try (ChildProcess child = start("killed", AMPLE)) {
            assertThat(child.ask("save 50")).isEqualTo("50");
            assertThat(child.ask("hang")).isEqualTo("half");
            child.kill();
        }
        assertThat(files()).hasSize(51);
        try (FileSystemKvStore store = open(AMPLE)) {
            assertThat(store.openReport().removedTemporaries()).hasSize(1);
            assertThat(store.openReport().snapshots()).isEqualTo(50);
            for (int i = 0; i < 50; i++) {
                assertServed(store, ChildMain.text("killed", i));
            }
            assertThat(store.contains(KvcKey.of("never whole"))).isFalse();
            assertThat(store.stats().bytes()).isEqualTo(bytes(files()));
        }
        assertThat(files()).hasSize(50);
    }

    @Test
    void u10_a_temporary_counts_while_its_writer_lives_and_makes_room_when_it_is_dead() throws Exception {
        long budget = 6 << 20;
        try (FileSystemKvStore store = open(budget);
                ChildProcess child = start("killed", AMPLE)) {
            assertThat(child.ask("hang")).isEqualTo("half");
            store.evictToBudget();
            assertThat(store.stats().bytes())
                    .as("bytes of the other's temporary")
                    .isEqualTo(bytes(files()));
            assertThat(store.save(Fixtures.draft("one", 4 << 20)).outcome()).isEqualTo(Outcome.NO_ROOM);
            assertThat(files()).singleElement().asString().endsWith(".tmp");
            child.kill();
            assertThat(store.save(Fixtures.draft("one", 4 << 20)).outcome()).isEqualTo(Outcome.STORED);
            assertThat(files()).singleElement().asString().endsWith(".kv");
        }
    }
}
