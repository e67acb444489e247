package dev.kvc.store.fs;

import static dev.kvc.store.fs.Fixtures.draft;
import static dev.kvc.store.fs.Fixtures.placeReferenceFile;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.kvc.format.KvcKey;
import dev.kvc.format.Namespace;
import dev.kvc.store.DataSize;
import dev.kvc.store.KvStore;
import dev.kvc.store.MissReason;
import dev.kvc.store.PrefixQuery;
import dev.kvc.store.SaveResult.Outcome;
import dev.kvc.store.VerifyOptions;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * U10, U20: links, directories, pipes, devices and sockets under the names that files of ours have. They are not
 * followed, opened, waited for, replaced or deleted; what needs the very name fails and names it; all else goes on.
 */
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class HostileThingsTest {
    private static final String TEXT = "there";
    private static final KvcKey KEY = KvcKey.of(TEXT);
    private static final Namespace TENANT = Namespace.of("tenant");
    private static final long EACH = 52 + 1 + 1_000 + 44;

    @TempDir
    Path temporary;

    private Path directory;
    private Path outside;
    private byte[] outsideBytes;

    /** What stands where a file of ours should. */
    enum Thing {
        LINK_TO_A_SNAPSHOT {
            @Override
            void make(Path path, Path outside) throws IOException {
                Files.createSymbolicLink(path, outside);
            }
        },
        LINK_TO_A_DIRECTORY {
            @Override
            void make(Path path, Path outside) throws IOException {
                Files.createSymbolicLink(path, outside.getParent());
            }
        },
        LINK_TO_NOWHERE {
            @Override
            void make(Path path, Path outside) throws IOException {
                Files.createSymbolicLink(path, outside.resolveSibling("nowhere"));
            }
        },
        DIRECTORY {
            @Override
            void make(Path path, Path outside) throws IOException {
                Files.createDirectory(path);
            }
        },
        PIPE {
            @Override
            void make(Path path, Path outside) throws IOException {
                run("mkfifo", path.toString());
            }
        },
        DEVICE {
            @Override
            void make(Path path, Path outside) throws IOException {
                run("mknod", path.toString(), "c", "1", "5"); // zeros without end
            }
        },
        SOCKET {
            @Override
            void make(Path path, Path outside) throws IOException {
                try (ServerSocketChannel socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
                    socket.bind(UnixDomainSocketAddress.of(path));
                }
            }
        };

        abstract void make(Path path, Path outside) throws IOException;

        private static void run(String... command) throws IOException {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assumeTrue(process.onExit().join().exitValue() == 0, () -> Arrays.toString(command) + ": " + said);
        }
    }

    @BeforeEach
    void makeDirectories() throws IOException {
        directory = Files.createDirectory(temporary.resolve("cache")).toRealPath();
        outside = placeReferenceFile(Files.createDirectory(temporary.resolve("outside")), TEXT, 1_000, 1_700_000_000);
        outsideBytes = Files.readAllBytes(outside);
    }

    private FileSystemKvStore open() throws IOException {
        return FileSystemKvStore.builder(directory)
                .budget(DataSize.ofBytes(2 * EACH))
                .lowWatermark(0)
                .open();
    }

    private Path make(Thing thing, String name) throws IOException {
        Path path = directory.resolve(name);
        thing.make(path, outside);
        return path;
    }

    private static Object identity(Path path) throws IOException {
        return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                .fileKey();
    }

    /** Does what a store does, none of which needs the name where {@code thing} stands; it must still be there. */
    private void assertAllElseGoesOn(Path thing) throws IOException {
        Object before = identity(thing);
        try (FileSystemKvStore store = open()) {
            assertThat(store.openReport().snapshots()).isZero();
            assertThat(store.stats().bytes()).isZero();
            for (String text : new String[] {"a", "b", "c", "d"}) {
                assertThat(store.save(draft(text, 1_000)).outcome()).isEqualTo(Outcome.STORED);
            }
            assertThat(store.stats().evictions()).isEqualTo(2);
            store.load(KvcKey.of("d")).orElseThrow().close();
            assertThat(store.stats().bytes()).isEqualTo(2 * EACH);
        }
        FileSystemKvStore.builder(directory).verify(VerifyOptions.DEFAULT.mending());
        assertUntouched(thing, before);
    }

    private void assertUntouched(Path thing, Object identity) throws IOException {
        assertThat(identity(thing)).isEqualTo(identity);
        assertThat(outside).hasBinaryContent(outsideBytes);
        assertThat(outside.getParent()).isDirectoryNotContaining(file -> !file.equals(outside));
    }

    private static void assertKnowsNothing(KvStore view) throws IOException {
        assertThat(view.load(KEY)).isEmpty();
        assertThat(view.stat(KEY)).isEmpty();
        assertThat(view.loadLongestPrefix(PrefixQuery.of(TEXT + " it is"))).isEmpty();
        assertThat(view.remove(KEY)).isFalse();
    }

    @ParameterizedTest
    @EnumSource
    void u20_in_the_place_of_a_snapshot_it_is_a_miss_and_a_save_names_it(Thing thing) throws IOException {
        Path path = make(thing, FileNames.snapshot(KEY));
        Object before = identity(path);
        try (FileSystemKvStore store = open()) {
            assertKnowsNothing(store);
            assertThatThrownBy(() -> store.save(draft(TEXT, 10)))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(path.toString())
                    .hasMessageContaining("no regular file");
            assertThat(directory).isDirectoryNotContaining("glob:**.tmp");
        }
        assertUntouched(path, before);
        assertAllElseGoesOn(path);
    }

    @ParameterizedTest
    @EnumSource
    void u20_in_the_place_of_a_snapshot_that_the_index_knows_it_is_a_miss(Thing thing) throws IOException {
        Path path = directory.resolve(FileNames.snapshot(KEY));
        try (FileSystemKvStore store = open()) {
            store.save(draft(TEXT, 1_000));
            store.load(KEY).orElseThrow().close();
            Files.delete(path);
            thing.make(path, outside);
            Object before = identity(path);
            assertThat(store.load(KEY)).isEmpty();
            assertUntouched(path, before);
            assertKnowsNothing(store);
        }
    }

    @ParameterizedTest
    @EnumSource
    void u20_in_the_place_of_a_file_set_aside_the_damaged_one_stays_and_is_not_served(Thing thing) throws IOException {
        Path path = make(thing, FileNames.setAside(KEY));
        Object before = identity(path);
        try (FileSystemKvStore store = open()) {
            store.save(draft(TEXT, 1_000));
            byte[] damaged = Files.readAllBytes(directory.resolve(FileNames.snapshot(KEY)));
            damaged[500] ^= 1;
            Files.write(directory.resolve(FileNames.snapshot(KEY)), damaged);
            for (int i = 0; i < 3; i++) {
                assertThat(store.load(KEY)).isEmpty();
            }
            assertThat(store.stats().misses()).containsExactly(entry(MissReason.CORRUPT, 3L));
            assertThat(store.stats().setAside()).isZero();
            assertThat(directory.resolve(FileNames.snapshot(KEY))).hasBinaryContent(damaged);
            store.remove(KEY);
            store.save(draft(TEXT, 1_000));
            store.load(KEY).orElseThrow().close();
            store.remove(KEY);
        }
        assertUntouched(path, before);
        assertAllElseGoesOn(path);
    }

    @ParameterizedTest
    @EnumSource
    void u20_in_the_place_of_a_temporary_it_stays(Thing thing) throws IOException {
        Path ours = make(thing, KEY + ".0123456789abcdef.kvc.tmp");
        Path other = make(thing, KEY + ".kv.tmp.77");
        Object otherBefore = identity(other);
        assertAllElseGoesOn(ours);
        assertUntouched(other, otherBefore);
    }

    @ParameterizedTest
    @EnumSource
    void u20_in_the_place_of_the_lock_file_what_needs_no_eviction_goes_on_and_the_rest_names_it(Thing thing)
            throws IOException {
        Path path = make(thing, FileNames.LOCK);
        Object before = identity(path);
        try (FileSystemKvStore store = open()) {
            store.save(draft("a", 1_000));
            store.save(draft("b", 1_000));
            assertThatThrownBy(() -> store.save(draft("c", 1_000)))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(path.toString())
                    .hasMessageContaining("no regular file");
            store.load(KvcKey.of("a")).orElseThrow().close();
            store.load(KvcKey.of("b")).orElseThrow().close();
            assertThat(store.stats().bytes()).isEqualTo(2 * EACH);
        }
        assertUntouched(path, before);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "DIRECTORY")
    void u20_in_the_place_of_a_namespace_it_misses_and_a_save_to_it_names_it(Thing thing) throws IOException {
        Path path = make(thing, TENANT.name());
        Object before = identity(path);
        try (FileSystemKvStore store = open()) {
            assertKnowsNothing(store.in(TENANT));
            assertThat(store.namespaces()).doesNotContain(TENANT);
            assertThatThrownBy(() -> store.in(TENANT).save(draft(TEXT, 10)))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(path + " is not a directory");
        }
        assertUntouched(path, before);
        assertAllElseGoesOn(path);
    }
}
