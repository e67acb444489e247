package dev.kvc.store.fs;

import dev.kvc.format.KvcKey;
import dev.kvc.store.DataSize;
import dev.kvc.store.LoadOptions;
import dev.kvc.store.PrefixQuery;
import dev.kvc.store.SaveResult;
import dev.kvc.store.Snapshot;
import dev.kvc.store.SnapshotDraft;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * The main class of processes that work in one directory until they are killed. Each line on standard output is an
 * event; one that begins with {@code wrong} is the end of the test.
 *
 * <p>What is saved under a text comes from the version in its header's token count, so that whoever loads it can check
 * each byte, whoever saved it.
 */
final class KillMain {
    static final int TEXTS = 40;

    private static final int THREADS = 16;
    private static final int MAX_PAYLOAD = 60_000;
    private static final int VERSIONS = 1 << 20;
    static final int HEADER_BYTES = 48;

    private final Path directory;
    private final long budget;
    private final long seed;

    private KillMain(Path directory, long budget, long seed) {
        this.directory = directory;
        this.budget = budget;
        this.seed = seed;
    }

    /** What a process does. */
    enum Role {
        /** Saves, replaces, loads and evicts. */
        WRITER,
        /** Loads only. */
        READER,
        /** Counts hits and evicts as the reference implementation does. */
        REFERENCE
    }

    public static void main(String[] arguments) throws Exception {
        KillMain child =
                new KillMain(Path.of(arguments[1]), Long.parseLong(arguments[2]), Long.parseLong(arguments[3]));
        switch (Role.valueOf(arguments[0])) {
            case WRITER -> child.withStore(KillMain::write);
            case READER -> child.withStore(KillMain::read);
            case REFERENCE -> child.actAsReference();
        }
    }

    /** One step of a thread. */
    private interface Step {
        void run(FileSystemKvStore store, Random random) throws IOException;
    }

    private void withStore(Step step) throws Exception {
        FileSystemKvStore store = FileSystemKvStore.builder(directory)
                .budget(DataSize.ofBytes(budget))
                .open();
        say("open");
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            Random random = new Random(seed * THREADS + i);
            threads.add(new Thread(() -> forEver(step, store, random)));
        }
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
    }

    private static void forEver(Step step, FileSystemKvStore store, Random random) {
        try {
            while (true) {
                step.run(store, random);
            }
        } catch (IOException | RuntimeException | Error e) {
            say("wrong: " + e);
        }
    }

    private static void say(String line) {
        synchronized (System.out) {
            System.out.println(line);
            System.out.flush();
        }
    }

    static String text(int number) {
        return "conversation " + number;
    }

    static byte[] payload(String text, long version) {
        Random bytes = new Random(text.hashCode() * 31L + version);
        return Fixtures.payload(1 + bytes.nextInt(MAX_PAYLOAD), bytes.nextLong());
    }

    private static void write(FileSystemKvStore store, Random random) throws IOException {
        if (random.nextInt(3) > 0) {
            read(store, random);
            return;
        }
        String text = text(random.nextInt(TEXTS));
        int version = 1 + random.nextInt(VERSIONS);
        SnapshotDraft draft = SnapshotDraft.builder()
                .text(text)
                .payload(payload(text, version))
                .tokenCount(version)
                .contextSize(4096)
                .quantBits(4)
                .build();
        SaveResult result = store.save(draft);
        say(result.isLoadable() ? "saved " + text : "refused " + result.outcome());
    }

    private static void read(FileSystemKvStore store, Random random) throws IOException {
        String text = text(random.nextInt(TEXTS));
        Optional<Snapshot> found = random.nextBoolean()
                ? store.load(KvcKey.of(text), LoadOptions.DEFAULT.requiringVerified())
                : store.loadLongestPrefix(PrefixQuery.of(text + " goes on"), LoadOptions.DEFAULT.requiringVerified());
        if (found.isPresent()) {
            try (Snapshot snapshot = found.get()) {
                @Nullable String problem = problem(snapshot);
                if (problem != null) {
                    say("wrong: " + problem);
                }
            }
        }
    }

    /** What is wrong with the bytes of a snapshot; {@code null} if nothing is. */
    static @Nullable String problem(Snapshot snapshot) throws IOException {
        byte[] text = new byte[snapshot.text().remaining()];
        snapshot.text().get(text);
        String name = new String(text, java.nio.charset.StandardCharsets.UTF_8);
        long version = snapshot.info().header().tokenCount();
        boolean right = KvcKey.of(text).equals(snapshot.info().key())
                && Arrays.equals(snapshot.payload().toByteArray(), payload(name, version));
        return right ? null : snapshot.info() + " of \"" + name + "\" has other bytes than were saved";
    }

    /**
     * A hit rewrites the whole header, by path, from what was read before: so it may land on a file that has replaced
     * the one that was read. Now and then the least recently used file goes.
     */
    private void actAsReference() throws IOException {
        Random random = new Random(seed);
        Files.createDirectories(directory);
        say("open");
        while (true) {
            List<Path> files = snapshots();
            for (int i = 0; i < 20 && !files.isEmpty(); i++) {
                hit(files.get(random.nextInt(files.size())));
            }
            if (random.nextInt(10) == 0 && !files.isEmpty()) {
                Files.deleteIfExists(leastRecentlyUsed(files));
            }
        }
    }

    private List<Path> snapshots() throws IOException {
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> names = Files.newDirectoryStream(directory, "*.kv")) {
            names.forEach(files::add);
        }
        return files;
    }

    private static void hit(Path file) throws IOException {
        ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        try (FileChannel channel = FileChannel.open(file)) {
            channel.read(header, 0);
        } catch (NoSuchFileException e) {
            return;
        }
        header.putInt(12, header.getInt(12) + 1).putLong(32, System.currentTimeMillis() / 1000);
        header.put(7, (byte) 0).put(20, (byte) 0);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.write(header.rewind(), 0);
        } catch (NoSuchFileException e) {
            // Evicted in between: the reference implementation does not mind either.
            return;
        }
    }

    private static Path leastRecentlyUsed(List<Path> files) throws IOException {
        Path oldest = files.get(0);
        long oldestUse = Long.MAX_VALUE;
        for (Path file : files) {
            ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
            try (FileChannel channel = FileChannel.open(file)) {
                channel.read(header, 0);
            } catch (NoSuchFileException e) {
                continue;
            }
            if (header.getLong(32) < oldestUse) {
                oldestUse = header.getLong(32);
                oldest = file;
            }
        }
        return oldest;
    }
}
