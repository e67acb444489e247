package dev.kvc.store.fs;

import static dev.kvc.store.fs.Fixtures.draft;
import static dev.kvc.store.fs.Fixtures.placeReferenceFile;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvc.format.KvcKey;
import dev.kvc.format.Namespace;
import dev.kvc.store.DataSize;
import dev.kvc.store.KvStore;
import dev.kvc.store.PrefixQuery;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** U20: a symbolic link inside the directory is not followed; one on the way to the directory is. */
class SymbolicLinksTest {
    private static final Namespace TENANT = Namespace.of("tenant");

    @TempDir
    Path temporary;

    private Path directory;
    private Path outside;
    private Path outsideFile;
    private byte[] outsideBytes;

    @BeforeEach
    void makeDirectories() throws IOException {
        directory = Files.createDirectory(temporary.resolve("cache"));
        outside = Files.createDirectory(temporary.resolve("outside"));
        outsideFile = placeReferenceFile(outside, "linked", 1000, 1_700_000_000);
        outsideBytes = Files.readAllBytes(outsideFile);
    }

    private FileSystemKvStore open(Path where) throws IOException {
        return FileSystemKvStore.builder(where)
                .budget(DataSize.ofBytes(2_000))
                .lowWatermark(0)
                .open();
    }

    private static void assertKnowsNothing(KvStore view) throws IOException {
        assertThat(view.load(KvcKey.of("linked"))).isEmpty();
        assertThat(view.stat(KvcKey.of("linked"))).isEmpty();
        assertThat(view.loadLongestPrefix(PrefixQuery.of("linked list"))).isEmpty();
        assertThat(view.remove(KvcKey.of("linked"))).isFalse();
    }

    @Test
    void u20_a_linked_snapshot_is_not_served_counted_or_evicted() throws IOException {
        Path link = Files.createSymbolicLink(directory.resolve(outsideFile.getFileName()), outsideFile);
        try (FileSystemKvStore store = open(directory)) {
            assertKnowsNothing(store);
            assertThat(store.stats().bytes()).isZero();
            store.save(draft("one", 1_000));
            store.save(draft("two", 1_000));
            assertThat(store.evictToBudget()).isZero();
        }
        assertThat(link).isSymbolicLink();
        assertThat(outsideFile).hasBinaryContent(outsideBytes);
    }

    @Test
    void u20_a_linked_directory_is_no_namespace() throws IOException {
        Path link = Files.createSymbolicLink(directory.resolve("tenant"), outside);
        try (FileSystemKvStore store = open(directory)) {
            assertKnowsNothing(store.in(TENANT));
            assertThat(store.namespaces()).doesNotContain(TENANT);
            assertThat(store.stats().bytes()).isZero();
            assertThatThrownBy(() -> store.in(TENANT).save(draft("linked", 10)))
                    .isInstanceOf(NotDirectoryException.class)
                    .hasMessageContaining("tenant is not a directory");
        }
        assertThat(link).isSymbolicLink();
        assertThat(outside).isDirectoryNotContaining(file -> !file.equals(outsideFile));
        assertThat(outsideFile).hasBinaryContent(outsideBytes);
    }

    @Test
    void u20_a_namespace_that_becomes_a_link_while_the_store_is_open_is_left_alone() throws IOException {
        try (FileSystemKvStore store = open(directory)) {
            store.in(TENANT).save(draft("linked", 1_000));
            Path moved = Files.move(directory.resolve("tenant"), temporary.resolve("moved"));
            Files.createSymbolicLink(directory.resolve("tenant"), moved);
            assertKnowsNothing(store.in(TENANT));
            store.save(draft("one", 1_000));
            assertThat(store.save(draft("two", 1_000)).evicted()).isEqualTo(1);
            assertThat(moved.resolve(outsideFile.getFileName())).exists();
        }
    }

    @Test
    void u20_a_linked_lock_file_is_not_written_through_and_is_named() throws IOException {
        Path target = Files.writeString(outside.resolve("precious"), "as it was");
        Files.createSymbolicLink(directory.resolve(".kvc.lock"), target);
        try (FileSystemKvStore store = open(directory)) {
            store.save(draft("one", 1_000));
            assertThatThrownBy(() -> store.save(draft("two", 1_000)))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(".kvc.lock")
                    .hasMessageContaining("no regular file");
            assertThat(store.contains(KvcKey.of("one"))).isTrue();
        }
        assertThat(target).hasContent("as it was");
    }

    @Test
    void a_directory_whose_own_path_holds_a_link_works() throws IOException {
        Path link = Files.createSymbolicLink(temporary.resolve("link"), directory);
        try (FileSystemKvStore store = open(link.resolve("deeper"))) {
            store.save(draft("one", 100));
            store.in(TENANT).save(draft("two", 100));
            assertThat(store.directory()).isEqualTo(directory.toRealPath().resolve("deeper"));
        }
        try (FileSystemKvStore store = open(directory.resolve("deeper"))) {
            store.load(KvcKey.of("one")).orElseThrow().close();
            store.in(TENANT).load(KvcKey.of("two")).orElseThrow().close();
        }
    }

    /** As when an administrator moves a cache to another disk: links on the way to the directory are followed. */
    @Test
    void a_directory_that_is_moved_and_becomes_a_link_while_the_store_is_open_is_followed() throws IOException {
        try (FileSystemKvStore store = open(directory)) {
            store.save(draft("one", 500));
            Path moved = Files.move(directory, temporary.resolve("moved"));
            Files.createSymbolicLink(directory, moved);
            store.load(KvcKey.of("one")).orElseThrow().close();
            awaitTick(directory);
            store.evictToBudget(); // takes up what there is by now
            try (FileSystemKvStore other = open(moved)) {
                other.save(draft("another", 500));
            }
            store.evictToBudget(); // takes up what came
            store.loadLongestPrefix(PrefixQuery.of("another one")).orElseThrow().close();
            assertThat(store.save(draft("three", 1_200)).evicted()).isEqualTo(1);
            assertThat(store.stats().bytes()).isLessThanOrEqualTo(2_000);
            assertThat(moved.resolve(FileNames.snapshot(KvcKey.of("three")))).isRegularFile();
        }
    }

    /** Until a listing is certain to see what follows by the time of a change: files are stamped by a coarse clock. */
    private static void awaitTick(Path link) throws IOException {
        long changed =
                Files.getLastModifiedTime(link, LinkOption.NOFOLLOW_LINKS).toMillis();
        while (System.currentTimeMillis() - changed < 50) {
            Thread.onSpinWait();
        }
    }
}
