package dev.kvc.store.fs;

import static dev.kvc.store.fs.Fixtures.draft;
import static dev.kvc.store.fs.Fixtures.payload;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvc.eviction.EvictionPolicies;
import dev.kvc.faultfs.Operation;
import dev.kvc.format.KvcFormatException;
import dev.kvc.format.KvcHeader;
import dev.kvc.format.KvcKey;
import dev.kvc.store.DataSize;
import dev.kvc.store.LoadOptions;
import dev.kvc.store.LoadOptions.Verify;
import dev.kvc.store.Payload;
import dev.kvc.store.Snapshot;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Loads of files that are as the index knows them, and of files that only seem so. */
class KnownFilesTest {
    private static final KvcKey KEY = KvcKey.of("there");
    /** The longest payload that is read with its header, its text of 5 bytes and its footer. */
    private static final int LAST_SMALL = FileHead.MAX_BYTES - 1 - 52 - 5 - 44;

    @TempDir
    Path directory;

    private static FileSystemKvStore open(Path where) throws IOException {
        // A policy that uses no ancestors: nobody looks at files in the background.
        return FileSystemKvStore.builder(where)
                .budget(DataSize.ofMebibytes(100))
                .policy(EvictionPolicies.lru())
                .open();
    }

    private Path file() {
        return directory.resolve(FileNames.snapshot(KEY));
    }

    /** Gives the name to another file, as another process does. */
    private void replaceFile(byte[] bytes) throws IOException {
        StoreFiles.rename(Files.write(directory.resolve("arriving.tmp"), bytes), file());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, LAST_SMALL, LAST_SMALL + 1, 3 << 20})
    void file_that_is_as_it_is_known_is_opened_once_and_its_name_not_looked_at(int payloadBytes) throws IOException {
        AtomicInteger opened = new AtomicInteger();
        AtomicInteger looks = new AtomicInteger();
        Thread loader = Thread.currentThread(); // others may refresh the index
        Path watched = Fixtures.watched(directory, (operation, path) -> {
            if (path.endsWith(KEY + ".kv") && Thread.currentThread() == loader) {
                opened.addAndGet(Fixtures.isOpening(operation) ? 1 : 0);
                looks.addAndGet(operation == Operation.READ_ATTRIBUTES ? 1 : 0);
            }
        });
        try (FileSystemKvStore store = open(watched)) {
            store.save(draft("there", payload(payloadBytes, 1)));
            opened.set(0);
            looks.set(0);
            for (Verify verify : Verify.values()) {
                try (Snapshot snapshot =
                        store.load(KEY, LoadOptions.DEFAULT.verify(verify)).orElseThrow()) {
                    assertThat(snapshot.payload().toByteArray()).isEqualTo(payload(payloadBytes, 1));
                    assertThat(snapshot.trailer().raw().remaining()).isZero();
                }
            }
            assertThat(opened).hasValue(Verify.values().length);
            assertThat(looks).hasValue(0);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, LAST_SMALL, LAST_SMALL + 1, 3 << 20})
    void file_that_has_grown_since_is_served_as_what_it_is_now(int payloadBytes) throws IOException {
        try (FileSystemKvStore store = open(directory)) {
            store.save(draft("there", payload(payloadBytes, 1)));
            Files.write(file(), new byte[] {1}, StandardOpenOption.APPEND);
            try (FileSystemKvStore fresh = open(directory);
                    Snapshot expected = fresh.load(KEY).orElseThrow();
                    Snapshot snapshot = store.load(KEY).orElseThrow()) {
                assertThat(snapshot.verification()).isEqualTo(expected.verification());
                assertThat(snapshot.info().storedBytes())
                        .isEqualTo(Files.size(file()))
                        .isEqualTo(expected.info().storedBytes());
                assertThat(snapshot.trailer().raw())
                        .isEqualTo(expected.trailer().raw());
            }
        }
    }

    /** As while somebody copies another file to the name. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void file_that_has_been_cut_since_is_a_miss(boolean hasFooter) throws IOException {
        for (Verify verify : Verify.values()) {
            for (int payloadBytes : new int[] {1000, LAST_SMALL + 1, 3 << 20}) {
                try (FileSystemKvStore store = open(directory)) {
                    if (hasFooter) {
                        store.save(draft("there", payload(payloadBytes, 1)));
                    } else {
                        Fixtures.placeReferenceFile(directory, "there", payloadBytes, 1_700_000_000L);
                    }
                    store.openReport();
                    assertThat(store.contains(KEY)).isTrue();
                    try (FileChannel channel = FileChannel.open(file(), StandardOpenOption.WRITE)) {
                        channel.truncate(payloadBytes / 2);
                    }
                    assertThat(store.load(KEY, LoadOptions.DEFAULT.verify(verify)))
                            .as("%s of %d", verify, payloadBytes)
                            .isEmpty();
                }
                Files.deleteIfExists(file());
                Files.deleteIfExists(directory.resolve(FileNames.setAside(KEY)));
            }
        }
    }

    /** A mapping shows what the file has now, whatever was read of it before. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void what_has_changed_is_not_mapped_as_verified(boolean isWritable) throws IOException {
        try (FileSystemKvStore store = open(directory)) {
            store.save(draft("there", payload(1000, 1)));
        }
        try (FileSystemKvStore store = FileSystemKvStore.builder(directory)
                        .budget(DataSize.ofMebibytes(100))
                        .mode(isWritable ? OpenMode.SERVE : OpenMode.READ)
                        .open();
                Snapshot snapshot = store.load(KEY, LoadOptions.DEFAULT.verify(Verify.ON_READ))
                        .orElseThrow()) {
            Fixtures.flip(file(), 500);
            assertThatThrownBy(() -> snapshot.payload().map()).isInstanceOf(KvcFormatException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, LAST_SMALL, LAST_SMALL + 1, 3 << 20})
    void what_is_kept_in_memory_is_the_payload(int payloadBytes) throws IOException {
        try (FileSystemKvStore store = open(directory)) {
            store.save(draft("there", payload(payloadBytes, 1)));
            try (Snapshot snapshot =
                    store.load(KEY, LoadOptions.DEFAULT.keeping(100 << 20)).orElseThrow()) {
                assertThat(snapshot.payload().toByteArray()).isEqualTo(payload(payloadBytes, 1));
            }
        }
    }

    /** Saved by another process within the same second, of the same length: it is taken for the one that was known. */
    @Test
    void file_that_only_seems_to_be_the_known_one_is_rejected_as_what_it_is() throws IOException {
        try (FileSystemKvStore store = open(directory);
                FileSystemKvStore other = open(directory)) {
            store.save(draft("there", payload(1000, 1)));
            other.save(draft("there", payload(1000, 2)));
            try (Snapshot snapshot = store.load(KEY).orElseThrow()) {
                assertThat(snapshot.payload().toByteArray()).isEqualTo(payload(1000, 2));
                snapshot.reject();
                assertThat(file()).doesNotExist();
            }
        }
    }

    /** Its writer has it locked until its name is flushed, too. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void file_that_took_the_place_of_a_rejected_one_stays(boolean isLocked) throws IOException {
        try (FileSystemKvStore store = open(directory)) {
            store.save(draft("there", payload(1000, 1)));
            byte[] next = Files.readAllBytes(file());
            try (Snapshot snapshot = store.load(KEY).orElseThrow()) {
                replaceFile(next);
                try (FileChannel locked = FileChannel.open(file(), StandardOpenOption.WRITE)) {
                    if (isLocked) {
                        assertThat(locked.lock().isValid()).isTrue();
                    }
                    snapshot.reject();
                }
                assertThat(file()).hasBinaryContent(next);
            }
        }
    }

    /** As long as the one that was there, so that its length says nothing. */
    @Test
    void another_snapshot_under_the_name_is_served_as_what_it_is() throws IOException {
        try (FileSystemKvStore store = open(directory)) {
            store.save(draft("there", payload(1000, 1)));
            byte[] other = Fixtures.referenceFile(
                    KvcHeader.builder().payloadBytes(1044).tokenCount(7).build(),
                    Fixtures.bytes("there"),
                    payload(1044, 2));
            assertThat(other).hasSize((int) Files.size(file()));
            replaceFile(other);
            try (Snapshot snapshot = store.load(KEY).orElseThrow()) {
                assertThat(snapshot.payload().toByteArray()).isEqualTo(payload(1044, 2));
                assertThat(snapshot.info().header().tokenCount()).isEqualTo(7);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Verify.class)
    void small_file_that_changes_while_it_is_open_is_read_as_it_was(Verify verify) throws IOException {
        try (FileSystemKvStore store = open(directory)) {
            store.save(draft("there", payload(1000, 1)));
            try (Snapshot snapshot =
                    store.load(KEY, LoadOptions.DEFAULT.verify(verify)).orElseThrow()) {
                Fixtures.flip(file(), 500);
                assertThat(snapshot.payload().toByteArray()).isEqualTo(payload(1000, 1));
            }
        }
    }

    /** More than there is memory for that is used again. */
    @Test
    void small_snapshots_that_are_open_at_once_keep_their_own_bytes_until_they_are_closed() throws IOException {
        int count = 200;
        try (FileSystemKvStore store = open(directory)) {
            for (int i = 0; i < count; i++) {
                store.save(draft("text " + i, payload(1000 + i, i)));
            }
            for (int round = 0; round < 2; round++) {
                List<Snapshot> open = new ArrayList<>();
                for (int i = 0; i < count; i++) {
                    open.add(store.load(KvcKey.of("text " + i)).orElseThrow());
                }
                for (int i = 0; i < count; i++) {
                    Payload payload = open.get(i).payload();
                    assertThat(payload.toByteArray()).isEqualTo(payload(1000 + i, i));
                    open.get(i).close();
                    assertThatThrownBy(payload::toByteArray).isInstanceOf(ClosedChannelException.class);
                }
            }
        }
    }
}
