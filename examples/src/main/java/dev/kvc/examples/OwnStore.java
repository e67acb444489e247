package dev.kvc.examples;

import dev.kvc.eviction.SnapshotId;
import dev.kvc.format.KvcHeader;
import dev.kvc.format.KvcKey;
import dev.kvc.format.Trailer;
import dev.kvc.format.UnixTime;
import dev.kvc.store.KvStore;
import dev.kvc.store.LoadOptions;
import dev.kvc.store.Mapping;
import dev.kvc.store.MissReason;
import dev.kvc.store.Payload;
import dev.kvc.store.PayloadSource;
import dev.kvc.store.PrefixLookup;
import dev.kvc.store.PrefixQuery;
import dev.kvc.store.SaveOptions;
import dev.kvc.store.SaveResult;
import dev.kvc.store.SaveResult.Outcome;
import dev.kvc.store.Snapshot;
import dev.kvc.store.SnapshotDraft;
import dev.kvc.store.SnapshotInfo;
import dev.kvc.store.StoreEnvironment;
import dev.kvc.store.StoreListener;
import dev.kvc.store.StoreStats;
import dev.kvc.store.Verification;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * A store of one's own, as plain as can be: a map of arrays, without a budget, which keeps no checksum and so verifies
 * nothing. It writes the seven abstract methods of {@link KvStore} and has prefix matches from the interface's
 * defaults.
 *
 * <p>What a store owes beside them: a snapshot that stays readable whatever becomes of the store, counters, and telling
 * its listeners. {@code KvStoreContract} of kvc-testkit tests all of it; the test of this store is one class that
 * extends it and says how to open one.
 *
 * <p>To run it:
 *
 * <pre>{@code
 * java -cp examples/target/classes:$(cat examples/target/class-path) dev.kvc.examples.OwnStore
 * }</pre>
 */
public final class OwnStore implements KvStore {
    private static final int LARGEST_ARRAY = Integer.MAX_VALUE - 8;

    private final StoreEnvironment environment;
    private final Map<KvcKey, Held> snapshots = new ConcurrentHashMap<>();
    private final Map<Outcome, Long> saves = new ConcurrentHashMap<>();
    private final Map<MissReason, Long> misses = new ConcurrentHashMap<>();
    private final LongAdder hits = new LongAdder();
    private final LongAdder tokensServed = new LongAdder();
    private final LongAdder bytesWritten = new LongAdder();
    private final LongAdder setAside = new LongAdder();
    private volatile boolean closed;

    /** An empty store that uses the clock and the listeners of {@code environment}. */
    public OwnStore(StoreEnvironment environment) {
        this.environment = environment;
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
        Held old = snapshots.get(key);
        if (options.ifAbsent() && old != null && draft.isServedBy(old.info.header(), old.text)) {
            return saved(key, Outcome.ALREADY_PRESENT, old.info.storedBytes());
        }
        if (draft.payload().size() > LARGEST_ARRAY) {
            return saved(key, Outcome.TOO_LARGE, draft.payload().size());
        }
        Held held = new Held(id(key), draft, now());
        old = snapshots.put(key, held);
        bytesWritten.add(held.info.storedBytes());
        return saved(key, old == null ? Outcome.STORED : Outcome.REPLACED, held.info.storedBytes());
    }

    private SaveResult saved(KvcKey key, Outcome outcome, long bytes) {
        SaveResult result = SaveResult.of(outcome, bytes);
        saves.merge(outcome, 1L, Long::sum);
        tell(listener -> listener.saved(id(key), result));
        return result;
    }

    @Override
    public Optional<Snapshot> load(KvcKey key, LoadOptions options) {
        requireOpen();
        Held held = snapshots.get(key);
        if (held == null) {
            return missed(key, MissReason.ABSENT);
        }
        Snapshot snapshot = new Loaded(held);
        PrefixQuery expected = options.expectOrNull();
        if (expected != null && !PrefixLookup.fits(snapshot, expected)) {
            return missed(key, MissReason.NOT_EXPECTED);
        } else if (options.requireVerified()) {
            return missed(key, MissReason.UNVERIFIED);
        }
        if (options.countHit()) {
            held.hit(now());
            hits.increment();
            tokensServed.add(held.info.header().tokenCount());
        }
        tell(listener -> listener.loaded(held.info));
        return Optional.of(snapshot);
    }

    private Optional<Snapshot> missed(KvcKey key, MissReason reason) {
        misses.merge(reason, 1L, Long::sum);
        tell(listener -> listener.missed(id(key), reason));
        return Optional.empty();
    }

    @Override
    public Optional<SnapshotInfo> stat(KvcKey key) {
        requireOpen();
        return Optional.ofNullable(snapshots.get(key)).map(held -> held.info);
    }

    @Override
    public boolean remove(KvcKey key) {
        requireOpen();
        return snapshots.remove(key) != null;
    }

    @Override
    public Stream<SnapshotInfo> list() {
        requireOpen();
        return snapshots.values().stream().map(held -> held.info);
    }

    @Override
    public StoreStats stats() {
        long bytes = snapshots.values().stream()
                .mapToLong(held -> held.info.storedBytes())
                .sum();
        return new StoreStats(
                hits.sum(),
                tokensServed.sum(),
                misses,
                saves,
                bytesWritten.sum(),
                0,
                0,
                setAside.sum(),
                snapshots.size(),
                bytes,
                Long.MAX_VALUE);
    }

    @Override
    public void close() {
        closed = true;
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the store is closed");
        }
    }

    private long now() {
        return environment.clock().instant().getEpochSecond();
    }

    private void tell(Consumer<StoreListener> event) {
        for (StoreListener listener : environment.listeners()) {
            try {
                event.accept(listener);
            } catch (RuntimeException e) {
                System.getLogger("dev.kvc.examples").log(System.Logger.Level.WARNING, "a listener threw", e);
            }
        }
    }

    /** What the map holds: copies of all that the caller may change or free when the save has returned. */
    private static final class Held {
        final ByteBuffer text;
        final ByteBuffer payload;
        final Trailer trailer;
        volatile SnapshotInfo info;

        Held(SnapshotId id, SnapshotDraft draft, long nowUnix) throws IOException {
            KvcHeader header = draft.header(nowUnix);
            text = ByteBuffer.allocate(draft.textBytes())
                    .put(draft.text())
                    .flip()
                    .asReadOnlyBuffer();
            payload = copyOf(draft.payload());
            trailer = Trailer.decode(header.extensionFlags(), draft.trailer().raw());
            long bytes = (long) text.remaining() + payload.remaining() + trailer.bytes();
            info = new SnapshotInfo(id, header, text.remaining(), bytes);
        }

        private static ByteBuffer copyOf(PayloadSource source) throws IOException {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream((int) source.size());
            source.writeTo(Channels.newChannel(bytes));
            if (bytes.size() != source.size()) {
                throw new IOException("the payload has " + bytes.size() + " bytes and not " + source.size());
            }
            return ByteBuffer.wrap(bytes.toByteArray()).asReadOnlyBuffer();
        }

        synchronized void hit(long nowUnix) {
            KvcHeader old = info.header();
            KvcHeader header = old.toBuilder()
                    .hitCount(Math.min(KvcHeader.MAX_HIT_COUNT, old.hitCount() + 1))
                    .lastUsedUnix(UnixTime.advanced(old.lastUsedUnix(), nowUnix))
                    .build();
            info = new SnapshotInfo(info.id(), header, info.textBytes(), info.storedBytes());
        }
    }

    /** A payload in one piece on the heap; there is nothing to give back. */
    private record Whole(List<ByteBuffer> slices) implements Mapping {
        @Override
        public void close() {}
    }

    /** A load's own view of what the map holds, or held; it has its own close. */
    private final class Loaded implements Snapshot, Payload {
        private final Held held;
        private final SnapshotInfo info;
        private volatile boolean released;

        Loaded(Held held) {
            this.held = held;
            this.info = held.info;
        }

        @Override
        public SnapshotInfo info() {
            return info;
        }

        @Override
        public ByteBuffer text() {
            return held.text.duplicate();
        }

        @Override
        public Payload payload() {
            return this;
        }

        @Override
        public Trailer trailer() {
            return held.trailer;
        }

        @Override
        public Verification verification() {
            return Verification.UNVERIFIED;
        }

        /** Takes this very snapshot out of the map, and none that was saved under its key meanwhile. */
        @Override
        public void reject() {
            if (snapshots.remove(info.key(), held)) {
                setAside.increment();
                IOException cause = new IOException("the engine rejected " + info.key());
                tell(listener -> listener.setAside(info.id(), cause));
            }
        }

        @Override
        public long size() {
            return held.payload.remaining();
        }

        @Override
        public int read(ByteBuffer dst, long position) throws IOException {
            requireUnreleased();
            if (position < 0) {
                throw new IllegalArgumentException("position is " + position + "; it must not be negative");
            } else if (position >= size()) {
                return -1;
            }
            int count = (int) Math.min(dst.remaining(), size() - position);
            dst.put(held.payload.slice((int) position, count));
            return count;
        }

        @Override
        public Mapping map() throws IOException {
            requireUnreleased();
            return new Whole(size() == 0 ? List.of() : List.of(held.payload.duplicate()));
        }

        private void requireUnreleased() throws ClosedChannelException {
            if (released) {
                throw new ClosedChannelException();
            }
        }

        @Override
        public void close() {
            released = true;
        }
    }
}
