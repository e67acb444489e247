package dev.kvc.store.fs;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import dev.kvc.format.KvcKey;
import dev.kvc.format.Namespace;
import dev.kvc.store.DataSize;
import dev.kvc.store.KvStore;
import dev.kvc.store.PrefixQuery;
import dev.kvc.store.Snapshot;
import dev.kvc.store.Verification;
import dev.kvc.store.VerifyOptions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A directory in memory that is made as some bytes say, and what must hold when a store opens it: no exception but an
 * {@code IOException} of a save; the bytes that are served as verified are those that were saved; what is not ours
 * stays as it is; and the accounting equals the directory. An {@code AssertionError} is a find.
 */
final class AnyDirectory implements AutoCloseable {
    private static final String TEXT = "a prompt";
    private static final List<String> SUFFIXES = List.of(
            ".kv",
            ".kv.bad",
            ".0123456789abcdef.kvc.tmp",
            ".77-1.kv.tmp",
            ".kv.tmp.77",
            ".KV",
            ".kv.bad.bad",
            ".kv ",
            "",
            ".0123456789ABCDEF.kvc.tmp");
    private static final List<String> PLACES = List.of("", "", "", "tenant/", "not a namespace/");
    private static final int MAX_CONTENT = 600;
    private static final List<byte[]> WHOLE = whole();

    private final FileSystem memory = Jimfs.newFileSystem(
            Configuration.unix().toBuilder().setAttributeViews("unix").build());
    private final Path root;
    private final ByteBuffer plan;
    private final List<KvcKey> keys = new ArrayList<>();

    private AnyDirectory(byte[] plan) throws IOException {
        this.plan = ByteBuffer.wrap(plan).order(ByteOrder.LITTLE_ENDIAN);
        this.root = Files.createDirectory(memory.getPath("/cache"));
    }

    /** Whole files: of ours, by the code under test; and of another writer. */
    private static List<byte[]> whole() {
        try (FileSystem memory = Jimfs.newFileSystem(Configuration.unix());
                FileSystemKvStore store = open(memory.getPath("/cache"))) {
            List<byte[]> files = new ArrayList<>();
            store.save(Fixtures.draft(TEXT, 300));
            files.add(Files.readAllBytes(memory.getPath("/cache", FileNames.snapshot(KvcKey.of(TEXT)))));
            files.add(Files.readAllBytes(
                    Fixtures.placeReferenceFile(memory.getPath("/cache"), TEXT + " goes on", 300, 1_700_000_000)));
            return files;
        } catch (IOException e) {
            throw new AssertionError("a file system in memory fails", e);
        }
    }

    private static FileSystemKvStore open(Path directory) throws IOException {
        return FileSystemKvStore.builder(directory)
                .budget(DataSize.ofBytes(2_000))
                .open();
    }

    /** Makes a directory as {@code plan} says, and uses it in every way. */
    static void check(byte[] plan) {
        try (AnyDirectory directory = new AnyDirectory(plan)) {
            directory.make();
            directory.use();
        } catch (IOException e) {
            throw new AssertionError("no such file may keep the others from being served", e);
        }
    }

    @Override
    public void close() throws IOException {
        memory.close();
    }

    // What is in it

    private int next() {
        return plan.hasRemaining() ? Byte.toUnsignedInt(plan.get()) : 0;
    }

    private static <T> T pick(List<T> all, int index) {
        return all.get(index % all.size());
    }

    private void make() throws IOException {
        while (plan.hasRemaining()) {
            Path path = root.resolve(pick(PLACES, next()) + name());
            if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
                makeOne(path);
            }
        }
    }

    private String name() {
        int kind = next();
        if (kind % 4 == 0) {
            String name = new String(content(next() % 80), StandardCharsets.ISO_8859_1);
            return name.replace('/', '_').replace('\0', '_') + "x"; // all that a name cannot hold
        }
        KvcKey key = KvcKey.of(pick(List.of(TEXT, TEXT + " goes on", "another"), next()));
        keys.add(key);
        String hex = kind % 4 == 1 ? key.hex().toUpperCase(Locale.ROOT) : key.hex();
        return hex + pick(SUFFIXES, next());
    }

    private byte[] content(int count) {
        byte[] bytes = new byte[Math.min(count, plan.remaining())];
        plan.get(bytes);
        return bytes;
    }

    private void makeOne(Path path) throws IOException {
        Files.createDirectories(path.getParent());
        switch (next() % 8) {
            case 0 -> Files.createDirectory(path);
            case 1 -> Files.createSymbolicLink(path, root.resolve(FileNames.snapshot(KvcKey.of(TEXT))));
            case 2 -> Files.write(path, content((next() << 8 | next()) % MAX_CONTENT));
            default -> Files.write(path, damaged(pick(WHOLE, next())));
        }
    }

    private byte[] damaged(byte[] whole) {
        byte[] file = whole.clone();
        for (int changes = next() % 4; changes > 0; changes--) {
            file[(next() << 8 | next()) % file.length] = (byte) next();
        }
        return next() % 4 == 0 ? Arrays.copyOf(file, next() << 2) : file;
    }

    // What must hold

    private void use() throws IOException {
        Map<Path, byte[]> before = regularFiles();
        FileSystemKvStore.builder(root).verify(VerifyOptions.DEFAULT);
        assertUnchanged(before, regularFiles(), false);
        try (FileSystemKvStore store = open(root)) {
            store.openReport();
            assertAccounted(store);
            for (KvStore view : List.of(store, store.in(Namespace.of("tenant")))) {
                useAll(view);
            }
            store.evictToBudget();
            assertAccounted(store);
            assertUnchanged(before, regularFiles(), true);
            trySave(store);
            assertAccounted(store);
        }
        tryMend();
    }

    /** What has the name that a damaged file is to be set aside under is left alone, and named. */
    private void tryMend() throws IOException {
        try {
            FileSystemKvStore.builder(root).verify(VerifyOptions.DEFAULT.mending());
        } catch (FileSystemException e) {
            assertThat(FileStat.of(root.getFileSystem().getPath(e.getFile())))
                    .extracting(FileStat::isRegular)
                    .isEqualTo(false);
        }
    }

    private void useAll(KvStore view) throws IOException {
        try (Stream<?> all = view.list()) {
            assertThat(all).doesNotContainNull();
        }
        for (KvcKey key : keys) {
            view.stat(key);
            assertRight(view.load(key));
        }
        PrefixQuery query = PrefixQuery.of(TEXT + " goes on and on");
        view.match(query);
        assertRight(view.loadLongestPrefix(query));
    }

    private static void assertRight(Optional<Snapshot> found) throws IOException {
        if (found.isPresent()) {
            try (Snapshot snapshot = found.get()) {
                byte[] payload = snapshot.payload().toByteArray();
                snapshot.trailer();
                if (snapshot.verification() == Verification.VERIFIED) {
                    assertThat(snapshot.text()).isEqualTo(ByteBuffer.wrap(Fixtures.bytes(TEXT)));
                    assertThat(payload).isEqualTo(Fixtures.payload(300, TEXT.hashCode()));
                }
            }
        }
    }

    /** A directory or a link may have the name that the save wants: then it fails, and leaves nothing behind. */
    private void trySave(FileSystemKvStore store) throws IOException {
        FileStat taken = FileStat.of(root.resolve(FileNames.snapshot(KvcKey.of(TEXT))));
        boolean mayBeSaved = taken == null || taken.isRegular();
        try {
            boolean isSaved = store.save(Fixtures.draft(TEXT, 10)).isLoadable();
            assertThat(mayBeSaved || !isSaved).isTrue();
        } catch (IOException e) {
            if (mayBeSaved) {
                throw e;
            }
        }
    }

    private Map<Path, byte[]> regularFiles() throws IOException {
        Map<Path, byte[]> files = new HashMap<>();
        try (Stream<Path> all = Files.walk(root)) {
            for (Path path : all.filter(path -> Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS))
                    .toList()) {
                files.put(path, Files.readAllBytes(path));
            }
        }
        return files;
    }

    private static void assertUnchanged(Map<Path, byte[]> before, Map<Path, byte[]> after, boolean oursMayChange) {
        before.forEach((path, bytes) -> {
            FileNames.Kind kind = FileNames.parse(path.getFileName().toString()).kind();
            if (!oursMayChange || kind == FileNames.Kind.OTHER) {
                assertThat(after.get(path)).as(path.toString()).isEqualTo(bytes);
            }
        });
    }

    private void assertAccounted(FileSystemKvStore store) throws IOException {
        long bytes = 0;
        for (Map.Entry<Path, byte[]> file : regularFiles().entrySet()) {
            boolean isCounted = !file.getKey().endsWith(FileNames.LOCK)
                    && !file.getKey().startsWith(root.resolve("not a namespace"));
            bytes += isCounted ? file.getValue().length : 0;
        }
        assertThat(store.stats().bytes()).as("bytes in the directory").isEqualTo(bytes);
    }
}
