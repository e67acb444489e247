package dev.kvc.store.fs;

import static dev.kvc.store.fs.Fixtures.draft;
import static dev.kvc.store.fs.Fixtures.placeReferenceFile;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvc.faultfs.Operation;
import dev.kvc.format.KvcKey;
import dev.kvc.format.Namespace;
import dev.kvc.store.DataSize;
import dev.kvc.store.KvStores;
import dev.kvc.store.LoadOptions;
import dev.kvc.store.MissReason;
import dev.kvc.store.PrefixQuery;
import dev.kvc.store.SaveResult;
import dev.kvc.store.Snapshot;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiPredicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Directories that are none, or that may not be read or written. */
class BadDirectoriesTest {
    @TempDir
    Path directory;

    private static FileSystemKvStore open(Path where) throws IOException {
        return FileSystemKvStore.builder(where).budget(DataSize.ofMebibytes(1)).open();
    }

    /** Opens the directory as a user would who may not do what {@code denied} says. */
    private FileSystemKvStore openDenied(BiPredicate<Operation, Path> denied) throws IOException {
        return open(Fixtures.watched(directory, (operation, path) -> {
            if (denied.test(operation, path)) {
                throw new AccessDeniedException(path.toString());
            }
        }));
    }

    @Test
    void a_directory_that_is_a_file_is_named_and_left_alone() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "precious");
        assertThatThrownBy(() -> open(file))
                .isInstanceOf(NotDirectoryException.class)
                .hasMessageContaining(file + " is not a directory");
        assertThatThrownBy(() -> KvStores.open(file.toUri() + "?budget=64MiB"))
                .isInstanceOf(NotDirectoryException.class);
        assertThat(file).hasContent("precious");
    }

    @Test
    void a_directory_below_a_file_is_named() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "precious");
        assertThatThrownBy(() -> open(file.resolve("cache")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(file.toString());
    }

    @Test
    void a_link_that_leads_nowhere_is_no_directory() throws IOException {
        Path link = Files.createSymbolicLink(directory.resolve("link"), directory.resolve("gone"));
        assertThatThrownBy(() -> open(link))
                .isInstanceOf(FileAlreadyExistsException.class)
                .hasMessageContaining(link.toString());
    }

    @Test
    void a_directory_that_cannot_be_made_is_named() throws IOException {
        Path cache = directory.resolve("cache");
        assertThatThrownBy(() -> open(Fixtures.watched(cache, (operation, path) -> {
                    if (operation == Operation.CREATE_DIRECTORY) {
                        throw new AccessDeniedException(path.toString());
                    }
                })))
                .isInstanceOf(AccessDeniedException.class)
                .hasMessageContaining(cache.toString());
    }

    @Test
    void a_directory_that_cannot_be_read_is_refused_at_once() {
        assertThatThrownBy(
                        () -> openDenied((operation, path) -> operation == Operation.READ_ACCESS && Files.exists(path)))
                .isInstanceOf(AccessDeniedException.class)
                .hasMessageContaining(directory.toString());
    }

    @Test
    void a_directory_that_cannot_be_listed_serves_exact_loads_and_says_why_it_does_nothing_else() throws IOException {
        placeReferenceFile(directory, "there", 100, 1_700_000_000);
        try (FileSystemKvStore store = openDenied((operation, path) -> operation == Operation.LIST)) {
            store.load(KvcKey.of("there")).orElseThrow().close();
            assertThatThrownBy(() -> store.save(draft("new", 10)))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("could not be read when it was opened")
                    .hasCauseInstanceOf(AccessDeniedException.class);
            assertThatThrownBy(() -> store.match(PrefixQuery.of("there it is"))).isInstanceOf(IOException.class);
        }
    }

    @Test
    void a_directory_that_cannot_be_written_serves_hits_and_counts_them_nowhere() throws IOException {
        Path file = placeReferenceFile(directory, "there", 100, 1_700_000_000);
        byte[] before = Files.readAllBytes(file);
        try (FileSystemKvStore store = openDenied((operation, path) ->
                operation == Operation.WRITE_ACCESS || operation == Operation.DELETE || operation == Operation.MOVE)) {
            try (Snapshot hit =
                    store.loadLongestPrefix(PrefixQuery.of("there it is")).orElseThrow()) {
                assertThat(hit.payload().toByteArray()).hasSize(100);
            }
            assertThat(store.stats().hits()).isEqualTo(1);
        }
        assertThat(file).hasBinaryContent(before);
    }

    @Test
    void a_save_into_a_directory_that_cannot_be_written_fails_and_a_resilient_store_says_so() throws IOException {
        try (FileSystemKvStore store = openDenied((operation, path) -> operation == Operation.WRITE_ACCESS
                || (operation == Operation.CREATE && path.toString().endsWith(".tmp")))) {
            assertThatThrownBy(() -> store.save(draft("new", 10)))
                    .isInstanceOf(AccessDeniedException.class)
                    .hasMessageContaining(directory.toString());
            assertThat(KvStores.resilient(store).save(draft("new", 10)).cause())
                    .get()
                    .isInstanceOf(AccessDeniedException.class);
        }
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void a_file_that_may_not_be_opened_is_a_miss_and_stays() throws IOException {
        Path secret = placeReferenceFile(directory, "secret", 100, 1_700_000_000);
        placeReferenceFile(directory, "sec", 100, 1_700_000_000);
        try (FileSystemKvStore store =
                openDenied((operation, path) -> Fixtures.isOpening(operation) && path.endsWith(secret.getFileName()))) {
            assertThat(store.load(KvcKey.of("secret"))).isEmpty();
            assertThat(store.stats().misses()).containsKey(MissReason.UNREADABLE);
            try (Snapshot hit =
                    store.loadLongestPrefix(PrefixQuery.of("secrets")).orElseThrow()) {
                assertThat(hit.info().key()).isEqualTo(KvcKey.of("sec"));
            }
        }
        assertThat(secret).exists();
    }

    @Test
    void a_subdirectory_that_may_not_be_listed_is_passed_over_and_the_others_are_served() throws IOException {
        Path closed = Files.createDirectory(directory.resolve("closed"));
        placeReferenceFile(directory, "there", 100, 1_700_000_000);
        try (FileSystemKvStore store =
                openDenied((operation, path) -> operation == Operation.LIST && path.endsWith(closed.getFileName()))) {
            assertThat(store.openReport().snapshots()).isEqualTo(1);
            assertThat(store.save(draft("new", 10)).isLoadable()).isTrue();
            store.loadLongestPrefix(PrefixQuery.of("there it is")).orElseThrow().close();
            assertThat(store.in(Namespace.of("closed")).load(KvcKey.of("there"), LoadOptions.DEFAULT))
                    .isEmpty();
        }
    }

    /** Its names may be read, and nothing else of its files. */
    @Test
    void a_subdirectory_that_may_not_be_searched_is_passed_over_and_the_others_are_served() throws IOException {
        Path closed = Files.createDirectory(directory.resolve("closed"));
        placeReferenceFile(closed, "hidden", 100, 1_700_000_000);
        placeReferenceFile(directory, "there", 100, 1_700_000_000);
        try (FileSystemKvStore store = openDenied((operation, path) ->
                (operation == Operation.READ_ACCESS || Fixtures.isOpening(operation)) && path.startsWith(closed))) {
            assertThat(store.openReport().snapshots()).isEqualTo(1);
            assertThat(store.stats().bytes()).isEqualTo(52 + 5 + 100);
            assertThat(store.save(draft("new", 10)).isLoadable()).isTrue();
        }
    }

    /** What is open stays so, and names can be looked at: files and directories lose their modes, not their parents. */
    private static boolean needsPermission(Operation operation) {
        return switch (operation) {
            case READ, READ_ATTRIBUTES, FILE_STORE -> false;
            default -> true;
        };
    }

    /** While the store is open: nothing is lost by it, and everything is as before when they are given back. */
    @Test
    void permissions_that_are_taken_away_and_given_back_cost_misses_and_failed_saves() throws IOException {
        AtomicBoolean taken = new AtomicBoolean();
        try (FileSystemKvStore store = openDenied((operation, path) -> taken.get() && needsPermission(operation))) {
            store.save(draft("there", 400_000));
            store.save(draft("there it", 400_000));
            try (Snapshot open = store.load(KvcKey.of("there")).orElseThrow()) {
                taken.set(true);
                assertThat(open.payload().toByteArray()).hasSize(400_000);
            }
            assertThat(store.load(KvcKey.of("there"))).isEmpty();
            assertThat(store.loadLongestPrefix(PrefixQuery.of("there it is"))).isEmpty();
            assertThat(store.stats().misses()).containsEntry(MissReason.UNREADABLE, 3L);
            assertThatThrownBy(() -> store.save(draft("new", 10))).isInstanceOf(AccessDeniedException.class);
            assertThatThrownBy(() -> store.save(draft("large", 800_000))).isInstanceOf(IOException.class);
            assertThat(KvStores.resilient(store).save(draft("new", 10)).outcome())
                    .isEqualTo(SaveResult.Outcome.FAILED);
            assertThatThrownBy(() -> store.remove(KvcKey.of("there"))).isInstanceOf(AccessDeniedException.class);
            assertThat(store.stats().snapshots()).isEqualTo(2);
            taken.set(false);
            store.loadLongestPrefix(PrefixQuery.of("there it is")).orElseThrow().close();
            store.load(KvcKey.of("there")).orElseThrow().close();
            assertThat(store.save(draft("large", 800_000)).isLoadable()).isTrue();
        }
        assertThat(directory).isDirectoryNotContaining("glob:**.tmp");
    }
}
