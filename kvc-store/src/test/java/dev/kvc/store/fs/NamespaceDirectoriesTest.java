package dev.kvc.store.fs;

import static dev.kvc.store.fs.Fixtures.draft;
import static dev.kvc.store.fs.Fixtures.placeReferenceFile;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvc.faultfs.Operation;
import dev.kvc.format.KvcKey;
import dev.kvc.format.Namespace;
import dev.kvc.store.DataSize;
import dev.kvc.store.KvStore;
import dev.kvc.store.PrefixQuery;
import dev.kvc.store.SnapshotInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** U19: a namespace is a subdirectory, which no lookup leaves and no name can leave. */
class NamespaceDirectoriesTest {
    private static final Namespace ALICE = Namespace.of("alice");
    private static final Namespace BOB = Namespace.of("bob");

    @TempDir
    Path directory;

    private FileSystemKvStore store;

    @BeforeEach
    void open() throws IOException {
        store = FileSystemKvStore.builder(directory)
                .budget(DataSize.ofMebibytes(1))
                .open();
    }

    @AfterEach
    void close() throws IOException {
        store.close();
    }

    private static void assertKnowsNothing(KvStore view, String text) throws IOException {
        assertThat(view.load(KvcKey.of(text))).isEmpty();
        assertThat(view.stat(KvcKey.of(text))).isEmpty();
        assertThat(view.remove(KvcKey.of(text))).isFalse();
        assertThat(view.match(PrefixQuery.of(text)).candidates()).isEmpty();
        assertThat(view.loadLongestPrefix(PrefixQuery.of(text))).isEmpty();
        try (Stream<SnapshotInfo> list = view.list()) {
            assertThat(list.map(SnapshotInfo::key)).doesNotContain(KvcKey.of(text));
        }
    }

    @Test
    void u19_what_a_tenant_saved_is_in_its_subdirectory_and_is_a_miss_for_all_others() throws IOException {
        store.in(ALICE).save(draft("a secret", 100));
        assertThat(directory.resolve("alice").resolve(KvcKey.of("a secret") + ".kv"))
                .exists();
        assertKnowsNothing(store.in(BOB), "a secret");
        assertKnowsNothing(store, "a secret");
        assertThat(store.in(ALICE).contains(KvcKey.of("a secret"))).isTrue();
    }

    @Test
    void u19_what_is_in_the_directory_itself_is_a_miss_for_every_tenant() throws IOException {
        store.save(draft("common", 100));
        assertKnowsNothing(store.in(ALICE), "common");
    }

    @Test
    void u19_tenants_are_kept_apart_after_a_restart_too() throws IOException {
        store.in(ALICE).save(draft("a secret", 100));
        store.in(BOB).save(draft("another", 100));
        store.close();
        open();
        assertKnowsNothing(store.in(BOB), "a secret");
        assertKnowsNothing(store.in(ALICE), "another");
        assertThat(store.namespaces()).containsExactlyInAnyOrder(ALICE, BOB, Namespace.DEFAULT);
    }

    @Test
    void u19_a_file_that_another_process_put_into_a_tenants_directory_is_that_tenants_alone() throws IOException {
        store.openReport();
        placeReferenceFile(Files.createDirectory(directory.resolve("alice")), "late", 100, 1_700_000_000);
        assertKnowsNothing(store.in(BOB), "late");
        store.in(ALICE).load(KvcKey.of("late")).orElseThrow().close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "..", ".", "../bob", "a/b", "/etc", "a\\b", "A", "Bob", "x.kv", "x.bad", "x.tmp", ".hidden", "-x",
                "a b", "a\0b", "a\n", "é", "con:", " "
            })
    void u19_a_name_that_could_leave_the_directory_or_pass_for_a_file_is_refused_by_rule(String name) {
        assertThatThrownBy(() -> Namespace.of(name))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("\"" + name + "\"")
                .hasMessageContaining("1 to 64 of a-z 0-9 . _ -")
                .hasMessageContaining("not ending in .kv, .bad or .tmp");
    }

    @Test
    void u19_a_name_may_have_64_characters_and_no_more_and_not_none() throws IOException {
        Namespace longest = Namespace.of("n".repeat(64));
        store.in(longest).save(draft("p", 10));
        assertThat(directory.resolve("n".repeat(64))).isDirectory();
        assertThatThrownBy(() -> Namespace.of("n".repeat(65))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Namespace.of(""))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("a namespace has a name");
    }

    @Test
    void a_namespace_whose_name_a_file_has_misses_and_cannot_be_saved_to() throws IOException {
        Path file = Files.writeString(directory.resolve("alice"), "not ours");
        assertKnowsNothing(store.in(ALICE), "p");
        assertThatThrownBy(() -> store.in(ALICE).save(draft("p", 10)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(store.directory().resolve("alice").toString())
                .hasMessageContaining("is not a directory");
        assertThat(file).hasContent("not ours");
    }

    @Test
    void a_namespace_whose_directory_is_gone_is_not_looked_for_again_and_again() throws IOException {
        store.in(ALICE).save(draft("gone", 100));
        store.close();
        AtomicInteger listings = new AtomicInteger();
        Path watched = Fixtures.watched(directory, (operation, path) -> {
            if (operation == Operation.LIST) {
                listings.incrementAndGet();
            }
        });
        store = FileSystemKvStore.builder(watched)
                .budget(DataSize.ofMebibytes(1))
                .open();
        assertThat(store.openReport().snapshots()).isEqualTo(1);
        Files.delete(directory.resolve("alice").resolve(KvcKey.of("gone") + ".kv"));
        Files.delete(directory.resolve("alice"));
        store.evictToBudget(); // makes the lock file
        Files.setLastModifiedTime(directory, FileTime.fromMillis(1_700_000_000_000L));
        store.evictToBudget();
        assertThat(store.stats().snapshots()).isZero();
        int before = listings.get();
        store.evictToBudget();
        assertThat(listings).hasValue(before);
    }
}
