package dev.kvc.store.fs;

import static dev.kvc.store.fs.Fixtures.draft;
import static dev.kvc.store.fs.Fixtures.payload;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kvc.eviction.EvictionPolicies;
import dev.kvc.faultfs.Operation;
import dev.kvc.format.KvcKey;
import dev.kvc.store.DataSize;
import dev.kvc.store.PayloadSource;
import dev.kvc.store.SaveOptions;
import dev.kvc.store.SaveResult.Outcome;
import dev.kvc.store.Snapshot;
import dev.kvc.store.SnapshotDraft;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is done to a key while its snapshot is being saved or opened, at the worst moment. */
@Timeout(60)
class OverlapTest {
    private static final KvcKey ONE = KvcKey.of("one");

    @TempDir
    Path directory;

    private FileSystemKvStore open(Path where) throws IOException {
        return FileSystemKvStore.builder(where)
                .budget(DataSize.ofBytes(4000))
                .lowWatermark(0)
                .open();
    }

    /** Something that happens while a payload is written. */
    private interface Meanwhile {
        void run() throws IOException;
    }

    private static SnapshotDraft slowDraft(String text, byte[] payload, Meanwhile meanwhile) {
        PayloadSource source = PayloadSource.of(payload.length, out -> {
            meanwhile.run();
            out.write(ByteBuffer.wrap(payload));
        });
        return SnapshotDraft.builder().text(text).payload(source).build();
    }

    private static byte[] served(FileSystemKvStore store) throws IOException {
        try (Snapshot snapshot = store.load(ONE).orElseThrow()) {
            return snapshot.payload().toByteArray();
        }
    }

    @Test
    void room_of_a_snapshot_that_is_removed_while_it_is_replaced_stays_with_its_successor() throws IOException {
        try (FileSystemKvStore store = open(directory)) {
            store.save(draft("one", 3000));
            store.save(slowDraft("one", payload(3000, 1), () -> {
                store.remove(ONE);
                assertThat(store.save(draft("two", 3000)).outcome()).isEqualTo(Outcome.NO_ROOM);
            }));
            assertThat(store.stats().bytes()).isBetween(3000L, 4000L);
            assertThat(served(store)).isEqualTo(payload(3000, 1));
        }
    }

    @Test
    void two_saves_of_one_key_do_not_both_count_on_the_room_of_the_old_snapshot() throws IOException {
        try (FileSystemKvStore store = open(directory)) {
            store.save(draft("one", 3000));
            store.save(slowDraft("one", payload(3000, 1), () -> {
                store.save(draft("one", 10));
                store.save(draft("two", 3000));
            }));
            assertThat(store.stats().bytes()).isBetween(3000L, 4000L);
        }
    }

    @Test
    void save_if_absent_leaves_what_was_saved_while_it_wrote() throws IOException {
        try (FileSystemKvStore store = open(directory)) {
            SnapshotDraft late = slowDraft("one", payload(100, 1), () -> store.save(draft("one", payload(100, 2))));
            SnapshotDraft same = SnapshotDraft.builder()
                    .text("one")
                    .payload(late.payload())
                    .contextSize(8192)
                    .quantBits(2)
                    .build();
            assertThat(store.save(ONE, same, SaveOptions.IF_ABSENT).outcome()).isEqualTo(Outcome.ALREADY_PRESENT);
            assertThat(served(store)).isEqualTo(payload(100, 2));
            assertThat(store.stats().snapshots()).isEqualTo(1);
        }
    }

    @Test
    void snapshot_is_found_however_often_it_is_replaced_while_it_is_opened() throws Exception {
        List<Thread> replacing = new ArrayList<>();
        AtomicReference<FileSystemKvStore> replacer = new AtomicReference<>();
        Thread loader = Thread.currentThread();
        Path watched = Fixtures.watched(directory, (operation, path) -> {
            if (Fixtures.isOpening(operation) && path.endsWith(ONE + ".kv") && Thread.currentThread() == loader) {
                replacing.add(replaceOnAnotherThread(replacer.get(), replacing.size() + 1));
            }
        });
        try (FileSystemKvStore store = open(watched)) {
            replacer.set(store);
            store.save(draft("one", payload(10, 0)));
            assertThat(served(store)).hasSizeGreaterThan(10);
            for (Thread each : replacing) {
                each.join();
            }
        }
        assertThat(replacing).hasSizeGreaterThan(1);
    }

    /** Returns when that has been done, or waits for what the opener holds. */
    private static Thread replaceOnAnotherThread(FileSystemKvStore store, int version) {
        Thread replacing = new Thread(() -> {
            try {
                store.save(draft("one", payload(10 + version, version)));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        replacing.start();
        while (replacing.isAlive() && replacing.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
        return replacing;
    }

    /** Some file systems give the next file that is made the file key of the last one that has gone. */
    @Test
    void a_good_file_that_takes_the_place_of_a_damaged_one_is_not_set_aside_for_it() throws IOException {
        Path file = directory.resolve(ONE + ".kv");
        try (FileSystemKvStore store = open(directory)) {
            store.save(draft("one", payload(100, 1)));
        }
        byte[] good = Files.readAllBytes(file);
        byte[] damaged = good.clone();
        damaged[100] ^= 1;
        Files.write(file, damaged);
        AtomicInteger looks = new AtomicInteger();
        Path watched = Fixtures.watched(directory, (operation, path) -> {
            boolean isLook = operation == Operation.READ_ATTRIBUTES && path.endsWith(ONE + ".kv");
            if (isLook && looks.incrementAndGet() == 3) { // before it is opened, after that, and to set it aside
                Files.delete(file);
                Files.write(file, good);
            }
        });
        // A policy that uses no ancestors: nobody looks at files in the background.
        try (FileSystemKvStore store = FileSystemKvStore.builder(watched)
                .budget(DataSize.ofMebibytes(100))
                .policy(EvictionPolicies.lru())
                .open()) {
            store.openReport();
            looks.set(0);
            assertThat(store.load(ONE)).isEmpty();
            assertThat(looks).hasValueGreaterThan(2);
            assertThat(served(store)).isEqualTo(payload(100, 1));
        }
    }
}
