package dev.kvc.store.fs;

import static dev.kvc.store.fs.Fixtures.draft;
import static dev.kvc.store.fs.Fixtures.payload;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvc.format.KvcKey;
import dev.kvc.store.DataSize;
import dev.kvc.store.LoadOptions;
import dev.kvc.store.LoadOptions.Verify;
import dev.kvc.store.PrefixQuery;
import dev.kvc.store.Snapshot;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Files that another program grows, cuts, overwrites, deletes or links while they are read. */
@Timeout(120)
class ChangingFilesTest {
    private static final long SEED = Long.getLong("kvc.seed", System.nanoTime());
    private static final String TEXT = "there";
    private static final KvcKey KEY = KvcKey.of(TEXT);
    private static final int BLOCK = 1 << 20;
    private static final byte[] STATE = payload(3 * BLOCK + 77, 1);

    @TempDir
    Path directory;

    private FileSystemKvStore store;
    private Path file;
    private Path bad;

    @BeforeEach
    void save() throws IOException {
        file = directory.resolve(FileNames.snapshot(KEY));
        bad = directory.resolve(FileNames.setAside(KEY));
        store = FileSystemKvStore.builder(directory)
                .budget(DataSize.ofGibibytes(1))
                .open();
        store.save(draft(TEXT, STATE));
    }

    @AfterEach
    void close() throws IOException {
        store.close();
    }

    private Snapshot load(Verify verify) throws IOException {
        return store.load(KEY, LoadOptions.DEFAULT.verify(verify)).orElseThrow();
    }

    private void cut(long bytes) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(bytes);
        }
    }

    /** Makes a file old enough not to be taken for one that is being copied in. */
    private void age() throws IOException {
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().minusSeconds(1_000)));
    }

    @ParameterizedTest
    @EnumSource
    void what_was_cut_is_an_io_exception_by_every_way_to_read(Verify verify) throws IOException {
        try (Snapshot snapshot = load(verify)) {
            cut(52 + TEXT.length() + BLOCK + 10);
            ByteBuffer first = ByteBuffer.allocate(BLOCK);
            snapshot.payload().readFully(first, 0);
            assertThat(first.array()).isEqualTo(Arrays.copyOf(STATE, BLOCK));
            assertThatThrownBy(() -> snapshot.payload().toByteArray()).isInstanceOf(IOException.class);
            assertThatThrownBy(() -> snapshot.payload().read(ByteBuffer.allocate(1), 2L * BLOCK))
                    .isInstanceOf(IOException.class);
            assertThatThrownBy(() -> snapshot.payload().writeTo(Channels.newChannel(OutputStream.nullOutputStream())))
                    .isInstanceOf(IOException.class);
            assertThatThrownBy(() -> {
                        try (InputStream in = snapshot.payload().newInputStream()) {
                            in.transferTo(OutputStream.nullOutputStream());
                        }
                    })
                    .isInstanceOf(IOException.class);
        }
    }

    /** Mapping more than there is would make the file longer, or fault when it is touched. */
    @ParameterizedTest
    @EnumSource
    void what_was_cut_before_it_is_mapped_is_an_io_exception_and_the_file_stays_as_it_is(Verify verify)
            throws IOException {
        try (Snapshot snapshot = load(verify)) {
            cut(52 + TEXT.length() + BLOCK + 10);
            assertThatThrownBy(() -> snapshot.payload().map()).isInstanceOf(IOException.class);
        }
        assertThat(Files.size(file)).isEqualTo(52 + TEXT.length() + BLOCK + 10);
    }

    @ParameterizedTest
    @EnumSource
    void what_grows_or_is_deleted_while_it_is_open_is_read_to_the_end_it_had(Verify verify) throws IOException {
        try (Snapshot snapshot = load(verify)) {
            Files.write(file, new byte[100], StandardOpenOption.APPEND);
            assertThat(snapshot.payload().toByteArray()).isEqualTo(STATE);
            Files.delete(file);
            assertThat(snapshot.payload().toByteArray()).isEqualTo(STATE);
            assertThat(snapshot.trailer().raw().remaining()).isZero();
        }
        assertThat(store.load(KEY)).isEmpty();
        assertThat(store.stats().setAside()).isZero();
    }

    /** Verified as they are read, the bytes are right, whatever happens between any two system calls. */
    @Test
    void U9_what_changes_all_the_time_is_served_right_or_not_at_all() throws Exception {
        byte[] whole = Files.readAllBytes(file);
        AtomicBoolean done = new AtomicBoolean();
        Thread vandal = new Thread(() -> {
            Random random = new Random(SEED);
            while (!done.get()) {
                vandalise(whole, random);
            }
        });
        vandal.start();
        try {
            LoadOptions options = LoadOptions.DEFAULT.verify(Verify.ON_READ).requiringVerified();
            for (int i = 0; i < 300; i++) {
                Optional<Snapshot> found = i % 2 == 0
                        ? store.load(KEY, options)
                        : store.loadLongestPrefix(PrefixQuery.of(TEXT + " it is"), options);
                assertRightOrRefused(found);
            }
        } finally {
            done.set(true);
            vandal.join();
        }
    }

    private void vandalise(byte[] whole, Random random) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.CREATE)) {
            switch (random.nextInt(4)) {
                case 0 -> channel.truncate(random.nextInt(whole.length));
                case 1 -> channel.write(ByteBuffer.allocate(1 + random.nextInt(5_000)), random.nextInt(whole.length));
                case 2 -> channel.write(ByteBuffer.allocate(100), channel.size());
                default -> {
                    channel.write(ByteBuffer.wrap(whole), 0);
                    channel.truncate(whole.length);
                }
            }
        } catch (IOException e) {
            throw new AssertionError("seed " + SEED, e);
        }
    }

    private static void assertRightOrRefused(Optional<Snapshot> found) throws IOException {
        if (found.isPresent()) {
            try (Snapshot snapshot = found.get()) {
                byte[] bytes = snapshot.payload().toByteArray();
                assertThat(Arrays.equals(bytes, STATE)).as("seed %d", SEED).isTrue();
            } catch (IOException e) {
                assertThat(e).as("seed %d", SEED).hasMessageContaining(KEY.hex());
            }
        }
    }

    // Hard links

    private void flipPayloadByte() throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.READ)) {
            ByteBuffer one = ByteBuffer.allocate(1);
            channel.read(one, 1000);
            channel.write(one.put(0, (byte) (one.get(0) ^ 1)).flip(), 1000);
        }
        age();
    }

    /** As a backup by hard links has it: what we do to our name leaves the other name. */
    @Test
    void a_snapshot_with_another_hard_link_is_served_evicted_and_set_aside_as_any_other(@TempDir Path backup)
            throws IOException {
        Path link = Files.createLink(backup.resolve("backup.kv"), file);
        load(Verify.ON_LOAD).close();
        flipPayloadByte();
        assertThat(store.load(KEY)).isEmpty();
        assertThat(bad).exists();
        assertThat(file).doesNotExist();
        assertThat(link).exists();
        store.save(draft(TEXT, STATE));
        load(Verify.ON_LOAD).close();
        assertThat(store.remove(KEY)).isTrue();
        assertThat(link).exists();
    }

    /** Two names of one file in the directory: each is what its name says, and prefixes go by the text. */
    @Test
    void a_hard_link_under_another_key_is_loaded_by_that_key_and_never_offered_for_a_prefix() throws IOException {
        KvcKey other = KvcKey.of("other");
        Files.createLink(directory.resolve(FileNames.snapshot(other)), file);
        store.load(other).orElseThrow().close();
        assertThat(store.loadLongestPrefix(PrefixQuery.of("other than that"))).isEmpty();
        assertThat(store.remove(other)).isTrue();
        load(Verify.ON_LOAD).close();
    }

    /**
     * What a crash leaves between putting a file back and removing the name it was set aside under. Renaming one name
     * of a file to another of its names does nothing and says nothing, so both would stay, and the file be served
     * again.
     */
    @Test
    void u8_a_damaged_file_that_is_set_aside_under_both_names_loses_the_one_it_is_served_under() throws IOException {
        Files.createLink(bad, file);
        flipPayloadByte();
        assertThat(store.load(KEY)).isEmpty();
        assertThat(file).doesNotExist();
        assertThat(bad).exists();
        assertThat(store.stats().setAside()).isEqualTo(1);
        assertThat(store.stats().bytes()).isEqualTo(Files.size(bad));
    }
}
