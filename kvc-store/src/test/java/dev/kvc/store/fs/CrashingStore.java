package dev.kvc.store.fs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvc.eviction.EvictionPolicies;
import dev.kvc.eviction.SnapshotId;
import dev.kvc.faultfs.FaultyFileSystem;
import dev.kvc.faultfs.OpenFile;
import dev.kvc.faultfs.Operation;
import dev.kvc.faultfs.PowerCut;
import dev.kvc.format.KvcKey;
import dev.kvc.format.Namespace;
import dev.kvc.store.DataSize;
import dev.kvc.store.Durability;
import dev.kvc.store.KvStore;
import dev.kvc.store.LoadOptions;
import dev.kvc.store.SaveOptions;
import dev.kvc.store.SaveResult;
import dev.kvc.store.Snapshot;
import dev.kvc.store.SnapshotInfo;
import dev.kvc.store.StoreListener;
import dev.kvc.store.Touch;
import dev.kvc.store.Verification;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A store in a small directory on a faulty file system. What is done with it may fail or be cut off; it keeps account
 * of what must be there afterwards, and looks.
 *
 * <p>The clock stands still while a store is open, so that its index is refreshed when asked to and at no other time,
 * and a single thread does everything that changes the directory.
 */
final class CrashingStore implements AutoCloseable {
    static final Namespace TENANT = Namespace.of("tenant");
    private static final byte[] FOREIGN = Fixtures.payload(100, 99);
    private static final LoadOptions QUIETLY = LoadOptions.DEFAULT.withoutHit();

    private final Path directory;
    private final long budget;
    private final Durability durability;
    private final SettableClock clock = new SettableClock();
    private final Known known = new Known();
    private final List<String> done = new ArrayList<>();
    /** Payload bytes of each version, from 1. */
    private final List<Integer> sizes = new ArrayList<>();

    private final StoreListener listener = new StoreListener() {
        @Override
        public void evicted(SnapshotInfo snapshot) {
            known.removed(snapshot.id(), false);
        }
    };
    private boolean mayFail;
    private FaultyFileSystem files;
    private FileSystemKvStore store;

    /** Opens a store in an empty directory that holds a file of somebody else. */
    CrashingStore(Path directory, long budget, Durability durability) throws IOException {
        this.directory = directory;
        this.budget = budget;
        this.durability = durability;
        Files.createDirectories(directory);
        Files.write(foreign(), FOREIGN);
        open();
    }

    private Path foreign() {
        return directory.resolve("notes.txt");
    }

    private FileSystemKvStore open(Path path, Durability wanted) throws IOException {
        FileSystemKvStore opened = FileSystemKvStore.builder(path)
                .budget(DataSize.ofBytes(budget))
                .policy(EvictionPolicies.lru()) // reads no texts in the background, which would not be replayed
                .durability(wanted)
                .lowWatermark(0)
                .clock(clock)
                .listeners(List.of(listener))
                .open();
        opened.openReport();
        return opened;
    }

    /** Starts again on what is there, which counts as flushed. */
    void open() throws IOException {
        // A directory that seems to change while it is listed is to be listed again.
        Files.setLastModifiedTime(directory, FileTime.from(clock.instant().plus(Duration.ofDays(1))));
        files = FaultyFileSystem.around(directory).rememberUnflushed();
        store = open(files.path(), durability);
        store.evictToBudget(); // lists it, and rests for as long as the clock stands
    }

    FaultyFileSystem files() {
        return files;
    }

    /** What was done, what the power cuts took, and what was last changed: for the message of a failing test. */
    List<String> story() {
        List<String> story = new ArrayList<>(done);
        files.trace().stream()
                .filter(line ->
                        Operation.valueOf(line.substring(0, line.indexOf(' '))).isChange())
                .forEach(line -> story.add("    " + line));
        return story;
    }

    static SnapshotId id(Namespace namespace, String text) {
        return new SnapshotId(namespace, KvcKey.of(text));
    }

    // What may be cut off

    /** What may throw when the world stops, or when a fault strikes. */
    private interface Step {
        void run() throws IOException;
    }

    private void step(String what, Step step) throws IOException {
        done.add(what);
        try {
            step.run();
        } catch (IOException e) {
            done.add("  " + e);
            if (!mayFail && !files.isStopped()) {
                throw e;
            }
        }
    }

    /** From now on, an {@code IOException} is a way for an operation to end. */
    void mayFail(boolean permitted) {
        mayFail = permitted;
    }

    void save(Namespace namespace, String text, int payloadBytes, SaveOptions options) throws IOException {
        sizes.add(payloadBytes);
        int version = sizes.size();
        SnapshotId id = id(namespace, text);
        boolean flushed = isFlushed(options);
        step("save " + namespace + " " + text + " #" + version + " " + options, () -> {
            known.saving(id, version, flushed);
            SaveResult result = store.in(namespace)
                    .save(id.key(), Fixtures.draft(text, Fixtures.payload(payloadBytes, version)), options);
            done.add("  " + result);
            switch (result.outcome()) {
                case STORED, REPLACED -> known.saved(id, version, flushed);
                case ALREADY_PRESENT -> {
                    known.notSaved(id, version);
                    known.alreadyPresent(id, flushed);
                }
                default -> known.notSaved(id, version);
            }
        });
    }

    private boolean isFlushed(SaveOptions options) {
        Durability own = options.durabilityOrNull();
        return (own == null ? durability : own) == Durability.FSYNC;
    }

    /** Loads, which counts a hit, and compares. */
    void hit(Namespace namespace, String text) throws IOException {
        SnapshotId id = id(namespace, text);
        step("hit " + namespace + " " + text, () -> {
            try (Snapshot snapshot = store.in(namespace).load(id.key()).orElse(null)) {
                compare(id, text, snapshot, known.afterCrash(id), false);
            }
        });
    }

    void touch(Namespace namespace, String text) throws IOException {
        step(
                "touch " + namespace + " " + text,
                () -> store.in(namespace).touch(List.of(new Touch(KvcKey.of(text), 3, clock.unix()))));
    }

    void reject(Namespace namespace, String text) throws IOException {
        SnapshotId id = id(namespace, text);
        step("reject " + namespace + " " + text, () -> {
            Optional<Snapshot> loaded = store.in(namespace).load(id.key());
            if (loaded.isPresent()) {
                try (Snapshot snapshot = loaded.get()) {
                    known.removing(id);
                    snapshot.reject();
                    known.removed(id, durability == Durability.FSYNC);
                }
            }
        });
    }

    void remove(Namespace namespace, String text) throws IOException {
        SnapshotId id = id(namespace, text);
        step("remove " + namespace + " " + text, () -> {
            known.removing(id);
            store.in(namespace).remove(id.key());
            known.removed(id, durability == Durability.FSYNC);
        });
    }

    /** Damages the last byte of the payload of a file, if it is there, and loads it. */
    void damage(Namespace namespace, String text) throws IOException {
        SnapshotId id = id(namespace, text);
        Path file = (namespace.isDefault() ? directory : directory.resolve(namespace.name())).resolve(id.key() + ".kv");
        if (files.isStopped() || !Files.exists(file)) {
            return;
        }
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length - 45] ^= 1;
        Files.write(file, bytes);
        step("damage " + namespace + " " + text, () -> {
            known.removed(id, false);
            store.in(namespace).load(id.key()).ifPresent(snapshot -> {
                throw new AssertionError("damaged, and served: " + snapshot.info());
            });
        });
    }

    void evictToBudget() throws IOException {
        step("evict to budget", () -> store.evictToBudget());
    }

    private void compare(SnapshotId id, String text, Snapshot snapshot, Known.State state, boolean maybeUnverified)
            throws IOException {
        if (files.isStopped() && snapshot == null) {
            return;
        }
        assertThat(snapshot == null && !state.mayBeMissing())
                .as("%s is missing; it is to be %s", id, state)
                .isFalse();
        if (snapshot == null || (maybeUnverified && snapshot.verification() == Verification.UNVERIFIED)) {
            return;
        }
        assertThat(snapshot.verification()).isEqualTo(Verification.VERIFIED);
        assertThat(snapshot.text()).isEqualTo(ByteBuffer.wrap(Fixtures.bytes(text)));
        assertThat(state.mayBe(version(snapshot)))
                .as("%s is version %s; it is to be %s", id, version(snapshot), state)
                .isTrue();
    }

    /** Which version a payload is; 0 for none. */
    private int version(Snapshot snapshot) throws IOException {
        byte[] payload = snapshot.payload().toByteArray();
        for (int version = 1; version <= sizes.size(); version++) {
            if (sizes.get(version - 1) == payload.length
                    && Arrays.equals(payload, Fixtures.payload(payload.length, version))) {
                return version;
            }
        }
        return 0;
    }

    // What is there afterwards

    /** Ends the process where it is, and checks what the next one finds. */
    void crashAndCheck(List<String> texts) throws IOException {
        end();
        long held = bytesHeld(false);
        assertThat(held).as("bytes on the disk, dead temporaries apart").isLessThanOrEqualTo(budget);
        check(texts, false);
    }

    /** Cuts the power, and checks what is found when it is there again. */
    void cutPowerAndCheck(List<String> texts, PowerCut powerCut) throws IOException {
        end();
        files.cut(powerCut).forEach(line -> done.add("  " + line));
        check(texts, true);
    }

    private void end() throws IOException {
        files.stop();
        store.close();
        clock.advance(Duration.ofMinutes(2)); // what is cut short is not being copied in
    }

    private void check(List<String> texts, boolean powerWasCut) throws IOException {
        // On the disk itself, which need not be waited for: what is there afterwards counts as flushed.
        try (FileSystemKvStore reopened = open(directory, Durability.PAGE_CACHE)) {
            for (Namespace namespace : List.of(Namespace.DEFAULT, TENANT)) {
                for (String text : texts) {
                    checkSnapshot(reopened, namespace, text, powerWasCut);
                }
            }
            checkDirectory(reopened);
        }
    }

    private void checkSnapshot(FileSystemKvStore reopened, Namespace namespace, String text, boolean powerWasCut)
            throws IOException {
        SnapshotId id = id(namespace, text);
        Known.State state = powerWasCut ? known.afterPowerCut(id) : known.afterCrash(id);
        KvStore view = reopened.in(namespace);
        try (Snapshot snapshot = view.load(id.key(), QUIETLY).orElse(null)) {
            compare(id, text, snapshot, state, powerWasCut && state.mayBeMissing());
            if (snapshot != null && snapshot.verification() == Verification.VERIFIED) {
                known.found(id, version(snapshot));
                return;
            }
        }
        view.remove(id.key()); // what cannot be verified is nothing to go on with
        known.missing(id);
    }

    /**
     * While the store is quiet and open: all snapshots are as they must be, nobody's file is harmed, nothing is left
     * over, the accounts are right, the budget holds.
     */
    void checkQuiet(List<String> texts) throws IOException {
        assertThat(store.stats().bytes()).as("bytes held").isEqualTo(bytesHeld(true));
        assertThat(files.openFiles())
                .extracting(OpenFile::path)
                .allMatch(path -> path.endsWith(".kvc.lock"), "is the lock file");
        for (Namespace namespace : List.of(Namespace.DEFAULT, TENANT)) {
            for (String text : texts) {
                SnapshotId id = id(namespace, text);
                try (Snapshot snapshot =
                        store.in(namespace).load(id.key(), QUIETLY).orElse(null)) {
                    compare(id, text, snapshot, known.afterCrash(id), false);
                }
            }
        }
        checkDirectory(store);
    }

    private void checkDirectory(FileSystemKvStore opened) throws IOException {
        assertThat(foreign()).hasBinaryContent(FOREIGN);
        opened.evictToBudget();
        assertThat(bytesHeld(true)).isEqualTo(opened.stats().bytes()).isLessThanOrEqualTo(budget);
    }

    /** What counts against the budget. */
    private long bytesHeld(boolean noTemporaries) throws IOException {
        long bytes = 0;
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path file : (Iterable<Path>) all.filter(Files::isRegularFile)::iterator) {
                FileNames.Parsed name = FileNames.parse(file.getFileName().toString());
                boolean isTemporary = name.kind() == FileNames.Kind.OUR_TEMPORARY;
                assertThat(isTemporary && noTemporaries).as("%s is left", file).isFalse();
                bytes += name.kind() == FileNames.Kind.LOCK || isTemporary ? 0 : Files.size(file);
            }
        }
        return bytes;
    }

    @Override
    public void close() throws IOException {
        store.close();
    }
}
