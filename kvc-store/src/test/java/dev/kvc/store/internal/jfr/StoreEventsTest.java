package dev.kvc.store.internal.jfr;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.kvc.faultfs.Fault;
import dev.kvc.faultfs.FaultyFileSystem;
import dev.kvc.faultfs.Operation;
import dev.kvc.format.KvcKey;
import dev.kvc.format.Namespace;
import dev.kvc.format.SaveReason;
import dev.kvc.store.DataSize;
import dev.kvc.store.KvStore;
import dev.kvc.store.LoadOptions;
import dev.kvc.store.PrefixQuery;
import dev.kvc.store.SaveOptions;
import dev.kvc.store.Snapshot;
import dev.kvc.store.SnapshotDraft;
import dev.kvc.store.fs.FileSystemKvStore;
import dev.kvc.store.memory.CaffeineKvStore;
import dev.kvc.store.tier.TieredKvStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoreEventsTest {
    private static final String TEXT = "you are a helpful assistant";
    private static final KvcKey KEY = KvcKey.of(TEXT);
    private static final int PAYLOAD_BYTES = 1000;

    @TempDir
    private Path scratch;

    private Path directory;

    @BeforeEach
    void setDirectory() throws IOException {
        directory = Files.createDirectory(scratch.toRealPath().resolve("kvc"));
    }

    private static SnapshotDraft draft(String text) {
        return SnapshotDraft.builder()
                .text(text)
                .payload(new byte[PAYLOAD_BYTES])
                .tokenCount(7)
                .saveReason(SaveReason.CONTINUED)
                .build();
    }

    private static FileSystemKvStore open(Path directory, long budget) throws IOException {
        return FileSystemKvStore.builder(directory)
                .budget(DataSize.ofBytes(budget))
                .open();
    }

    private static CaffeineKvStore memory(long budget) {
        return CaffeineKvStore.builder().budget(DataSize.ofBytes(budget)).build();
    }

    private static void load(KvStore store, String text) throws IOException {
        try (Snapshot snapshot = store.load(KvcKey.of(text)).orElse(null)) {
            assertThat(snapshot == null || snapshot.payload().size() == PAYLOAD_BYTES)
                    .isTrue();
        }
    }

    @Test
    void loadSaysWhatItFoundAndHowLongItTook() throws IOException {
        try (FileSystemKvStore root = open(directory, 1 << 20);
                Flight flight = new Flight(scratch)) {
            KvStore store = root.in(Namespace.of("llama"));
            long bytes = store.save(draft(TEXT)).bytes();
            load(store, TEXT);
            store.load(KEY, LoadOptions.DEFAULT.withoutHit()).orElseThrow().close();

            List<RecordedEvent> loads = flight.land("Load");
            assertThat(loads)
                    .extracting(e -> e.getString("outcome"), e -> e.getBoolean("counted"))
                    .containsExactly(tuple("HIT", true), tuple("HIT", false));
            assertThat(loads)
                    .extracting(
                            e -> e.getString("store"),
                            e -> e.getString("namespace"),
                            e -> e.getString("key"),
                            e -> e.getLong("bytes"),
                            e -> e.getLong("tokens"))
                    .containsOnly(tuple(directory.toString(), "llama", KEY.toString(), bytes, 7L));
            assertThat(loads).allMatch(e -> e.getDuration().toNanos() > 0);
        }
    }

    @Test
    void loadThatFindsNothingSaysWhy() throws IOException {
        try (FileSystemKvStore store = open(directory, 1 << 20);
                Flight flight = new Flight(scratch)) {
            store.save(draft(TEXT));
            load(store, "absent");
            store.load(KEY, LoadOptions.DEFAULT.expecting(PrefixQuery.of("another prompt")));
            store.loadLongestPrefix(PrefixQuery.of("another prompt"));
            Files.write(directory.resolve(KEY + ".kv"), new byte[PAYLOAD_BYTES]);
            load(store, TEXT);

            List<RecordedEvent> events = flight.land();
            assertThat(events)
                    .filteredOn(e -> e.getEventType().getName().equals("dev.kvc.Load"))
                    .extracting(e -> e.getString("outcome"), e -> e.getString("key"), e -> e.getLong("bytes"))
                    .containsExactly(
                            tuple("ABSENT", KvcKey.of("absent").toString(), 0L),
                            tuple("NOT_EXPECTED", KEY.toString(), 0L),
                            tuple("NO_PREFIX", null, 0L),
                            tuple("CORRUPT", KEY.toString(), 0L));
            assertThat(events)
                    .filteredOn(e -> e.getEventType().getName().equals("dev.kvc.SetAside"))
                    .extracting(e -> e.getString("store"), e -> e.getString("key"), e -> e.getString("cause"))
                    .containsExactly(tuple(directory.toString(), KEY.toString(), "BAD_MAGIC"));
        }
    }

    @Test
    void loadThatThrowsHasFailed() throws IOException {
        FaultyFileSystem files = FaultyFileSystem.around(directory);
        try (FileSystemKvStore store = open(files.path(), 1 << 20);
                Flight flight = new Flight(scratch)) {
            store.save(draft(TEXT));
            files.with(Fault.on(Operation.READ));
            assertThatThrownBy(() -> store.load(KEY)).isInstanceOf(IOException.class);
            files.clearFaults();

            assertThat(flight.land("Load"))
                    .extracting(e -> e.getString("outcome"), e -> e.getString("key"))
                    .containsExactly(tuple("FAILED", KEY.toString()));
        }
    }

    @Test
    void saveSaysHowItEnded() throws IOException {
        FaultyFileSystem files = FaultyFileSystem.around(directory);
        try (FileSystemKvStore store = open(files.path(), 4000);
                Flight flight = new Flight(scratch)) {
            long bytes = store.save(draft(TEXT)).bytes();
            store.save(KEY, draft(TEXT), SaveOptions.IF_ABSENT);
            store.save(
                    SnapshotDraft.builder().text(TEXT).payload(new byte[5000]).build());
            files.with(Fault.on(Operation.WRITE));
            assertThatThrownBy(() -> store.save(draft(TEXT))).isInstanceOf(IOException.class);
            files.clearFaults();

            List<RecordedEvent> saves = flight.land("Save");
            assertThat(saves)
                    .extracting(e -> e.getString("outcome"))
                    .containsExactly("STORED", "ALREADY_PRESENT", "TOO_LARGE", "FAILED");
            assertThat(saves.get(0))
                    .extracting(
                            e -> e.getString("key"),
                            e -> e.getLong("bytes"),
                            e -> e.getLong("tokens"),
                            e -> e.getString("reason"),
                            e -> e.getInt("evicted"))
                    .containsExactly(KEY.toString(), bytes, 7L, "continued", 0);
            assertThat(saves).allMatch(e -> e.getDuration().toNanos() > 0);
        }
    }

    @Test
    void evictionNamesTheSnapshotThatGoes() throws IOException {
        long room = 3 * PAYLOAD_BYTES;
        try (FileSystemKvStore disk = open(directory, room);
                CaffeineKvStore memory = memory(room);
                Flight flight = new Flight(scratch)) {
            for (KvStore store : List.of(disk, memory)) {
                store.save(draft("first"));
                load(store, "first");
                store.save(draft("second"));
                while (store.stats().evictions() == 0) {
                    store.save(draft("more " + store.stats().snapshots()));
                }
            }

            List<RecordedEvent> events = flight.land();
            for (KvStore store : List.of(disk, memory)) {
                String name = store == disk ? directory.toString() : "memory";
                List<RecordedEvent> evicted = events.stream()
                        .filter(e -> e.getEventType().getName().equals("dev.kvc.Evict"))
                        .filter(e -> e.getString("store").equals(name))
                        .toList();
                assertThat(evicted).hasSize((int) store.stats().evictions());
                assertThat(evicted)
                        .allSatisfy(e -> {
                            assertThat(e.getString("key")).matches("[0-9a-f]{40}");
                            assertThat(e.getLong("tokens")).isEqualTo(7);
                            assertThat(e.getLong("hits")).isBetween(0L, 1L);
                        })
                        .extracting(e -> e.getLong("bytes"))
                        .allMatch(bytes -> bytes > PAYLOAD_BYTES);
            }
        }
    }

    @Test
    void rejectedSnapshotIsSetAside() throws IOException {
        try (FileSystemKvStore disk = open(directory, 1 << 20);
                CaffeineKvStore memory = memory(1 << 20);
                Flight flight = new Flight(scratch)) {
            for (KvStore store : List.of(disk, memory)) {
                store.save(draft(TEXT));
                try (Snapshot snapshot = store.load(KEY).orElseThrow()) {
                    snapshot.reject();
                }
            }

            assertThat(flight.land("SetAside"))
                    .extracting(e -> e.getString("store"), e -> e.getString("key"), e -> e.getString("cause"))
                    .containsExactly(
                            tuple(directory.toString(), KEY.toString(), "REJECTED"),
                            tuple("memory", KEY.toString(), "REJECTED"));
        }
    }

    @Test
    void directoryIsScannedWhenItIsOpenedAndWhenOthersHaveChangedIt() throws IOException {
        try (FileSystemKvStore before = open(directory, 1 << 20)) {
            before.save(draft("here before"));
        }
        try (Flight flight = new Flight(scratch);
                FileSystemKvStore store = open(directory, 1 << 20)) {
            store.openReport();
            try (FileSystemKvStore other = open(directory, 1 << 20)) {
                other.in(Namespace.of("llama")).save(draft(TEXT));
            }
            store.evictToBudget();

            List<RecordedEvent> scans = flight.land("Rescan");
            assertThat(scans)
                    .allMatch(e -> e.getString("store").equals(directory.toString()))
                    .extracting(
                            e -> e.getBoolean("opening"),
                            e -> e.getInt("directories"),
                            e -> e.getLong("files"),
                            e -> e.getBoolean("complete"))
                    .contains(tuple(true, 1, 1L, true), tuple(false, 2, 2L, true));
        }
    }

    /** Memory is asked, then the directory; the tiers are over both. */
    @Test
    void aRequestIsOneEventOfEachStoreThatIsAsked() throws IOException {
        CaffeineKvStore memory = memory(1 << 20);
        FileSystemKvStore disk = open(directory, 1 << 20);
        disk.save(draft(TEXT));
        disk.load(KEY).orElseThrow().close();
        try (TieredKvStore store = TieredKvStore.of(List.of(memory, disk));
                Flight flight = new Flight(scratch)) {
            load(store, TEXT);
            store.loadLongestPrefix(PrefixQuery.of("another prompt"));

            assertThat(flight.land("Load"))
                    .extracting(e -> e.getString("store"), e -> e.getString("outcome"))
                    .containsExactlyInAnyOrder(
                            tuple("tiers", "HIT"),
                            tuple("memory", "ABSENT"),
                            tuple(directory.toString(), "HIT"),
                            tuple("tiers", "NO_PREFIX"));
        }
    }

    @Test
    void memoryTellsTheSameAsADirectory() throws IOException {
        try (CaffeineKvStore root = memory(1 << 20);
                Flight flight = new Flight(scratch)) {
            KvStore store = root.in(Namespace.of("llama"));
            long bytes = store.save(draft(TEXT)).bytes();
            load(store, TEXT);
            load(store, "absent");
            store.loadLongestPrefix(PrefixQuery.of("another prompt"));

            List<RecordedEvent> events = flight.land();
            assertThat(events)
                    .extracting(
                            e -> e.getEventType().getName(),
                            e -> e.getString("store"),
                            e -> e.getString("namespace"),
                            e -> e.getString("outcome"),
                            e -> e.getLong("bytes"),
                            e -> e.getLong("tokens"))
                    .containsExactly(
                            tuple("dev.kvc.Save", "memory", "llama", "STORED", bytes, 7L),
                            tuple("dev.kvc.Load", "memory", "llama", "HIT", bytes, 7L),
                            tuple("dev.kvc.Load", "memory", "llama", "ABSENT", 0L, 0L),
                            tuple("dev.kvc.Load", "memory", "llama", "NO_PREFIX", 0L, 0L));
        }
    }

    @Test
    void noTextIsRecorded() throws IOException {
        String secret = "my password is swordfish";
        try (FileSystemKvStore store = open(directory, 1 << 20);
                Flight flight = new Flight(scratch)) {
            SnapshotDraft draft = SnapshotDraft.builder()
                    .text(secret)
                    .payload(secret.getBytes(ISO_8859_1))
                    .build();
            store.save(draft);
            store.loadLongestPrefix(PrefixQuery.of(secret + ", and yours?"))
                    .orElseThrow()
                    .close();
            store.loadLongestPrefix(PrefixQuery.of("swordfish"));
            Files.writeString(directory.resolve(draft.textKey() + ".kv"), secret.repeat(10));
            store.load(draft.textKey());

            assertThat(flight.land())
                    .hasSizeGreaterThanOrEqualTo(5)
                    .noneMatch(e -> e.toString().contains("swordfish"));
            assertThat(Files.readString(flight.file(), ISO_8859_1))
                    .contains(draft.textKey().toString())
                    .doesNotContain("swordfish");
        }
    }

    @Test
    void whatIsTooQuickForTheThresholdIsLeftOut() throws IOException {
        try (CaffeineKvStore store = memory(1 << 20);
                Recording recording = new Recording()) {
            recording.enable("dev.kvc.Load").withThreshold(java.time.Duration.ofHours(1));
            recording.start();
            load(store, "absent");
            recording.stop();
            Path file = scratch.resolve("quick.jfr");
            recording.dump(file);

            assertThat(jdk.jfr.consumer.RecordingFile.readAllEvents(file)).isEmpty();
        }
    }
}
