package dev.kvc.store.fs;

import dev.kvc.format.KvcKey;
import dev.kvc.store.DataSize;
import dev.kvc.store.PayloadSource;
import dev.kvc.store.SaveResult;
import dev.kvc.store.Snapshot;
import dev.kvc.store.SnapshotDraft;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;

/** The main class of {@link ChildProcess}: opens a store and does what standard input says, a command a line. */
final class ChildMain {
    private static final int MAX_PAYLOAD = 40_000;

    private final FileSystemKvStore store;
    private final String name;
    private final Random random;
    private final BufferedReader commands =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));

    private ChildMain(FileSystemKvStore store, String name, long seed) {
        this.store = store;
        this.name = name;
        this.random = new Random(seed);
    }

    public static void main(String[] arguments) throws IOException {
        DataSize budget = DataSize.ofBytes(Long.parseLong(arguments[1]));
        try (FileSystemKvStore store =
                FileSystemKvStore.builder(Path.of(arguments[0])).budget(budget).open()) {
            store.openReport();
            new ChildMain(store, arguments[2], Long.parseLong(arguments[3])).serve();
        }
    }

    private void serve() throws IOException {
        System.out.println("open");
        for (String line = commands.readLine(); line != null; line = commands.readLine()) {
            String[] words = line.split(" ", -1);
            System.out.println(
                    switch (words[0]) {
                        case "save" -> saveAll(Integer.parseInt(words[1]));
                        case "load" -> loadAll(words[1], Integer.parseInt(words[2]));
                        case "storm" -> storm(words[1], Integer.parseInt(words[2]));
                        case "hang" -> hang();
                        default -> throw new IOException("no such command: " + line);
                    });
        }
    }

    static String text(String name, int number) {
        return "text " + number + " of " + name;
    }

    /** What is saved under a text: the same in every process, so that each can check what it is served. */
    static byte[] payload(String text) {
        Random bytes = new Random(text.hashCode());
        return Fixtures.payload(1 + bytes.nextInt(MAX_PAYLOAD), bytes.nextLong());
    }

    private SaveResult save(int number) throws IOException {
        String text = text(name, number);
        return store.save(Fixtures.draft(text, payload(text)));
    }

    /** How many were stored. */
    private String saveAll(int count) throws IOException {
        int stored = 0;
        for (int i = 0; i < count; i++) {
            stored += save(i).outcome() == SaveResult.Outcome.STORED ? 1 : 0;
        }
        return Integer.toString(stored);
    }

    /** How many of another's were found; a wrong byte ends the process. */
    private String loadAll(String other, int count) throws IOException {
        int found = 0;
        for (int i = 0; i < count; i++) {
            found += load(text(other, i)) ? 1 : 0;
        }
        return Integer.toString(found);
    }

    private boolean load(String text) throws IOException {
        Optional<Snapshot> snapshot = store.load(KvcKey.of(text));
        if (snapshot.isPresent()) {
            try (Snapshot found = snapshot.get()) {
                if (!Arrays.equals(found.payload().toByteArray(), payload(text))) {
                    throw new IOException("wrong bytes were served for " + text);
                }
            }
        }
        return snapshot.isPresent();
    }

    /** Saves each of its texts once, between loads of both processes' texts; says how many it stored and evicted. */
    private String storm(String other, int count) throws IOException {
        int stored = 0;
        for (int i = 0; i < count; i++) {
            stored += save(i).outcome() == SaveResult.Outcome.STORED ? 1 : 0;
            load(text(random.nextBoolean() ? name : other, random.nextInt(i + 1)));
        }
        return stored + " " + store.stats().evictions() + " " + store.stats().setAside();
    }

    /** Saves half a payload and says so, then waits to be killed. */
    private String hang() throws IOException {
        PayloadSource half = PayloadSource.of(8 << 20, this::writeHalf);
        store.save(SnapshotDraft.builder().text("never whole").payload(half).build());
        throw new IOException("the process was not killed");
    }

    private void writeHalf(WritableByteChannel out) throws IOException {
        out.write(ByteBuffer.wrap(new byte[4 << 20]));
        System.out.println("half");
        String ignored = commands.readLine();
        throw new IOException("told to go on instead of killed: " + ignored);
    }
}
