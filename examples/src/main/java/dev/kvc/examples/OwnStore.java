package dev.kvc.examples;

import dev.kvc.format.KvcCodec;
import dev.kvc.format.KvcKey;
import dev.kvc.format.ReaderAt;
import dev.kvc.store.KvStore;
import dev.kvc.store.LoadOptions;
import dev.kvc.store.MissReason;
import dev.kvc.store.PrefixQuery;
import dev.kvc.store.SaveOptions;
import dev.kvc.store.SaveResult;
import dev.kvc.store.SaveResult.Outcome;
import dev.kvc.store.Snapshot;
import dev.kvc.store.SnapshotDraft;
import dev.kvc.store.SnapshotInfo;
import dev.kvc.store.StoreEnvironment;
import dev.kvc.store.StoreStats;
import dev.kvc.store.spi.Answer;
import dev.kvc.store.spi.FileImage;
import dev.kvc.store.spi.ImageReader;
import dev.kvc.store.spi.StoreReport;
import dev.kvc.store.spi.StoredImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * A store of one's own, as plain as can be: a map of whole KVC files, each in an array, without a budget. It writes the
 * seven abstract methods of {@link KvStore} and has prefix matches from the interface's defaults.
 *
 * <p>What a store owes beside them comes from {@code dev.kvc.store.spi}: the file of a draft, snapshots that are
 * verified and stay readable whatever becomes of the store, counters, and telling its listeners.
 * {@code KvStoreContract} of kvc-testkit tests all of it; the test of this store is one class that extends it and says
 * how to open one.
 *
 * <p>To run it:
 *
 * <pre>{@code
 * java -cp examples/target/classes:$(cat examples/target/class-path) dev.kvc.examples.OwnStore
 * }</pre>
 */
public final class OwnStore implements KvStore {
    private static final int LARGEST_ARRAY = Integer.MAX_VALUE - 8;
    private static final int UNIT_BYTES = 1 << 20;

    private final StoreEnvironment environment;
    private final StoreReport report;
    private final ImageReader reader = new ImageReader(UNIT_BYTES, 1, KvcCodec.DEFAULT_MAX_TEXT_BYTES, 0);
    private final Map<KvcKey, Stored> snapshots = new ConcurrentHashMap<>();
    private volatile boolean closed;

    /** An empty store that uses the clock and the listeners of {@code environment}. */
    public OwnStore(StoreEnvironment environment) {
        this.environment = environment;
        this.report = new StoreReport("own", environment.listeners());
    }

    /** Runs the example. */
    public static void main(String[] args) throws IOException {
        run(System.out);
    }

    static void run(PrintStream out) throws IOException {
        try (KvStore store = new OwnStore(StoreEnvironment.system())) {
            for (String text : List.of("You are", "You are a helpful assistant.", "Once upon a time")) {
                store.save(SnapshotDraft.builder()
                        .text(text)
                        .payload(new byte[1000])
                        .build());
            }
            PrefixQuery query = PrefixQuery.of("You are a helpful assistant. What is a store?");
            try (Snapshot snapshot = store.loadLongestPrefix(query).orElseThrow()) {
                out.printf(
                        "found %d bytes of text, %d of payload%n",
                        snapshot.info().textBytes(), snapshot.payload().size());
                snapshot.reject();
            }
            try (Snapshot snapshot = store.loadLongestPrefix(query).orElseThrow()) {
                out.printf(
                        "found %d bytes of text when that was rejected%n",
                        snapshot.info().textBytes());
            }
            StoreStats stats = store.stats();
            out.printf("%d snapshots, %d hits, %d set aside%n", stats.snapshots(), stats.hits(), stats.setAside());
        }
    }

    @Override
    public SaveResult save(KvcKey key, SnapshotDraft draft, SaveOptions options) throws IOException {
        requireOpen();
        return report.save(id(key), draft, () -> put(key, draft, options));
    }

    private SaveResult put(KvcKey key, SnapshotDraft draft, SaveOptions options) throws IOException {
        Stored present = snapshots.get(key);
        if (options.ifAbsent() && present != null && draft.isServedBy(present.info.header(), present.text())) {
            return SaveResult.of(Outcome.ALREADY_PRESENT, present.info.storedBytes());
        }
        FileImage image = FileImage.of(draft, now());
        if (image.bytes() > LARGEST_ARRAY) {
            return SaveResult.of(Outcome.TOO_LARGE, image.bytes());
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream((int) image.bytes());
        image.writeTo(Channels.newChannel(bytes));
        Stored replaced = snapshots.put(key, new Stored(image.info(id(key)), ByteBuffer.wrap(bytes.toByteArray())));
        report.wrote(image.bytes());
        return SaveResult.of(replaced == null ? Outcome.STORED : Outcome.REPLACED, image.bytes());
    }

    @Override
    public Optional<Snapshot> load(KvcKey key, LoadOptions options) throws IOException {
        requireOpen();
        return report.load(id(key), options, () -> find(key, options));
    }

    private Answer find(KvcKey key, LoadOptions options) throws IOException {
        Stored stored = snapshots.get(key);
        if (stored == null) {
            return Answer.missed(MissReason.ABSENT);
        }
        StoredImage image = reader.open(ReaderAt.of(stored.file), options.verify(), key.toString());
        Optional<MissReason> refusal = options.refusal(image.header(), image.text(), image.isVerifiable());
        if (refusal.isPresent()) {
            return Answer.missed(refusal.get());
        }
        SnapshotInfo info = options.countHit() ? stored.hit(now()) : stored.info;
        return Answer.found(image.snapshot(info, options.verify(), () -> reject(key, stored)));
    }

    /** Takes this very snapshot out of the map, and none that was saved under its key meanwhile. */
    private void reject(KvcKey key, Stored stored) {
        if (snapshots.remove(key, stored)) {
            report.setAside(id(key), new IOException("the engine rejected " + key));
        }
    }

    @Override
    public Optional<SnapshotInfo> stat(KvcKey key) {
        requireOpen();
        return Optional.ofNullable(snapshots.get(key)).map(stored -> stored.info);
    }

    @Override
    public boolean remove(KvcKey key) {
        requireOpen();
        return snapshots.remove(key) != null;
    }

    @Override
    public Stream<SnapshotInfo> list() {
        requireOpen();
        return snapshots.values().stream().map(stored -> stored.info);
    }

    @Override
    public StoreStats stats() {
        long bytes = snapshots.values().stream()
                .mapToLong(stored -> stored.info.storedBytes())
                .sum();
        return report.stats(snapshots.size(), bytes, Long.MAX_VALUE);
    }

    @Override
    public void close() {
        closed = true;
        reader.close();
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the store is closed");
        }
    }

    private long now() {
        return environment.clock().instant().getEpochSecond();
    }

    /** What the map holds: a file that nobody writes to, and what is known of it, hits included. */
    private static final class Stored {
        final ByteBuffer file;
        volatile SnapshotInfo info;

        Stored(SnapshotInfo info, ByteBuffer file) {
            this.info = info;
            this.file = file;
        }

        ByteBuffer text() {
            return file.slice(KvcCodec.FIXED_BYTES, info.textBytes());
        }

        synchronized SnapshotInfo hit(long nowUnix) {
            info = info.used(1, nowUnix);
            return info;
        }
    }
}
