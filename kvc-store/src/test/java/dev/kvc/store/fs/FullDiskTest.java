package dev.kvc.store.fs;

import static dev.kvc.store.fs.Fixtures.draft;
import static dev.kvc.store.fs.Fixtures.payload;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvc.faultfs.Operation;
import dev.kvc.format.KvcKey;
import dev.kvc.store.DataSize;
import dev.kvc.store.KvStores;
import dev.kvc.store.PayloadSource;
import dev.kvc.store.Pin;
import dev.kvc.store.SaveResult;
import dev.kvc.store.SaveResult.Outcome;
import dev.kvc.store.Snapshot;
import dev.kvc.store.SnapshotDraft;
import dev.kvc.store.tier.TieredKvStore;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.AbstractOwnableSynchronizer;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** U12: a disk that is full before the budget is costs the least there is to evict, never all, or else one save. */
class FullDiskTest {
    private static final int MIB = 1 << 20;

    private final SettableClock clock = new SettableClock();

    @TempDir
    Path mountPoint;

    private SmallDisk disk;
    private FileSystemKvStore store;

    @BeforeEach
    void fill() throws IOException {
        disk = SmallDisk.mount(mountPoint, 4);
        store = builder(disk.root()).open();
        for (String text : new String[] {"a", "b", "c"}) {
            assertThat(save(text, MIB).outcome()).isEqualTo(Outcome.STORED);
        }
    }

    @AfterEach
    void unmount() throws IOException {
        if (disk != null) {
            store.close();
            disk.close();
        }
    }

    private FileSystemKvStore.Builder builder(Path directory) {
        return FileSystemKvStore.builder(directory)
                .budget(DataSize.ofGibibytes(1))
                .clock(clock);
    }

    /** Saves one after the other, so that the first is the first victim. */
    private SaveResult save(String text, int bytes) throws IOException {
        clock.advance(Duration.ofSeconds(1));
        return store.save(draft(text, bytes));
    }

    private void assertServed(String text, int bytes) throws IOException {
        try (Snapshot snapshot = store.load(KvcKey.of(text)).orElseThrow()) {
            assertThat(snapshot.payload().toByteArray()).isEqualTo(payload(bytes, text.hashCode()));
        }
    }

    private void assertNothingIsLost() throws IOException {
        for (String text : new String[] {"a", "b", "c"}) {
            assertServed(text, MIB);
        }
        try (Stream<Path> files = Files.list(disk.root())) {
            assertThat(files.filter(file -> !file.endsWith(".kvc.lock")))
                    .hasSize(3)
                    .allMatch(file -> file.toString().endsWith(".kv"));
        }
        assertThat(store.stats().bytes()).isEqualTo(3L * (52 + 1 + MIB + 44));
    }

    @Test
    void u12_a_save_that_finds_the_disk_full_evicts_what_it_needs_and_no_more() throws IOException {
        SaveResult result = save("d", MIB);
        assertThat(result.outcome()).isEqualTo(Outcome.STORED);
        assertThat(result.evicted()).isEqualTo(1);
        assertThat(store.contains(KvcKey.of("a"))).isFalse();
        assertServed("b", MIB);
        assertServed("c", MIB);
        assertServed("d", MIB);
    }

    @Test
    void u12_a_replacement_that_finds_the_disk_full_leaves_the_old_one_until_it_is_whole() throws IOException {
        SaveResult result = save("a", MIB + 1);
        assertThat(result.outcome()).isEqualTo(Outcome.REPLACED);
        assertThat(result.evicted()).isEqualTo(1);
        assertThat(store.contains(KvcKey.of("b"))).isFalse();
        assertServed("a", MIB + 1);
        assertServed("c", MIB);
    }

    @Test
    void u12_a_snapshot_larger_than_the_disk_fails_by_name_and_costs_nothing() throws IOException {
        assertThatThrownBy(() -> save("d", 5 * MIB))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(disk.root().toString())
                .hasMessageContaining(String.valueOf(5 * MIB + 52 + 1 + 44 + 4 * 4))
                .hasMessageContaining("No space left on device");
        assertNothingIsLost();
    }

    @Test
    void u12_a_save_for_which_only_pinned_snapshots_could_go_fails_and_costs_nothing() throws IOException {
        try (Pin a = store.pin(KvcKey.of("a"), null);
                Pin b = store.pin(KvcKey.of("b"), null);
                Pin c = store.pin(KvcKey.of("c"), null)) {
            assertThat(new Pin[] {a, b, c}).doesNotContainNull();
            assertThatThrownBy(() -> save("d", MIB))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("No space left on device");
        }
        assertNothingIsLost();
    }

    @Test
    void u12_a_payload_that_cannot_be_written_twice_fails_and_costs_nothing() throws IOException {
        PayloadSource once = PayloadSource.of(MIB, out -> out.write(ByteBuffer.allocate(MIB)));
        SnapshotDraft draft = SnapshotDraft.builder().text("d").payload(once).build();
        assertThatThrownBy(() -> store.save(draft)).hasMessageContaining("No space left on device");
        assertNothingIsLost();
    }

    @Test
    void u12_a_resilient_store_says_failed_and_why() throws IOException {
        SaveResult result = KvStores.resilient(store).save(draft("d", 5 * MIB));
        assertThat(result.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(result.cause()).get().asString().contains("No space left on device");
        assertNothingIsLost();
    }

    @Test
    void u12_a_tiered_store_says_failed_where_no_tier_has_room_and_keeps_what_there_was() throws IOException {
        try (TieredKvStore tiered = TieredKvStore.of(List.of(store))) {
            SaveResult result = tiered.save(draft("d", 5 * MIB));
            assertThat(result.outcome()).isEqualTo(Outcome.FAILED);
            assertThat(result.cause()).get().asString().contains("No space left on device");
            assertNothingIsLost();
        }
    }

    /** Room is made once: a disk that somebody else fills meanwhile is no reason to evict everything. */
    @Test
    void u12_room_that_somebody_else_takes_is_not_made_again() throws IOException {
        Path filler = disk.root().resolve("filler");
        PayloadSource source = new PayloadSource() {
            private boolean isSecond;

            @Override
            public long size() {
                return MIB;
            }

            @Override
            public boolean isRepeatable() {
                return true;
            }

            @Override
            public void writeTo(WritableByteChannel out) throws IOException {
                if (isSecond) {
                    long free = Files.getFileStore(disk.root()).getUsableSpace();
                    Files.write(filler, new byte[(int) free]);
                }
                isSecond = true;
                out.write(ByteBuffer.allocate(MIB));
            }
        };
        SnapshotDraft draft = SnapshotDraft.builder().text("d").payload(source).build();
        assertThatThrownBy(() -> store.save(draft)).hasMessageContaining("No space left on device");
        Files.delete(filler);
        assertThat(store.stats().evictions()).isEqualTo(1);
        assertThat(store.contains(KvcKey.of("d"))).isFalse();
        assertServed("b", MIB);
        assertServed("c", MIB);
        try (Stream<Path> files = Files.list(disk.root())) {
            assertThat(files.filter(file -> !file.endsWith(".kvc.lock"))).hasSize(2);
        }
    }

    @Test
    void u12_hits_are_served_and_counted_on_a_full_disk() throws IOException {
        long free = Files.getFileStore(disk.root()).getUsableSpace();
        Files.write(disk.root().resolve("filler"), new byte[(int) free]);
        assertServed("a", MIB);
        assertThat(store.stat(KvcKey.of("a")).orElseThrow().header().hitCount()).isEqualTo(1);
    }

    @Test
    void u12_a_minimum_of_free_space_is_kept_by_evicting_before_the_save_and_refuses_what_cannot_keep_it()
            throws IOException {
        store.close();
        store = builder(disk.root()).minFreeSpace(DataSize.ofMebibytes(1)).open();
        assertThat(save("d", 4 * MIB).outcome()).isEqualTo(Outcome.NO_ROOM);
        assertNothingIsLost();
        SaveResult result = save("d", MIB);
        assertThat(result.outcome()).isEqualTo(Outcome.STORED);
        assertThat(result.evicted()).isPositive();
        assertThat(Files.getFileStore(disk.root()).getUsableSpace()).isGreaterThanOrEqualTo(MIB);
        assertServed("d", MIB);
    }

    /** A temporary of another writer that is young when it is listed, and dead when room is wanted. */
    private void leaveTemporary() throws IOException {
        Files.write(disk.root().resolve(KvcKey.of("x") + ".kv.tmp.123"), new byte[500_000]);
        store.evictToBudget();
        assertThat(store.stats().bytes()).isEqualTo(500_000 + 3L * (52 + 1 + MIB + 44));
        clock.advance(Duration.ofHours(2));
    }

    @Test
    void u10_u12_a_save_that_finds_the_disk_full_removes_dead_temporaries_first() throws IOException {
        leaveTemporary();
        assertThat(save("d", MIB - 100_000).outcome()).isEqualTo(Outcome.STORED);
        for (String text : new String[] {"a", "b", "c"}) {
            assertServed(text, MIB);
        }
    }

    @Test
    void u10_u12_dead_temporaries_count_towards_a_minimum_of_free_space() throws IOException {
        store.close();
        store = builder(disk.root())
                .minFreeSpace(DataSize.ofBytes(MIB / 2))
                .lowWatermark(0)
                .open();
        leaveTemporary();
        assertThat(save("d", 100_000).outcome()).isEqualTo(Outcome.STORED);
        for (String text : new String[] {"a", "b", "c"}) {
            assertServed(text, MIB);
        }
    }

    @Test
    void u11_u12_a_victim_that_cannot_be_deleted_does_not_keep_a_full_disk_full() throws IOException {
        String stuck = KvcKey.of("a") + ".kv";
        store.close();
        store = builder(Fixtures.watched(disk.root(), (operation, path) -> {
                    if (operation == Operation.DELETE && path.endsWith(stuck)) {
                        throw new AccessDeniedException(path.toString());
                    }
                }))
                .open();
        SaveResult result = save("d", MIB);
        assertThat(result.outcome()).isEqualTo(Outcome.STORED);
        assertThat(result.evicted()).isEqualTo(1);
        assertServed("a", MIB);
        assertThat(store.contains(KvcKey.of("b"))).isFalse();
    }

    @Test
    void u12_a_victim_that_somebody_has_open_costs_one_save_and_stays_readable() throws IOException {
        try (Snapshot open = store.load(KvcKey.of("a")).orElseThrow()) {
            store.load(KvcKey.of("b")).orElseThrow().close();
            store.load(KvcKey.of("c")).orElseThrow().close();
            assertThatThrownBy(() -> save("d", MIB)).hasMessageContaining("No space left on device");
            assertThat(save("d", MIB).outcome()).isEqualTo(Outcome.STORED);
            assertThat(open.payload().toByteArray()).isEqualTo(payload(MIB, "a".hashCode()));
        }
        assertThat(store.stats().evictions()).isEqualTo(2);
    }

    /** What is unlinked while it is open keeps its room; who reads in the background shall not be the reason. */
    @Test
    void u12_a_victim_whose_text_is_being_learnt_is_deleted_when_it_has_been() throws Exception {
        Thread saver = Thread.currentThread();
        CountDownLatch isBeingRead = new CountDownLatch(1);
        CountDownLatch isToBeDeleted = new CountDownLatch(1);
        AtomicBoolean isSaved = new AtomicBoolean();
        store.close();
        store = builder(Fixtures.watched(disk.root(), (operation, path) -> {
                    if (operation == Operation.READ && isText(path, "b") && isLearner()) {
                        isBeingRead.countDown();
                        await(isToBeDeleted);
                        while (!isSaved.get() && !isWaitingForLock(saver)) {
                            Thread.onSpinWait();
                        }
                    } else if (operation == Operation.DELETE && isText(path, "a")) {
                        await(isBeingRead);
                        isToBeDeleted.countDown();
                        throw new AccessDeniedException(path.toString()); // so that b is the next victim
                    }
                }))
                .open();
        try {
            assertThat(save("d", MIB).evicted()).isEqualTo(1);
        } finally {
            isSaved.set(true);
        }
        assertServed("d", MIB);
    }

    private static boolean isText(Path path, String text) {
        return path.endsWith(KvcKey.of(text) + ".kv");
    }

    private static boolean isLearner() {
        return Thread.currentThread().getName().equals("kvc-texts");
    }

    private static boolean isWaitingForLock(Thread thread) {
        return LockSupport.getBlocker(thread) instanceof AbstractOwnableSynchronizer;
    }

    private static void await(CountDownLatch latch) throws IOException {
        try {
            assertThat(latch.await(1, TimeUnit.MINUTES)).isTrue();
        } catch (InterruptedException e) {
            throw new InterruptedIOException();
        }
    }
}
