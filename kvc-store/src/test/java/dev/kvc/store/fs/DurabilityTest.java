package dev.kvc.store.fs;

import static dev.kvc.store.fs.Fixtures.draft;
import static dev.kvc.store.fs.Fixtures.payload;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvc.faultfs.Fault;
import dev.kvc.faultfs.FaultyFileSystem;
import dev.kvc.faultfs.Operation;
import dev.kvc.faultfs.PowerCut;
import dev.kvc.format.KvcKey;
import dev.kvc.format.Namespace;
import dev.kvc.store.DataSize;
import dev.kvc.store.Durability;
import dev.kvc.store.KvStore;
import dev.kvc.store.SaveOptions;
import dev.kvc.store.SaveResult.Outcome;
import dev.kvc.store.Snapshot;
import dev.kvc.store.Verification;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What {@link Durability#FSYNC} promises when the power is cut. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "directories cannot be flushed there")
class DurabilityTest {
    private static final Namespace TENANT = Namespace.of("tenant");

    @TempDir
    Path directory;

    private FaultyFileSystem files;

    @BeforeEach
    void remember() throws IOException {
        files = FaultyFileSystem.around(directory).rememberUnflushed();
    }

    private static FileSystemKvStore open(Path path, Durability durability) throws IOException {
        return FileSystemKvStore.builder(path)
                .budget(DataSize.ofMebibytes(1))
                .durability(durability)
                .open();
    }

    private static void assertServed(KvStore store, String text) throws IOException {
        try (Snapshot snapshot = store.load(KvcKey.of(text)).orElseThrow()) {
            assertThat(snapshot.verification()).isEqualTo(Verification.VERIFIED);
            assertThat(snapshot.payload().toByteArray()).isEqualTo(payload(100, text.hashCode()));
        }
    }

    @Test
    void a_save_whose_name_cannot_be_flushed_is_not_acknowledged() throws IOException {
        files.with(Fault.on(Operation.FORCE).where(Files::isDirectory));
        try (FileSystemKvStore store = open(files.path(), Durability.FSYNC)) {
            assertThatThrownBy(() -> store.save(draft("one", 100)))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("FORCE fails");
            SaveOptions cached = SaveOptions.DEFAULT.durability(Durability.PAGE_CACHE);
            assertThat(store.save(KvcKey.of("two"), draft("two", 100), cached).outcome())
                    .isEqualTo(Outcome.STORED);
        }
    }

    @Test
    void a_save_lasts_in_the_directory_of_a_namespace_that_somebody_made_and_did_not_flush() throws IOException {
        try (FileSystemKvStore store = open(files.path(), Durability.FSYNC)) {
            Files.createDirectory(files.path().resolve(TENANT.name()));
            store.in(TENANT).save(draft("one", 100));
        }
        files.cut(PowerCut.losingAll());
        try (FileSystemKvStore store = open(directory, Durability.FSYNC)) {
            assertServed(store.in(TENANT), "one");
        }
    }

    @Test
    void a_save_lasts_in_a_directory_that_somebody_made_and_did_not_flush() throws IOException {
        Path cache = Files.createDirectory(files.path().resolve("cache"));
        try (FileSystemKvStore store = open(cache, Durability.FSYNC)) {
            store.save(draft("one", 100));
        }
        files.cut(PowerCut.losingAll());
        try (FileSystemKvStore store = open(directory.resolve("cache"), Durability.FSYNC)) {
            assertServed(store, "one");
        }
    }

    @Test
    void a_save_that_finds_a_snapshot_that_serves_as_well_makes_that_one_last() throws IOException {
        try (FileSystemKvStore store = open(files.path(), Durability.PAGE_CACHE)) {
            store.save(draft("one", 100));
            SaveOptions lasting = SaveOptions.IF_ABSENT.durability(Durability.FSYNC);
            assertThat(store.save(KvcKey.of("one"), draft("one", 100), lasting).outcome())
                    .isEqualTo(Outcome.ALREADY_PRESENT);
        }
        files.cut(PowerCut.losingAll());
        try (FileSystemKvStore store = open(directory, Durability.FSYNC)) {
            assertServed(store, "one");
        }
    }

    @Test
    void u7_what_was_rejected_stays_rejected() throws IOException {
        try (FileSystemKvStore store = open(files.path(), Durability.FSYNC)) {
            store.save(draft("one", 100));
            try (Snapshot snapshot = store.load(KvcKey.of("one")).orElseThrow()) {
                snapshot.reject();
            }
        }
        files.cut(PowerCut.losingAll());
        try (FileSystemKvStore store = open(directory, Durability.FSYNC)) {
            assertThat(store.load(KvcKey.of("one"))).isEmpty();
        }
    }

    @Test
    void what_was_removed_stays_removed() throws IOException {
        try (FileSystemKvStore store = open(files.path(), Durability.FSYNC)) {
            store.save(draft("one", 100));
            store.remove(KvcKey.of("one"));
        }
        files.cut(PowerCut.losingAll());
        try (FileSystemKvStore store = open(directory, Durability.FSYNC)) {
            assertThat(store.load(KvcKey.of("one"))).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void hits_that_are_lost_or_torn_cost_the_snapshot_nothing(PowerCut.Fate fate) throws IOException {
        for (int seed = 0; seed < 16; seed++) {
            files = FaultyFileSystem.around(directory).rememberUnflushed();
            try (FileSystemKvStore store = open(files.path(), Durability.FSYNC)) {
                store.save(draft("one", 100));
                assertServed(store, "one");
            }
            files.cut(PowerCut.seeded(seed).withFiles(fate));
            try (FileSystemKvStore store = open(directory, Durability.FSYNC)) {
                assertServed(store, "one");
            }
        }
    }
}
