package dev.kvc.store.fs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvc.format.KvcKey;
import dev.kvc.store.DataSize;
import dev.kvc.store.LoadOptions;
import dev.kvc.store.Snapshot;
import dev.kvc.store.SnapshotInfo;
import dev.kvc.store.fs.KillMain.Role;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * U8, U13, U21: processes that work in one directory with 16 threads each and are killed in the midst of it, as kill -9
 * does. What is left is opened and verified, byte for byte, again and again.
 *
 * <p>Under {@code -Psoak}, {@code -Dkvc.kill.rounds=5000} goes on for hours.
 */
class KilledProcessesTest {
    private static final long SEED = Long.getLong("kvc.seed", System.nanoTime());
    private static final long AMPLE = 64 << 20;
    private static final long SMALL = 600_000;

    private final Random random = new Random(SEED);
    private final Set<String> acknowledged = new HashSet<>();

    @TempDir
    private Path temporary;

    private Path directory;

    @BeforeEach
    void printSeed() {
        System.out.println("KilledProcessesTest: seed " + SEED);
        directory = temporary.resolve("cache");
    }

    @Test
    @Timeout(value = 5, unit = TimeUnit.MINUTES)
    void u13_nothing_that_was_saved_is_lost_when_its_process_is_killed() throws Exception {
        for (int round = 0; round < 2; round++) {
            killInTheMidst(AMPLE, Role.WRITER, Role.WRITER, Role.READER);
            assertWhole(AMPLE, 0);
            assertAcknowledgedAreServed();
        }
    }

    @Test
    @Timeout(value = 5, unit = TimeUnit.MINUTES)
    void u8_u21_what_killed_processes_leave_in_a_small_budget_is_whole() throws Exception {
        for (int round = 0; round < 2; round++) {
            killInTheMidst(SMALL, Role.WRITER, Role.WRITER, Role.READER);
            assertWhole(SMALL, 0);
        }
    }

    @Test
    @Timeout(value = 5, unit = TimeUnit.MINUTES)
    void u21_header_that_another_program_puts_on_a_replaced_file_is_never_served() throws Exception {
        killInTheMidst(AMPLE, Role.WRITER, Role.WRITER, Role.REFERENCE);
        assertWhole(AMPLE, Integer.MAX_VALUE);
    }

    @Test
    void u21_header_that_belongs_to_the_replaced_file_is_seen_and_its_file_set_aside() throws Exception {
        String text = KillMain.text(1);
        KvcKey key = KvcKey.of(text);
        try (FileSystemKvStore store = FileSystemKvStore.builder(directory)
                .budget(DataSize.ofBytes(AMPLE))
                .open()) {
            Path file = directory.resolve(FileNames.snapshot(key));
            store.save(Fixtures.draft(text, 1000));
            byte[] header = Arrays.copyOf(Files.readAllBytes(file), KillMain.HEADER_BYTES);
            store.save(Fixtures.draft(text, 2000));
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                channel.write(ByteBuffer.wrap(header), 0);
            }
            assertThat(store.load(key)).isEmpty();
            assertThat(store.stats().setAside()).isEqualTo(1);
            assertThat(names()).containsExactly(FileNames.setAside(key));
        }
    }

    /** Three directories in turn, each with what it has been through before. */
    @Test
    @Tag("soak")
    void u8_u13_u21_many_rounds() throws Exception {
        int rounds = Integer.getInteger("kvc.kill.rounds", 50);
        for (int round = 0; round < rounds; round++) {
            switch (round % 3) {
                case 0 -> {
                    directory = temporary.resolve("ample");
                    killInTheMidst(AMPLE, Role.WRITER, Role.WRITER, Role.READER);
                    assertWhole(AMPLE, 0);
                    assertAcknowledgedAreServed();
                }
                case 1 -> {
                    directory = temporary.resolve("small");
                    killInTheMidst(SMALL, Role.WRITER, Role.WRITER, Role.READER);
                    assertWhole(SMALL, 0);
                }
                default -> {
                    directory = temporary.resolve("shared");
                    killInTheMidst(random.nextBoolean() ? SMALL : AMPLE, Role.WRITER, Role.READER, Role.REFERENCE);
                    assertWhole(AMPLE, Integer.MAX_VALUE);
                }
            }
        }
    }

    /** Starts processes, lets the first do a random number of things, and kills all. */
    private void killInTheMidst(long budget, Role... roles) throws IOException {
        Set<String> saved = new HashSet<>();
        List<ChildProcess> children = new ArrayList<>();
        try {
            for (Role role : roles) {
                children.add(ChildProcess.start(
                        KillMain.class,
                        role.name(),
                        directory.toString(),
                        Long.toString(budget),
                        Long.toString(random.nextLong())));
            }
            for (ChildProcess child : children) {
                heard(child.hear(), saved);
            }
            for (int event = random.nextInt(200); event > 0; event--) {
                heard(children.get(0).hear(), saved);
            }
        } finally {
            children.forEach(ChildProcess::kill);
        }
        for (ChildProcess child : children) {
            child.rest().forEach(event -> heard(event, saved));
        }
        if (budget == AMPLE && !List.of(roles).contains(Role.REFERENCE)) {
            acknowledged.addAll(saved); // which nobody evicts or deletes
        }
    }

    private static void heard(String event, Set<String> saved) {
        assertThat(event).as("seed %d", SEED).doesNotStartWith("wrong");
        if (event.startsWith("saved ")) {
            saved.add(event.substring("saved ".length()));
        }
    }

    private void assertWhole(long budget, int mostSetAside) throws IOException {
        try (FileSystemKvStore store = FileSystemKvStore.builder(directory)
                .budget(DataSize.ofBytes(budget))
                .open()) {
            assertThat(store.openReport().unreadable()).as("seed %d", SEED).isLessThanOrEqualTo(mostSetAside);
            store.evictToBudget();
            verifyAll(store);
            assertThat(store.stats().setAside()).as("seed %d", SEED).isLessThanOrEqualTo(mostSetAside);
            assertThat(store.stats().bytes())
                    .as("seed %d: accounting and directory", SEED)
                    .isEqualTo(bytesInDirectory())
                    .isLessThanOrEqualTo(budget);
        }
        assertThat(names()).as("seed %d", SEED).noneMatch(name -> name.endsWith(".tmp"));
    }

    private static void verifyAll(FileSystemKvStore store) throws IOException {
        List<SnapshotInfo> all;
        try (Stream<SnapshotInfo> list = store.list()) {
            all = list.toList();
        }
        for (SnapshotInfo info : all) {
            var found = store.load(info.key(), LoadOptions.DEFAULT.requiringVerified());
            if (found.isPresent()) {
                try (Snapshot snapshot = found.get()) {
                    assertThat(KillMain.problem(snapshot)).as("seed %d", SEED).isNull();
                }
            }
        }
    }

    private void assertAcknowledgedAreServed() throws IOException {
        try (FileSystemKvStore store = FileSystemKvStore.builder(directory)
                .budget(DataSize.ofBytes(AMPLE))
                .open()) {
            for (String text : acknowledged) {
                store.load(KvcKey.of(text), LoadOptions.DEFAULT.requiringVerified())
                        .orElseThrow(() -> new AssertionError("lost: " + text + ", seed " + SEED))
                        .close();
            }
        }
        assertThat(acknowledged).isNotEmpty();
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> !name.equals(FileNames.LOCK))
                    .toList();
        }
    }

    private long bytesInDirectory() throws IOException {
        long bytes = 0;
        for (String name : names()) {
            bytes += Files.size(directory.resolve(name));
        }
        return bytes;
    }
}
